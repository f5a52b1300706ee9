/**
 * The reduced coalition (design §3.7), one function for each rule:
 * 1. Floor: enough weight takes part, from enough members, with every listed function among them.
 * 2. Approval: enough of what was cast is *yes*; never with none.
 * 3. No owner of a touched component vetoes with a rationale, and the coalition's veto is not reached.
 * 4. Every gate holds.
 * 5. The proposal is within the contingency's scope, and not withdrawn.
 * What comes of it is provisional: full settlement still decides.
 */
import { atLeast, formatFraction, leastPart } from '../charter/fraction.ts'
import type { Track } from '../charter/schema.ts'
import type { OpCid, StakeholderId } from '../op/ids.ts'
import { type Electorate, weightOf } from './electorate.ts'
import { approves, type Rule, type RuleName, type VerdictInput } from './verdict.ts'

/** The rule of a track for a reduced coalition. */
export type Contingency = NonNullable<Track['contingency']>

/** A provisional seal that counts. */
export interface ProvisionalSeal {
  readonly cid: OpCid
  readonly stakeholder: StakeholderId
  readonly tally: OpCid
  /** When this node first saw it, in ms: local, in no digest. */
  readonly seenAt: number
}

/** What a contingency is judged by. */
export interface ContingencyInput extends VerdictInput {
  readonly contingency: Contingency
  readonly reversible: boolean
}

/** Every rule of a contingency with both sides, met or not. The same input gives the same everywhere. */
export function contingencyRules(input: ContingencyInput): Rule[] {
  const { contingency, electorate, tally, gates, withdrawn } = input
  const present = new Set(
    tally.lines.flatMap(({ stakeholder, stance }) => (stance === 'silent' ? [] : [stakeholder])),
  )
  const unmet = gates.filter(({ met }) => !met).map(({ gate }) => gate)
  return [
    ...floorRules(contingency, electorate, present),
    approvalRule(input),
    ...vetoRules(input),
    plain(
      'contingency:gates',
      unmet.length === 0,
      unmet.length === 0 ? 'Every gate holds.' : `Gates that do not hold: ${unmet.join(', ')}.`,
    ),
    scopeRule(input),
    ...(withdrawn
      ? [plain('contingency:withdrawn', false, 'The author has withdrawn the proposal.')]
      : []),
  ]
}

/** True when these stakeholders are the reduced coalition that a contingency asks for. */
export const meetsFloor = (
  contingency: Contingency,
  electorate: Electorate,
  present: ReadonlySet<StakeholderId>,
): boolean => floorRules(contingency, electorate, present).every(({ met }) => met)

/** When the seals seen so far first met the floor, by the clock of this node; undefined if never. */
export function formedAt(
  contingency: Contingency,
  electorate: Electorate,
  seals: readonly ProvisionalSeal[],
): number | undefined {
  const present = new Set<StakeholderId>()
  for (const { stakeholder, seenAt } of [...seals].sort((a, b) => a.seenAt - b.seenAt)) {
    present.add(stakeholder)
    if (meetsFloor(contingency, electorate, present)) return seenAt
  }
  return undefined
}

/** Those who are there: their weight, their number, their functions. */
function floorRules(
  { floor, stakeholders, functions }: Contingency,
  electorate: Electorate,
  present: ReadonlySet<StakeholderId>,
): Rule[] {
  const weight = weightOf(electorate, present)
  const right = {
    fraction: floor,
    of: electorate.total,
    needed: leastPart(electorate.total, floor),
  }
  const members = electorate.members.filter(({ id }) => present.has(id))
  return [
    {
      rule: 'contingency:floor',
      met: atLeast(weight, right.of, floor),
      left: weight,
      relation: 'at least',
      right,
      sentence: `${weight} of ${right.of} is there; at least ${right.needed} (${formatFraction(floor)}) is needed.`,
    },
    plain(
      'contingency:members',
      members.length >= stakeholders,
      `Members there: ${members.length}; needed: ${stakeholders} or more.`,
    ),
    ...functions.map((name) => {
      const holders = members.filter((member) => member.functions.includes(name))
      const who = holders.map(({ id }) => id).join(', ')
      const sentence = who ? `Of the ${name}s these are there: ${who}.` : `No ${name} is there.`
      return plain(`contingency:function:${name}`, who !== '', sentence)
    }),
  ]
}

/** Of what was cast, whatever the track measures: those who are away cannot be asked. */
function approvalRule({ contingency: { approval }, tally }: ContingencyInput): Rule {
  const of = tally.yes + tally.no + tally.veto
  const right = { fraction: approval, of, needed: leastPart(of, approval) }
  return {
    rule: 'contingency:approval',
    met: approves(tally, 'cast', approval),
    left: tally.yes,
    relation: 'at least',
    right,
    sentence: `${tally.yes} of ${of} cast for or against is yes; at least ${right.needed} (${formatFraction(approval)}) is needed.`,
  }
}

/** A veto that stands on the track stands here, and nothing overrides an owner's. */
function vetoRules({ tally, track: { veto } }: ContingencyInput): Rule[] {
  const owners = veto.owners ? tally.ownerVetoes.filter(({ reasoned }) => reasoned) : []
  const names = owners.map(({ stakeholder, component }) => `${stakeholder} for ${component}`)
  const ownerRule = plain(
    'contingency:owner-veto',
    owners.length === 0,
    owners.length === 0 ? 'No owner vetoes.' : `Owners veto: ${names.join(', ')}.`,
  )
  if (veto.coalition === null) return [ownerRule]
  const blocked = atLeast(tally.veto, tally.total, veto.coalition)
  const needed = leastPart(tally.total, veto.coalition)
  return [
    ownerRule,
    {
      rule: 'contingency:coalition-veto',
      met: !blocked,
      left: tally.veto,
      relation: 'less than',
      right: { fraction: veto.coalition, of: tally.total, needed },
      sentence: `${tally.veto} of ${tally.total} vetoes; ${needed} (${formatFraction(veto.coalition)}) would block.`,
    },
  ]
}

function scopeRule({ contingency: { scope }, reversible }: ContingencyInput): Rule {
  const met = scope === 'any' || reversible
  const sentence = met
    ? 'The proposal is within the scope of the contingency.'
    : 'Only what is reversible may be done provisionally; this proposal is not.'
  return plain('contingency:scope', met, sentence)
}

const plain = (rule: RuleName, met: boolean, sentence: string): Rule => ({
  rule,
  met,
  left: null,
  relation: null,
  right: null,
  sentence,
})

/** The product's rules beside the second reading of the design: what both say of a ballot, counted. */
import { type Case, type Judgement, judge } from '../../sim/reference/evaluator.ts'
import { contingencyRules } from '../../src/ballot/contingency.ts'
import { type Electorate, electorateFrom } from '../../src/ballot/electorate.ts'
import { positions, type VoteRecord } from '../../src/ballot/position.ts'
import { tally } from '../../src/ballot/tally.ts'
import { type Rule, type VerdictInput, verdict } from '../../src/ballot/verdict.ts'
import type { Charter, Track } from '../../src/charter/schema.ts'
import { cidOf } from '../../src/op/cid.ts'
import type { OpCid, StakeholderId } from '../../src/op/ids.ts'
import { testCharter, testTrack } from '../support/coalition.ts'
import { CaseMaker } from './cases.ts'

/** Share of the ballots on which a threshold applies that must lie within one unit of it. */
export const LEAST_CLOSE = 0.05

const CIDS = Array.from({ length: 64 }, (_, i) => cidOf(Uint8Array.of(i)))
const cidNamed = (name: string): OpCid => {
  const cid = CIDS[Number(name.slice(1))]
  if (!cid) throw new RangeError(`no vote ${name}`)
  return cid
}

/** The case as the product knows it. */
function inputOf(the: Case): VerdictInput & { readonly reversible: boolean } {
  const track = trackOf(the)
  const charter = charterOf(the, track)
  const electorate: Electorate = electorateFrom(charter.stakeholders)
  const votes: VoteRecord[] = the.votes.map((vote) => ({
    cid: cidNamed(vote.name),
    stakeholder: vote.by as StakeholderId,
    choice: vote.says,
    rationale: vote.because,
    supersedes: vote.replaces.map(cidNamed),
    at: 0,
  }))
  const held = positions(votes, electorate)
  const counted = tally({ positions: held, electorate, charter, components: the.touches, track })
  const gates = the.gatesHold.map((met, i) => ({
    gate: `g${i}`,
    met,
    sentence: '',
    wouldMeet: '',
  }))
  const { isWithdrawn: withdrawn, isReversible: reversible } = the
  return { tally: counted, electorate, track, gates, withdrawn, reversible }
}

function trackOf({ rules }: Case): Track {
  const { contingency } = rules
  return testTrack({
    quorum: rules.quorum,
    approval: { at: rules.approval, of: rules.approvalOf },
    chambers: rules.chambers.map(({ of, approval }) => ({ function: of, approval })),
    veto: { owners: rules.ownersMayVeto, override: rules.override, coalition: rules.coalitionVeto },
    contingency: contingency && {
      after: 0,
      floor: contingency.floor,
      stakeholders: contingency.members,
      functions: [...contingency.functions],
      approval: contingency.approval,
      scope: contingency.onlyReversible ? 'reversible' : 'any',
      ratifyWithin: 1,
    },
  })
}

function charterOf({ voters }: Case, track: Track): Charter {
  const owners = (component: string) =>
    voters.filter(({ owns }) => owns.includes(component)).map(({ name }) => name)
  return {
    ...testCharter([]),
    stakeholders: voters.map(({ name, weight, functions }, i) => ({
      id: name,
      name,
      root: new Uint8Array(32).fill(i),
      weight,
      functions: [...functions],
      jurisdictions: [],
    })),
    components: ['core', 'wire']
      .filter((id) => owners(id).length > 0)
      .map((id) => ({ id, owners: owners(id), depends: [], decidedBy: 'coalition' })),
    tracks: { standard: track },
  }
}

/** What the product says of a ballot, as one text. */
export const ours = (the: Case): { readonly text: string; readonly rules: readonly Rule[] } => {
  const input = inputOf(the)
  const { contingency } = input.track
  const { result, rules } = verdict(input)
  const reduced = contingency === null ? [] : contingencyRules({ ...input, contingency })
  const plain = rules.filter(({ rule }) => rule !== 'withdrawn' && !rule.startsWith('gate:'))
  const stances = input.tally.lines.map(({ stakeholder, stance }) => `${stakeholder} ${stance}`)
  const met = (list: readonly Rule[]) => list.map(({ rule, met: is }) => `${rule} ${is}`).sort()
  const text = [...stances, result, ...met(plain), ...met(reduced)].join('; ')
  return { text, rules: [...plain, ...reduced] }
}

/** The same of the second reading. */
export const theirs = ({ stances, result, rules, contingency }: Judgement): string =>
  [
    ...[...stances].map(([name, stance]) => `${name} ${stance}`),
    result,
    ...[...rules].map(([name, met]) => `${name} ${met}`).sort(),
    ...[...contingency].map(([name, met]) => `contingency:${name} ${met}`).sort(),
  ].join('; ')

/** Counts by rule: how often it applied, was met, and lay within one unit of its threshold. */
export class Counts {
  private readonly rules = new Map<string, { seen: number; met: number; close: number }>()

  /** A count of members is a threshold, too, though no weights are compared. */
  private isClose({ rule, left, right }: Rule, the: Case, stances: Judgement['stances']): boolean {
    if (rule !== 'contingency:members')
      return left !== null && right !== null && Math.abs(left - right.needed) <= 1
    const there = [...stances.values()].filter((stance) => stance !== 'silent').length
    return Math.abs(there - (the.rules.contingency?.members ?? 0)) <= 1
  }

  add(found: Rule, the: Case, stances: Judgement['stances']): void {
    const { rule, met, left } = found
    const idle = rule === 'owner-veto' && left === null ? ', not compared' : ''
    const name = rule.replace(/(chamber|function):.*/, '$1') + idle
    const count = this.rules.get(name) ?? { seen: 0, met: 0, close: 0 }
    this.rules.set(name, count)
    count.seen++
    if (met) count.met++
    if (this.isClose(found, the, stances)) count.close++
  }

  /** Thresholds that too few ballots came near. */
  rare(): string[] {
    const isRare = ({ seen, close }: { seen: number; close: number }): boolean =>
      close < LEAST_CLOSE * seen
    const thresholds = /quorum|approval|chamber|-veto$|floor|members/
    return [...this.rules]
      .filter(
        ([name, n]) => thresholds.test(name) && name !== 'contingency:owner-veto' && isRare(n),
      )
      .map(([name]) => name)
  }

  toString(): string {
    const percent = (n: number, of: number) => `${((100 * n) / of).toFixed(1)} %`.padStart(8)
    const line = ([name, { seen, met, close }]: readonly [
      string,
      { seen: number; met: number; close: number },
    ]) =>
      `  ${name.padEnd(28)}${String(seen).padStart(8)}${percent(met, seen)}${percent(close, seen)}`
    return ['rule, ballots, met, within one unit:', ...[...this.rules].map(line), ''].join('\n')
  }
}

/** What came of many random ballots. */
export interface Agreement {
  readonly counts: Counts
  /** How many ballots pass, fail, are open. */
  readonly results: ReadonlyMap<string, number>
  /** The first ballot on which the two differ, with what both say. */
  readonly differs:
    | { readonly the: Case; readonly ours: string; readonly theirs: string }
    | undefined
}

/** Lets both judge so many random ballots from a seed; ends where they differ. */
export function compare(seed: number, ballots: number): Agreement {
  const maker = new CaseMaker(seed)
  const counts = new Counts()
  const results = new Map<string, number>()
  for (let i = 0; i < ballots; i++) {
    const the = maker.make()
    const said = ours(the)
    const judged = judge(the)
    if (said.text !== theirs(judged))
      return { counts, results, differs: { the, ours: said.text, theirs: theirs(judged) } }
    for (const rule of said.rules) counts.add(rule, the, judged.stances)
    results.set(judged.result, (results.get(judged.result) ?? 0) + 1)
  }
  return { counts, results, differs: undefined }
}

/**
 * What the tally means by the rules of its track (design §3.5), one function for each rule:
 * 1. Quorum: enough weight takes part.
 * 2. Approval: enough of what was cast, or of the whole electorate, is *yes*; never with none.
 * 3. Each chamber of the track approves too.
 * 4. No owner of a touched component vetoes with a rationale, unless *yes* reaches the override.
 * 5. The weight of vetoes stays below the coalition's veto.
 * 6. Every gate holds.
 * 7. The author has not withdrawn the proposal.
 */
import { atLeast, formatFraction, leastPart } from '../charter/fraction.ts'
import type { Fraction, Track } from '../charter/schema.ts'
import type { OpCid } from '../op/ids.ts'
import { invariant } from '../op/refusal.ts'
import type { Electorate } from './electorate.ts'
import type { OwnerVeto, Tally, Weights } from './tally.ts'

/** Whether a gate holds, and what would make it hold. */
export interface Gate {
  readonly gate: string
  readonly met: boolean
  readonly sentence: string
  readonly wouldMeet: string
  /** The ballot by which it counts as met, where one was adopted to that end (§3.8). */
  readonly overriddenBy?: OpCid
}

/** The right side of a comparison: a fraction of a weight. */
export interface Bound {
  readonly fraction: Fraction
  /** The weight that the fraction is of. */
  readonly of: number
  /** The smallest weight that reaches it. */
  readonly needed: number
}

/** The name of a rule. */
export type RuleName =
  | 'withdrawn'
  | 'quorum'
  | 'approval'
  | `chamber:${string}`
  | 'owner-veto'
  | 'coalition-veto'
  | `gate:${string}`
  | `contingency:${string}`

/** One rule with both sides of its comparison. */
export interface Rule {
  readonly rule: RuleName
  readonly met: boolean
  /** The weight that is compared; `null` where no weights are. */
  readonly left: number | null
  readonly relation: 'at least' | 'less than' | null
  /** What it is compared with; `null` where there is no bound. */
  readonly right: Bound | null
  readonly sentence: string
  /** What would meet it, where something specific would. */
  readonly wouldMeet?: string
  /** The ballot by which a gate counts as met, where one was adopted to that end (§3.8). */
  readonly overriddenBy?: OpCid
}

/** `open`: not enough take part yet, or a gate does not hold. When time is up is the caller's to say. */
export interface Verdict {
  readonly result: 'passes' | 'fails' | 'open'
  /** All rules of the track, met or not. */
  readonly rules: readonly Rule[]
}

/** What a verdict is a function of. */
export interface VerdictInput {
  readonly tally: Tally
  readonly electorate: Electorate
  readonly track: Track
  readonly gates: readonly Gate[]
  readonly withdrawn: boolean
}

/** Judges a tally. The same input gives the same verdict everywhere. */
export function verdict({ tally, electorate, track, gates, withdrawn }: VerdictInput): Verdict {
  const gateRules = gates.map(gateRule)
  const quorum = quorumRule(tally, electorate, track)
  const others = [
    approvalRule(tally, track),
    ...track.chambers.map((chamber) => chamberRule(tally, track, chamber)),
    ...(track.veto.owners ? [ownerVetoRule(tally, electorate, track.veto.override)] : []),
    ...(track.veto.coalition === null ? [] : [coalitionVetoRule(tally, track.veto.coalition)]),
  ]
  const rules = [...(withdrawn ? [WITHDRAWN] : []), quorum, ...others, ...gateRules]
  if (withdrawn) return { result: 'fails', rules }
  if (!quorum.met || gateRules.some(({ met }) => !met)) return { result: 'open', rules }
  return { result: others.every(({ met }) => met) ? 'passes' : 'fails', rules }
}

/** Both sides of a rule's comparison; `null` where no weights are compared. */
export const sidesOf = ({
  left,
  right,
}: Rule): { readonly left: number; readonly right: Bound } | null =>
  right && { left: left ?? 0, right }

/** The base that approval is measured against: what was cast, or everybody. */
export const approvalBase = (weights: Weights, of: Track['approval']['of']): number =>
  of === 'cast' ? weights.yes + weights.no + weights.veto : weights.total

/** True when *yes* reaches the fraction of its base; never with no *yes* (§3.1). */
export const approves = (
  weights: Weights,
  of: Track['approval']['of'],
  fraction: Fraction,
): boolean => atLeast(weights.yes, approvalBase(weights, of), fraction)

/** True when a veto of an owner, with its rationale, stands against the *yes* (§3.5). */
export const ownerVetoStands = (tally: Tally, override: Fraction | null): boolean =>
  tally.ownerVetoes.some(({ reasoned }) => reasoned) &&
  (override === null || !atLeast(tally.yes, tally.total, override))

const WITHDRAWN: Rule = {
  rule: 'withdrawn',
  met: false,
  left: null,
  relation: null,
  right: null,
  sentence: 'The author has withdrawn the proposal.',
}

const bound = (fraction: Fraction, of: number): Bound => ({
  fraction,
  of,
  needed: leastPart(of, fraction),
})

function quorumRule(tally: Tally, electorate: Electorate, { quorum }: Track): Rule {
  const left = tally.participation
  const right = bound(quorum, electorate.total)
  const met = atLeast(left, right.of, quorum)
  const sentence = `${left} of ${right.of} takes part; ${needs(right)}.`
  return { rule: 'quorum', met, left, relation: 'at least', right, sentence }
}

const approvalRule = (tally: Tally, { approval }: Track): Rule =>
  approvalBy('approval', tally, approval.of, approval.at)

function chamberRule(tally: Tally, { approval }: Track, chamber: Track['chambers'][number]): Rule {
  const found = tally.chambers.find((weights) => weights.function === chamber.function)
  invariant(found, 'a tally has each chamber of its track')
  return approvalBy(`chamber:${chamber.function}`, found, approval.of, chamber.approval)
}

function approvalBy(
  rule: RuleName,
  weights: Weights,
  of: Track['approval']['of'],
  fraction: Fraction,
): Rule {
  const right = bound(fraction, approvalBase(weights, of))
  const who = rule === 'approval' ? '' : ` of the ${rule.slice('chamber:'.length)}s`
  const base = of === 'cast' ? 'cast for or against' : 'in all'
  return {
    rule,
    met: approves(weights, of, fraction),
    left: weights.yes,
    relation: 'at least',
    right,
    sentence: `${weights.yes} of ${right.of} ${base}${who} is yes; ${needs(right)}.`,
  }
}

function ownerVetoRule(tally: Tally, electorate: Electorate, override: Fraction | null): Rule {
  const standing = tally.ownerVetoes.filter(({ reasoned }) => reasoned)
  const right = override === null ? null : bound(override, electorate.total)
  const compared = standing.length > 0 ? right : null
  return {
    rule: 'owner-veto',
    met: !ownerVetoStands(tally, override),
    left: compared && tally.yes,
    relation: compared && 'at least',
    right: compared,
    sentence: ownerVetoSentence(tally, standing, right),
  }
}

function ownerVetoSentence(
  tally: Tally,
  standing: readonly OwnerVeto[],
  override: Bound | null,
): string {
  const ignored = tally.ownerVetoes.filter(({ reasoned }) => !reasoned).map(vetoName)
  const aside = ignored.length === 0 ? '' : ` (no rationale, so not counted: ${ignored.join(', ')})`
  if (standing.length === 0) return `No owner of a touched component vetoes${aside}.`
  const who = `Owners veto: ${standing.map(vetoName).join(', ')}${aside}`
  if (override === null) return `${who}; nothing overrides that on this track.`
  return `${who}; ${tally.yes} of ${override.of} in all is yes, to override ${needs(override)}.`
}

const vetoName = ({ stakeholder, component }: OwnerVeto): string =>
  `${stakeholder} for ${component}`

function coalitionVetoRule(tally: Tally, coalition: Fraction): Rule {
  const right = bound(coalition, tally.total)
  return {
    rule: 'coalition-veto',
    met: !atLeast(tally.veto, right.of, coalition),
    left: tally.veto,
    relation: 'less than',
    right,
    sentence: `${tally.veto} of ${right.of} vetoes; ${right.needed} (${formatFraction(coalition)}) would block.`,
  }
}

/** What is met, nothing need meet. */
const gateRule = ({ gate, met, wouldMeet, ...judged }: Gate): Rule => ({
  rule: `gate:${gate}`,
  met,
  left: null,
  relation: null,
  right: null,
  ...judged,
  ...(!met && { wouldMeet }),
})

const needs = ({ needed, fraction }: Bound): string =>
  `at least ${needed} (${formatFraction(fraction)}) is needed`

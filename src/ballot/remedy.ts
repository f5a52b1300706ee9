/**
 * What would change a verdict, in weights and in a sentence (design §2.7, `explain`): for a rule that
 * is not met the least that meets it, for an approval that is met the least that undoes it. Members
 * weigh what they weigh, so the weight that is asked for may come only with more.
 */
import type { StakeholderId } from '../op/ids.ts'
import type { Elector, Electorate } from './electorate.ts'
import type { Stance } from './position.ts'
import type { Tally } from './tally.ts'
import { type Bound, type Rule, type RuleName, sidesOf, type VerdictInput } from './verdict.ts'

/** The least weights that change a rule; each by itself, absent where it alone cannot. */
export interface Remedy {
  /** More that takes part. */
  readonly participation?: number
  /** More *yes* of those who are neither for nor against. */
  readonly moreYes?: number
  /** Turned from *no* or *veto* to *yes*. */
  readonly turnedYes?: number
  /** Vetoes taken back. */
  readonly fewerVetoes?: number
  /** More *no* of those who are neither for nor against. */
  readonly moreNo?: number
  /** Turned from *yes* to *no*. */
  readonly turnedNo?: number
}

/** What a remedy is worked out from. */
export type RemedyInput = Pick<VerdictInput, 'tally' | 'electorate' | 'track'>

/** The least that meets a rule which is not met; undefined where no weight does. */
export function remedyOf(rule: Rule, input: RemedyInput): Remedy | undefined {
  const sides = sidesOf(rule)
  if (rule.met || sides === null) return undefined
  const { left, right } = sides
  if (rule.rule === 'quorum') return { participation: right.needed - left }
  if (rule.rule === 'coalition-veto') return { fewerVetoes: left - right.needed + 1 }
  return approvalRemedy(left, right, voicesOf(rule.rule, input))
}

/** The least that undoes an approval which is met. */
export function undoing(rule: Rule, input: RemedyInput): Remedy | undefined {
  const sides = sidesOf(rule)
  if (!rule.met || sides === null || !isApproval(rule.rule)) return undefined
  const { left, right } = sides
  const { neutral, ofCast } = voicesOf(rule.rule, input)
  const turnedNo = left - right.needed + 1
  const moreNo = leastNo(left, right)
  return { turnedNo, ...(ofCast && moreNo <= weigh(neutral) && { moreNo }) }
}

/** What would meet a rule that is not met, in a sentence; undefined where nothing specific would. */
export function remedySentence(rule: Rule, input: RemedyInput): string | undefined {
  if (rule.met || rule.wouldMeet !== undefined) return rule.wouldMeet
  const { tally } = input
  if (rule.rule === 'owner-veto') return ownerSentence(rule, input)
  const remedy = remedyOf(rule, input)
  if (!remedy) return undefined
  const { participation, fewerVetoes } = remedy
  if (participation !== undefined)
    return `${participation} more must take part; silent: ${named(withStance(input, ['silent']))}`
  if (fewerVetoes !== undefined)
    return `${fewerVetoes} of ${tally.veto} must take its veto back: ${named(withStance(input, ['veto']))}`
  return yesSentence(rule.rule, remedy, input)
}

/** What would undo an approval that is met, in a sentence. */
export function undoingSentence(rule: Rule, input: RemedyInput): string | undefined {
  const remedy = undoing(rule, input)
  if (!remedy) return undefined
  const { moreNo, turnedNo } = remedy
  const who = among(rule.rule)
  const more = moreNo === undefined ? '' : `weight ${moreNo}${who} more says no, or `
  return `${more}weight ${turnedNo}${who} turns from yes to no`
}

/** The members whose approval a rule is about, by where they stand. */
interface Voices {
  readonly neutral: readonly Elector[]
  readonly against: readonly Elector[]
  readonly ofCast: boolean
}

const NEUTRAL: readonly Stance[] = ['silent', 'abstain', 'conflicted']

function voicesOf(rule: RuleName, input: RemedyInput): Voices {
  const chamber = chamberOf(rule)
  const isIn = ({ functions }: Elector) => chamber === undefined || functions.includes(chamber)
  const ofCast = rule !== 'owner-veto' && input.track.approval.of === 'cast'
  return {
    neutral: withStance(input, NEUTRAL).filter(isIn),
    against: withStance(input, ['no', 'veto']).filter(isIn),
    ofCast,
  }
}

/** Each way by itself: those who are neutral say yes, or those who are against turn. */
function approvalRemedy(yes: number, right: Bound, { neutral, against, ofCast }: Voices): Remedy {
  const turnedYes = right.needed - yes
  const moreYes = ofCast ? leastYes(yes, right) : turnedYes
  return {
    ...(moreYes !== undefined && moreYes <= weigh(neutral) && { moreYes }),
    ...(turnedYes <= weigh(against) && { turnedYes }),
  }
}

/** The least x with (yes + x) / (cast + x) ≥ the fraction; undefined where it needs all that is cast. */
function leastYes(yes: number, { fraction: { num, den }, of }: Bound): number | undefined {
  // Nobody is for or against: the first that is for is all that is cast.
  if (of === 0) return 1
  if (den === num) return undefined
  const lacking = BigInt(num) * BigInt(of) - BigInt(den) * BigInt(yes)
  const each = BigInt(den) - BigInt(num)
  return Number((lacking + each - 1n) / each)
}

/** The least x with yes / (cast + x) < the fraction. */
const leastNo = (yes: number, { fraction: { num, den }, of }: Bound): number =>
  Number((BigInt(yes) * BigInt(den)) / BigInt(num)) - of + 1

function yesSentence(rule: RuleName, remedy: Remedy, input: RemedyInput): string {
  const { moreYes, turnedYes } = remedy
  const { neutral, against } = voicesOf(rule, input)
  const ways = [
    ...(moreYes === undefined
      ? []
      : [`${moreYes} more yes from those neither for nor against (${named(neutral)})`]),
    ...(turnedYes === undefined ? [] : [`${turnedYes} turned from no to yes (${named(against)})`]),
  ]
  return ways.length > 0
    ? ways.join(', or ')
    : `yes from those neither for nor against (${named(neutral)}) and from those against (${named(against)})`
}

function ownerSentence(rule: Rule, { tally }: RemedyInput): string {
  const sides = sidesOf(rule)
  const owners = tally.ownerVetoes.filter(({ reasoned }) => reasoned)
  const names = [...new Set(owners.map(({ stakeholder }) => stakeholder))]
  const back = `${names.join(', ')} ${names.length === 1 ? 'takes its veto' : 'take their vetoes'} back`
  return sides === null ? back : `${back}, or ${sides.right.needed - sides.left} more yes overrides`
}

const isApproval = (rule: RuleName): boolean => rule === 'approval' || chamberOf(rule) !== undefined

const chamberOf = (rule: RuleName): string | undefined =>
  rule.startsWith('chamber:') ? rule.slice('chamber:'.length) : undefined

const among = (rule: RuleName): string => {
  const chamber = chamberOf(rule)
  return chamber === undefined ? '' : ` of the ${chamber}s`
}

/** Electors who stand so. */
function withStance(
  { tally, electorate }: { readonly tally: Tally; readonly electorate: Electorate },
  stances: readonly Stance[],
): Elector[] {
  const ids = new Set<StakeholderId>(
    tally.lines.flatMap(({ stakeholder, stance }) =>
      stances.includes(stance) ? [stakeholder] : [],
    ),
  )
  return electorate.members.filter(({ id }) => ids.has(id))
}

const weigh = (members: readonly Elector[]): number =>
  members.reduce((sum, { weight }) => sum + weight, 0)

/** Most members that a sentence names. */
const MAX_NAMED = 8

function named(members: readonly Elector[]): string {
  const names = members.slice(0, MAX_NAMED).map(({ id, weight }) => `${id} ${weight}`)
  const rest = members.length - names.length
  return [...names, ...(rest > 0 ? [`and ${rest} others`] : [])].join(', ') || 'nobody'
}

/** What a replica reads, in the words of the vectors: the same fields as the expectation has. */
import { explainBallot, stageOf } from '../../../node/api/ballot-facts.ts'
import { provisionalStateOf } from '../../../node/api/provisional-facts.ts'
import type { RoundSummary } from '../../../src/ballot/board.ts'
import { renderExplanation } from '../../../src/ballot/explain.ts'
import { remedyOf, undoing } from '../../../src/ballot/remedy.ts'
import type { Weights } from '../../../src/ballot/tally.ts'
import type { Rule } from '../../../src/ballot/verdict.ts'
import { formatDuration } from '../../../src/charter/duration.ts'
import { formatFraction } from '../../../src/charter/fraction.ts'
import type { OpCid } from '../../../src/op/ids.ts'
import { invariant, unwrap } from '../../../src/op/refusal.ts'
import type { Ballot } from '../../../src/replica/ballot.ts'
import { isFinal, type Outcome, type Standing } from '../../../src/replica/outcomes.ts'
import { appealState } from '../../../src/replica/recourse/appeal-state.ts'
import type { Expectation } from './case.ts'
import type { Story } from './story.ts'

type Field = keyof Expectation
type Reader = (scene: Reading, expected: Expectation) => unknown

interface Reading {
  readonly story: Story
  readonly ballot: Ballot
  readonly standing: Standing
  readonly outcome: Outcome | undefined
}

/** Everything that an expectation names, as the replica of a story reads it. */
export function readingOf(expected: Expectation, story: Story): Expectation {
  const id = story.cid(expected.ballot ?? 'p')
  const ballot = story.replica.views.ballot(id)
  if (expected.void !== undefined) {
    const reason = ballot.ok ? 'it is valid' : `${ballot.code}: ${ballot.message}`
    const hint = expected.hint !== undefined && !ballot.ok && { hint: ballot.hint ?? 'none' }
    return { ...expected, void: reason, ...hint }
  }
  const standing = story.replica.views.standing()
  invariant(standing, 'the founding operation is held')
  const scene = {
    story,
    ballot: unwrap(ballot),
    standing,
    outcome: standing.outcomes.get(id),
  }
  const fields = (Object.keys(expected) as Field[]).map((field) => [
    field,
    field === 'ballot' ? expected.ballot : READERS[field]?.(scene, expected),
  ])
  return Object.fromEntries(fields) as Expectation
}

/** Weights without those that are zero. */
const weightsOf = ({ yes, no, abstain, veto, conflicted, silent }: Weights): object =>
  Object.fromEntries(
    Object.entries({ yes, no, abstain, veto, conflicted, silent }).filter(([, n]) => n > 0),
  )

/** `met: 2 >= 2 (1/2 of 4)`: both sides of a rule's comparison, or only whether it is met. */
export function ruleText({ met, left, relation, right, overriddenBy }: Rule): string {
  const word = met ? 'met' : 'not met'
  if (overriddenBy !== undefined) return `${word}, overridden`
  if (left === null || right === null) return word
  const sign = relation === 'at least' ? '>=' : '<'
  return `${word}: ${left} ${sign} ${right.needed} (${formatFraction(right.fraction)} of ${right.of})`
}

const rulesOf = (rules: readonly Rule[], prefix = ''): Record<string, string> =>
  Object.fromEntries(rules.map((rule) => [rule.rule.slice(prefix.length), ruleText(rule)]))

const someOf = (
  all: Record<string, string>,
  wanted: Record<string, string> = {},
): Record<string, string> =>
  Object.fromEntries(Object.keys(wanted).map((name) => [name, all[name] ?? 'absent']))

const eachRule = (
  { ballot }: Reading,
  wanted: object = {},
  read: typeof remedyOf,
): Record<string, unknown> =>
  Object.fromEntries(
    ballot.verdict.rules
      .filter(({ rule }) => Object.hasOwn(wanted, rule))
      .map((rule) => [rule.rule, read(rule, ballot) ?? {}]),
  )

const contingencyOf = ({ ballot }: Reading): Record<string, string> =>
  rulesOf(ballot.provisional?.rules ?? [], 'contingency:')

const roundWords = ({ favours, estimates, auxiliaries }: RoundSummary): Record<string, string> => {
  const words = (kind: string, said: RoundSummary['estimates'] | RoundSummary['auxiliaries']) =>
    Object.entries(said).map(([what, { weight, by }]) => [
      `${kind} ${what}`,
      `${weight}: ${by.join(' ')}`,
    ])
  const all = [...words('estimates', estimates), ...words('auxiliaries', auxiliaries)]
  return { favours, ...Object.fromEntries(all) }
}

const nameOf = (story: Story, cid: OpCid | null): string | null =>
  cid === null ? null : story.nameOf(cid)

const READERS: Partial<Record<Field, Reader>> = {
  electorate: ({ ballot: { electorate } }, expected) => ({
    total: electorate.total,
    faulty: electorate.faulty,
    quorum: electorate.quorum,
    ...(expected.electorate?.members && { members: electorate.members.map(({ id }) => id) }),
  }),
  positions: ({ ballot }) =>
    Object.fromEntries(
      ballot.tally.lines
        .filter(({ stance }) => stance !== 'silent')
        .map(({ stakeholder, stance }) => [stakeholder, stance]),
    ),
  tally: ({ ballot }) => weightsOf(ballot.tally),
  chambers: ({ ballot }) =>
    Object.fromEntries(ballot.tally.chambers.map((one) => [one.function, weightsOf(one)])),
  verdict: ({ ballot }) => ballot.verdict.result,
  rules: ({ ballot }) => rulesOf(ballot.verdict.rules),
  someRules: ({ ballot }, { someRules }) => someOf(rulesOf(ballot.verdict.rules), someRules),
  remedies: (scene, { remedies }) => eachRule(scene, remedies, remedyOf),
  undone: (scene, { undone }) => eachRule(scene, undone, undoing),
  says: ({ ballot }, { says = {} }) =>
    Object.fromEntries(
      [...ballot.verdict.rules, ...(ballot.provisional?.rules ?? [])]
        .filter(({ rule }) => Object.hasOwn(says, rule))
        .map(({ rule, sentence }) => [rule, sentence]),
    ),
  changes: ({ story, ballot, standing }) => explainBallot(story.replica, ballot, standing).changes,
  wouldMeet: ({ story, ballot, standing }, { wouldMeet = {} }) => {
    const { rules } = explainBallot(story.replica, ballot, standing)
    const told = rules.flatMap((rule) =>
      'wouldMeet' in rule ? [[rule.rule, String(rule.wouldMeet)] as const] : [],
    )
    return someOf(Object.fromEntries(told), wouldMeet)
  },
  prints: ({ story, ballot, standing }, { prints = {} }) => {
    const explanation = explainBallot(story.replica, ballot, standing)
    return Object.fromEntries(
      Object.entries(prints).map(([width, lines]) => [
        width,
        renderExplanation(explanation, { width: Number(width) })
          .split('\n')
          .slice(0, lines.length),
      ]),
    )
  },
  leads: ({ ballot: { board } }) =>
    Object.fromEntries(board.summary().map(({ round, lead }) => [String(round), lead])),
  heard: ({ ballot: { board } }) => board.summary().map(({ round }) => round),
  rounds: ({ ballot: { board } }, { rounds = {} }) =>
    Object.fromEntries(
      board
        .summary()
        .map((one) => [String(one.round), roundWords(one)] as const)
        .filter(([round]) => Object.hasOwn(rounds, round))
        .map(([round, all]) => [round, someOf(all, rounds[round])]),
    ),
  refers: ({ story }, { refers = {} }) =>
    Object.fromEntries(Object.keys(refers).map((name) => [name, story.refsOf(name)])),
  contingency: contingencyOf,
  someContingency: (scene, { someContingency }) => someOf(contingencyOf(scene), someContingency),
  provisional: ({ story, ballot, standing }) =>
    provisionalStateOf(story.replica, ballot, standing) ?? 'none',
  seals: ({ ballot: { board } }) => ({
    endorse: board.weight(board.endorse.keys()),
    decline: board.weight(board.decline.keys()),
  }),
  binding: ({ ballot: { board } }, { binding = {} }) =>
    Object.fromEntries(Object.keys(binding).map((round) => [round, board.binding(Number(round))])),
  outcome: ({ outcome }) => outcome?.outcome ?? 'open',
  round: ({ outcome }) => outcome?.round,
  endedBy: ({ outcome, story }) => nameOf(story, outcome?.endedBy ?? null),
  isFinal: ({ outcome }) => outcome !== undefined && isFinal(outcome),
  holders: ({ standing, story }, { holders = {} }) =>
    Object.fromEntries(
      Object.keys(holders).map((slot) => [slot, nameOf(story, standing.holders.get(slot) ?? null)]),
    ),
  charterVersion: ({ standing }) => standing.current.charter.version,
  violations: ({ standing }) => standing.violations.map(({ kind }) => kind),
  stage: ({ story, ballot, standing }) => stageOf(story.replica, ballot, standing),
  appeal: ({ story, ballot, standing }) =>
    appealState(ballot, { standing, now: story.clock.now() })?.stage ?? 'none',
  wakes: ({ story }) => {
    const { wakeAt } = story.replica.duties()
    return Number.isFinite(wakeAt) ? formatDuration(wakeAt - story.founded.at) : 'never'
  },
}

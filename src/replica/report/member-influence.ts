/** What each member did and decided, over many ballots. */

import type { Stance } from '../../ballot/position.ts'
import type { Charter } from '../../charter/schema.ts'
import { type BallotFacts, type BallotLine, smallMembers } from './ballot-facts.ts'
import { type Part, partOf } from './share.ts'

/** What was said and proposed. */
export interface Voices {
  readonly proposals: number
  readonly adopted: number
  readonly comments: number
  /** Objections that say what would settle them. */
  readonly objections: number
  /** Of these, answered by the proposer or let go by whoever objected. */
  readonly answered: number
}

/** One member's part in the decisions of a coalition. */
export interface MemberInfluence extends Voices {
  readonly stakeholder: string
  /** In the charter in force; `null` for one that is no member of it. */
  readonly weight: number | null
  /** Below the median weight under the charter in force. */
  readonly small: boolean
  /** Settled ballots in whose electorate it was, and on how many it was not silent. */
  readonly tookPart: Part
  /** How often it stood how, on settled ballots. */
  readonly stances: { readonly [S in Stance]: number }
  /** Of settled ballots in whose electorate it was, those that votes decided. */
  readonly decided: number
  /** Of these: had it been silent, the verdict would have been another. */
  readonly decisive: number
  /** Of these: some one other position of its own would have made it another. */
  readonly pivotal: number
}

/** Every member of the charter and whoever else had a part; the heaviest first, then by id. */
export function memberInfluence(
  facts: readonly BallotFacts[],
  charter: Charter,
): MemberInfluence[] {
  const small = smallMembers(charter)
  const ids = new Set([
    ...charter.stakeholders.map(({ id }) => id),
    ...facts.flatMap(({ author, lines, voices }) => [
      author,
      ...[...lines, ...voices].map(({ stakeholder }) => stakeholder),
    ]),
  ])
  const linesBy = Map.groupBy(facts.flatMap(settledLines), ({ stakeholder }) => stakeholder)
  const members = [...ids].map((id): MemberInfluence => {
    const lines = linesBy.get(id) ?? []
    return {
      stakeholder: id,
      weight: charter.stakeholders.find((one) => one.id === id)?.weight ?? null,
      small: small.has(id),
      tookPart: partOf(lines, ({ stance }) => stance !== 'silent'),
      stances: stancesOf(lines),
      decided: lines.filter(({ byVotes }) => byVotes).length,
      decisive: lines.filter(({ decisive }) => decisive).length,
      pivotal: lines.filter(({ pivotal }) => pivotal).length,
      ...spoken(facts, id),
    }
  })
  return members.sort(
    (a, b) => (b.weight ?? 0) - (a.weight ?? 0) || (a.stakeholder < b.stakeholder ? -1 : 1),
  )
}

/** Adds up what members said. */
export const voicesOf = (members: readonly Voices[]): Voices => ({
  proposals: total(members, ({ proposals }) => proposals),
  adopted: total(members, ({ adopted }) => adopted),
  comments: total(members, ({ comments }) => comments),
  objections: total(members, ({ objections }) => objections),
  answered: total(members, ({ answered }) => answered),
})

const total = (members: readonly Voices[], of: (voices: Voices) => number): number =>
  members.reduce((sum, voices) => sum + of(voices), 0)

type SettledLine = BallotLine & Pick<BallotFacts, 'byVotes'>

const settledLines = ({ outcome, byVotes, lines }: BallotFacts): SettledLine[] =>
  outcome === 'open' ? [] : lines.map((line) => ({ ...line, byVotes }))

function stancesOf(lines: readonly BallotLine[]): MemberInfluence['stances'] {
  const counts = { yes: 0, no: 0, abstain: 0, veto: 0, conflicted: 0, silent: 0 }
  for (const { stance } of lines) counts[stance]++
  return counts
}

function spoken(facts: readonly BallotFacts[], id: string): Voices {
  const own = facts.filter(({ author }) => author === id)
  const said = facts.flatMap(({ voices }) => voices.filter(({ stakeholder }) => stakeholder === id))
  const objections = said.filter(({ objects }) => objects)
  return {
    proposals: own.length,
    adopted: own.filter(({ outcome }) => outcome === 'adopted').length,
    comments: said.length,
    objections: objections.length,
    answered: objections.filter(({ state }) => state === 'answered' || state === 'withdrawn')
      .length,
  }
}

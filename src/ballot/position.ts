/**
 * What each stakeholder says on a ballot (design §3.5):
 * 1. A vote that another vote of the same stakeholder supersedes says nothing any more.
 * 2. Where all that is left says one thing, that is the stakeholder's position.
 * 3. Where it says different things, the stakeholder is *conflicted*.
 * 4. Where nothing is left, the stakeholder is *silent*, which is a state of its own.
 *
 *     yes ── no ── yes'   ⇒ yes        yes ──┬─ no        ⇒ conflicted
 *                                             └─ abstain
 */
import type { OpCid, StakeholderId } from '../op/ids.ts'
import type { Electorate } from './electorate.ts'
import type { Choice } from './ops.ts'

/** A vote that is not void, with its references resolved. */
export interface VoteRecord {
  readonly cid: OpCid
  readonly stakeholder: StakeholderId
  readonly choice: Choice
  readonly rationale?: string
  /** Votes that this one replaces; those of others are ignored. */
  readonly supersedes: readonly OpCid[]
  /** The voter's clock in ms; shown, never judged by. */
  readonly at: number
}

/** What a stakeholder says, all votes considered. */
export type Stance = Choice | 'conflicted' | 'silent'

/** A stakeholder's position with the votes that make it. */
export interface Position {
  readonly stance: Stance
  /** Votes that nothing supersedes, ordered by CID. */
  readonly votes: readonly VoteRecord[]
  /** One of them says why; without that a veto is no owner's veto. */
  readonly reasoned: boolean
}

/** The position of every elector, in the electorate's order. */
export type Positions = ReadonlyMap<StakeholderId, Position>

/** The position of every elector, in the electorate's order; votes of others are ignored. */
export function positions(votes: Iterable<VoteRecord>, electorate: Electorate): Positions {
  const byVoter = Map.groupBy(votes, ({ stakeholder }) => stakeholder)
  const position = (of: readonly VoteRecord[] | undefined) => (of ? positionOf(of) : SILENT)
  return new Map(electorate.members.map(({ id }) => [id, position(byVoter.get(id))]))
}

/** The position that the votes of one stakeholder on one ballot make. */
export function positionOf(votes: readonly VoteRecord[]): Position {
  const superseded = new Set(votes.flatMap(({ supersedes }) => supersedes))
  const last = new Map(
    votes.filter(({ cid }) => !superseded.has(cid)).map((vote) => [vote.cid, vote]),
  )
  const maximal = [...last.values()].sort((a, b) => (a.cid < b.cid ? -1 : 1))
  return {
    stance: stanceOf(maximal),
    votes: maximal,
    reasoned: maximal.some(isReasoned),
  }
}

/**
 * The fewest votes that make a position: one, with its reason where there is one, or two that differ.
 * So whoever votes a thousand times over does not make a tally longer (design §2.1).
 */
export function decisiveVotes({ votes }: Position): VoteRecord[] {
  const first = votes.find(isReasoned) ?? votes[0]
  if (first === undefined) return []
  const other = votes.find(({ choice }) => choice !== first.choice)
  return other === undefined ? [first] : [first, other]
}

const isReasoned = ({ rationale }: VoteRecord): boolean =>
  rationale !== undefined && rationale.trim() !== ''

function stanceOf([first, ...others]: readonly VoteRecord[]): Stance {
  if (first === undefined) return 'silent'
  return others.every(({ choice }) => choice === first.choice) ? first.choice : 'conflicted'
}

/** The position of who has said nothing, one for all of them. */
export const SILENT: Position = positionOf([])

/** Which votes decided a ballot: those that the seals of the most weight judged (design §3.6). */
import type { VoteRecord } from '../../ballot/position.ts'
import type { OpCid, StakeholderId } from '../../op/ids.ts'
import type { Ballot } from '../ballot.ts'
import type { ReplicaReader } from '../reader.ts'
import { judgedVotes, tallyOf } from './judged.ts'
import type { RecordedSeal } from './record.ts'

/** A seal, before it is known which votes prevail. */
export type Sealed = Omit<RecordedSeal, 'judgedThese'>

/** The seals of a ballot with the tallies that they name, by stakeholder. */
export function sealsOf(replica: Pick<ReplicaReader, 'ledger'>, { board }: Ballot): Sealed[] {
  const seals = (['endorse', 'decline'] as const).flatMap((verdict) =>
    [...board[verdict]].map(([stakeholder, id]) => ({
      id,
      stakeholder,
      weight: board.weight([stakeholder]),
      verdict,
      tally: tallyOf(replica, id) ?? null,
    })),
  )
  return seals.sort(byStakeholder)
}

/** The votes that a ballot was judged by. */
export interface SealedVotes {
  /** `ballot`: nobody has sealed, these are the votes that count now. */
  readonly from: 'seals' | 'ballot'
  /** The weight of the seals that judged these very votes. */
  readonly weight: number
  readonly votes: readonly VoteRecord[]
  readonly tallies: ReadonlySet<OpCid>
}

/**
 * The votes that seals of the most weight judged, of the sealing side that prevails; of several
 * equal the tally that sorts first. Tallies that list the same votes are one.
 */
export function sealedVotes(
  replica: Pick<ReplicaReader, 'ledger'>,
  ballot: Ballot,
  seals: readonly Sealed[],
): SealedVotes {
  const byVotes = Map.groupBy(
    seals.filter(({ tally }) => tally !== null && ballot.tallies.has(tally)),
    ({ tally }) => (tally === null ? '' : (ballot.tallies.get(tally)?.votes.join() ?? '')),
  )
  const groups = [...byVotes].map(([votes, group]) => ({
    votes,
    group,
    weight: ballot.board.weight(
      new Set(group.map(({ stakeholder }) => stakeholder as StakeholderId)),
    ),
  }))
  const [first] = groups.sort((a, b) => b.weight - a.weight || (a.votes < b.votes ? -1 : 1))
  if (!first) {
    const votes = [...ballot.positions.values()].flatMap((position) => position.votes)
    return { from: 'ballot', weight: 0, votes, tallies: new Set() }
  }
  const tallies = new Set(first.group.flatMap(({ tally }) => tally ?? []))
  const [tally] = [...tallies].sort()
  const votes = judgedVotes(replica, ballot, tally) ?? []
  return { from: 'seals', weight: first.weight, votes, tallies }
}

/** By stakeholder, then by CID. */
export const byStakeholder = (
  a: { readonly stakeholder: string; readonly id: OpCid },
  b: { readonly stakeholder: string; readonly id: OpCid },
): number =>
  a.stakeholder === b.stakeholder ? byText(a.id, b.id) : byText(a.stakeholder, b.stakeholder)

const byText = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1)

/**
 * The overlay of provisional outcomes (design §3.7): no holder and no charter follows from them, and
 * full settlement decides what becomes of each.
 */
import type { OpCid } from '../op/ids.ts'
import type { Ballot } from './ballot.ts'
import type { Generation } from './frame.ts'

/**
 * What became of a provisional outcome. `held`: another ballot of the slot generation has one too,
 * and nothing chooses between them but settlement (§3.7).
 */
export type ProvisionalState = 'provisional' | 'held' | 'ratified' | 'lapsed'

/** What became of every ballot that is or was provisionally adopted. */
export function provisionalStates(
  ballots: readonly Ballot[],
  outcomeOf: (ballot: Ballot) => 'adopted' | 'declined' | 'open',
): Map<OpCid, ProvisionalState> {
  const formed = ballots.filter(
    (ballot) => !ballot.rest && ballot.provisional?.formedAt !== undefined,
  )
  return new Map(
    formed.map((ballot) => {
      const outcome = outcomeOf(ballot)
      if (outcome !== 'open') return [ballot.id, outcome === 'adopted' ? 'ratified' : 'lapsed']
      const rivals = ballots.filter((other) => areRivals(ballot, other))
      if (rivals.some((rival) => outcomeOf(rival) === 'adopted')) return [ballot.id, 'lapsed']
      const open = rivals.filter((rival) => formed.includes(rival) && outcomeOf(rival) === 'open')
      if (ballot.board.rules.holdsBoth) return [ballot.id, open.length > 0 ? 'held' : 'provisional']
      const isFirst = open.every((rival) => formedFirst(ballot, rival))
      return [ballot.id, isFirst ? 'provisional' : 'lapsed']
    }),
  )
}

/** What no rule may ask (§3.7): which of two came first here. Only tests do. */
const formedFirst = (a: Ballot, b: Ballot): boolean =>
  (a.provisional?.formedAt ?? 0) <= (b.provisional?.formedAt ?? 0)

/** Two ballots of one slot generation. */
const areRivals = (a: Ballot, b: Ballot): boolean =>
  a.id !== b.id && isSameGeneration(a.generation, b.generation)

/** True when at most one of two ballots may be adopted. */
export const isSameGeneration = (a: Generation, b: Generation): boolean =>
  a.slot === b.slot && a.replaces === b.replaces

/** When a provisional outcome lapses unless it is settled, in ms by this node's clock. */
export const lapsesAt = ({ provisional }: Ballot): number | undefined =>
  provisional?.formedAt === undefined
    ? undefined
    : provisional.formedAt + provisional.contingency.ratifyWithin

/** As `provisionalStates`, and lapsed where `ratifyWithin` is over by this node's clock. */
export function stateHere(
  ballot: Ballot,
  states: ReadonlyMap<OpCid, ProvisionalState>,
  now: number,
): ProvisionalState | undefined {
  const state = states.get(ballot.id)
  const isPending = state === 'provisional' || state === 'held'
  if (!isPending || !ballot.board.rules.provisionalLapses) return state
  return now >= (lapsesAt(ballot) ?? Number.POSITIVE_INFINITY) ? 'lapsed' : state
}

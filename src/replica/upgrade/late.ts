/** What was said on a proposal after the window that it belongs to, by this node's clock (§3.4). */
import type { OpCid } from '../../op/ids.ts'
import { lateFor, type WordKind } from '../../proposal/lateness.ts'
import type { Ballot } from '../ballot.ts'
import { timetableOf } from '../closing.ts'
import type { ReplicaReader } from '../reader.ts'

/** A word that came late; it counts all the same. */
export interface LateWord {
  readonly cid: OpCid
  readonly stakeholder: string
  readonly what: WordKind
  readonly window: string
  readonly closedAt: number
  readonly seenAt: number
}

/** Comments and attestations that were first seen after their window, the earliest first. */
export function lateWordsOf(
  { ledger, local }: Pick<ReplicaReader, 'ledger' | 'local'>,
  ballot: Ballot,
): LateWord[] {
  const times = timetableOf(ballot, local)
  const { attestations, comments } = ballot.gateScene
  const words = [
    ...comments.map(({ cid, stakeholder, kind }) => ({ cid, stakeholder, what: kind })),
    ...attestations.map(({ cid, stakeholder, claim }) => ({ cid, stakeholder, what: claim.kind })),
  ]
  return words
    .flatMap((word) => {
      const seenAt = ledger.byCid.get(word.cid)?.seenAt ?? 0
      const late = lateFor(word.what, seenAt, times, ballot.windows)
      return late ? [{ ...word, ...late, seenAt }] : []
    })
    .sort((a, b) => a.seenAt - b.seenAt || (a.cid < b.cid ? -1 : 1))
}

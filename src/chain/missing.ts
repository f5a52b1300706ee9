/** What a ledger asks for by CID, so that no author of references can crowd out the others. */
import type { KeyId, OpCid } from '../op/ids.ts'
import type { Held } from './held.ts'
import type { LedgerState } from './ledger-state.ts'
import { MAX_MISSING } from './limits.ts'

/**
 * References of counted operations that are not held, and predecessors that these need: of every
 * author in turn, each one's oldest first, at most `MAX_MISSING`. (A faulty key may refer to as many
 * operations that never existed as it likes: it crowds out only its own.)
 */
export function missingOf({ byCid, options, waiters, wantedPrevs }: LedgerState): OpCid[] {
  if (!byCid.has(options.coalition)) return [options.coalition]
  const byAuthor = new Map<KeyId, Set<OpCid>>()
  for (const wanted of [wantedPrevs, waiters])
    for (const [cid, referrers] of wanted)
      if (!byCid.has(cid)) for (const key of authorsOf(referrers)) fileUnder(byAuthor, key, cid)
  return inTurn([...byAuthor.values()])
}

const authorsOf = (referrers: Iterable<Held>): Set<KeyId> =>
  new Set([...referrers].map(({ op }) => op.key))

function fileUnder(byAuthor: Map<KeyId, Set<OpCid>>, key: KeyId, cid: OpCid): void {
  const list = byAuthor.get(key)
  if (list) list.add(cid)
  else byAuthor.set(key, new Set([cid]))
}

function inTurn(lists: readonly Set<OpCid>[]): OpCid[] {
  const names = new Set<OpCid>()
  let turns = lists.map((list) => list.values())
  while (turns.length > 0 && names.size < MAX_MISSING)
    turns = turns.filter((turn) => {
      const next = turn.next()
      if (!next.done && names.size < MAX_MISSING) names.add(next.value)
      return !next.done
    })
  return [...names]
}

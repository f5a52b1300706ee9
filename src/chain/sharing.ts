/**
 * Ledgers that hold the same operations once (`layered-map.ts`): a held operation is shared as long
 * as its standing stays as it is, a chain until something follows in it.
 */
import { chainCopy } from './held.ts'
import type { LedgerState } from './ledger-state.ts'

/** Nothing that is held waits for anything: what is shared changes by counting anew only. */
export const isAtRest = ({ waiters, wantedPrevs, stuck, pending }: LedgerState): boolean =>
  waiters.size + wantedPrevs.size + stuck.size + pending.sizeBytes === 0

/** What is held becomes the ledger's own: something of it is about to change. */
export function unshare({ byCid, chains }: LedgerState): void {
  if (!byCid.isShared) return
  byCid.detach((held) => ({ ...held }))
  chains.detach(chainCopy)
  for (const { main, strays } of chains.values()) {
    main.forEach((held, i) => {
      main[i] = byCid.get(held.op.cid) ?? held
    })
    for (const [cid, held] of strays) strays.set(cid, byCid.get(cid) ?? held)
  }
}

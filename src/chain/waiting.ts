/** Why a run of a known key is not taken in at once: its time, its rate, its predecessor (§2.2, §2.6). */
import { MAX_AHEAD_MS } from '../op/limits.ts'
import type { Op } from '../op/operation.ts'
import type { LedgerState } from './ledger-state.ts'
import type { Decoded, Run } from './run.ts'

/** True for the run with which a coalition begins. */
export const isFounding = ({ options }: LedgerState, run: Run): boolean =>
  run.ops[0]?.op.cid === options.coalition

/** Counted operations build on it, or on what follows it. */
export const isWanted = ({ waiters, wantedPrevs }: LedgerState, { cid }: Op): boolean =>
  waiters.has(cid) || wantedPrevs.has(cid)

/** When a run may be taken in by its time and its key's rate, in ms; `fresh` is what is not held of it. */
export function dueAt(
  ledger: LedgerState,
  run: Run,
  fresh: readonly Decoded[],
  now: number,
): number {
  if (isFounding(ledger, run)) return 0
  const sentAt = fresh.reduce((at, { op }) => Math.max(at, op.at), 0)
  if (sentAt > now + MAX_AHEAD_MS) return sentAt - MAX_AHEAD_MS
  // What was asked for out of a broken chain spends its referrer's rate (§2.2), not its author's.
  return isAskedFor(ledger, run, fresh) ? 0 : ledger.rate.freeAt(run.key, fresh)
}

/** True when a run must wait for its predecessor. */
export function hasGap(ledger: LedgerState, run: Run, fresh: readonly Decoded[]): boolean {
  const { cut, main, splitAt } = ledger.chain(run.key)
  const first = fresh[0]?.op.seq ?? 0
  // Seals are asked for without what leads to them.
  if (isFounding(ledger, run) || isAskedFor(ledger, run, fresh)) return false
  if (first >= cut && fresh.some(({ op }) => ledger.keyring.claimOf(op))) return false
  return first > main.length && first < splitAt
}

function isAskedFor(ledger: LedgerState, run: Run, fresh: readonly Decoded[]): boolean {
  const isAbove = (fresh[0]?.op.seq ?? 0) >= ledger.chain(run.key).cut
  return isAbove && fresh.some(({ op }) => isWanted(ledger, op))
}

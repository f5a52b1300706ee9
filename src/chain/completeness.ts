/** Which operations are complete: they and all that they build on are held, and count (design §2.2). */
import type { OpCid } from '../op/ids.ts'
import { type Held, hasEffect } from './held.ts'
import type { LedgerState } from './ledger-state.ts'

/**
 * Completes whatever of these can be; notes of the others what they wait for. Before, nothing may be
 * complete, and nothing may wait.
 */
export function completeAll(ledger: LedgerState, all: Iterable<Held>): void {
  for (const held of all) if (isUndecided(held)) completeWithTargets(ledger, held)
}

/** Notes what an operation waits for: references that are not held, or not complete themselves. */
export function awaitTargets(
  { byCid, waiters }: LedgerState,
  held: Held,
  targets: readonly (Held | OpCid)[] = byCid.targetsOf(held),
): void {
  for (const target of targets) {
    const isHeld = typeof target !== 'string'
    if (isHeld && target.complete && hasEffect(target)) continue
    const cid = isHeld ? target.op.cid : target
    held.waitsFor++
    const waiting = waiters.get(cid)
    if (waiting) waiting.add(held)
    else waiters.set(cid, new Set([held]))
  }
}

/** What an operation builds on comes before it, however deep: references are hashes, so there is no circle. */
function completeWithTargets(ledger: LedgerState, first: Held): void {
  const path = [first]
  for (let held = path.at(-1); held; held = path.at(-1)) {
    if (!isUndecided(held)) {
      path.pop()
      continue
    }
    const targets = ledger.byCid.targetsOf(held)
    const before = targets.filter((target) => typeof target !== 'string').filter(isUndecided)
    path.push(...before)
    if (before.length === 0) complete(ledger, held, targets)
  }
}

function complete(ledger: LedgerState, held: Held, targets: readonly (Held | OpCid)[]): void {
  awaitTargets(ledger, held, targets)
  held.complete = held.waitsFor === 0
  // Nothing is lacking as a rule, and to name the operation of a row takes time.
  if (held.complete && ledger.rate.isAnyLacking) ledger.rate.forgiveLacking(held.op)
}

const isUndecided = (held: Held): boolean =>
  !held.complete && held.waitsFor === 0 && hasEffect(held)

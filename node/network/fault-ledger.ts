/** Who broke the sync protocol how often, and who is blocked for it (design §2.6). */
import type { KeyId } from '../../src/op/ids.ts'
import { FAULT_BLOCK_MS, FAULT_WINDOW_MS, FAULTS_BEFORE_BLOCK } from './limits.ts'

/** Faults per peer; forgets by itself. Holds member keys only, so it stays small. */
export class FaultLedger {
  private readonly now: () => number
  private readonly faults = new Map<KeyId, number[]>()
  private readonly blockedUntil = new Map<KeyId, number>()

  /** `now` in ms. */
  constructor(now: () => number) {
    this.now = now
  }

  /** Counts a fault; true when it blocked the peer. */
  note(key: KeyId): boolean {
    const since = this.now() - FAULT_WINDOW_MS
    const recent = [...(this.faults.get(key) ?? []).filter((at) => at > since), this.now()]
    this.faults.set(key, recent)
    if (recent.length < FAULTS_BEFORE_BLOCK) return false
    this.faults.delete(key)
    this.blockedUntil.set(key, this.now() + FAULT_BLOCK_MS)
    return true
  }

  /** True while the peer is blocked for its faults. */
  blocks(key: KeyId): boolean {
    const until = this.blockedUntil.get(key)
    if (until === undefined) return false
    if (this.now() < until) return true
    this.blockedUntil.delete(key)
    return false
  }

  /** The peer starts anew. */
  forgive(key: KeyId): void {
    this.faults.delete(key)
    this.blockedUntil.delete(key)
  }
}

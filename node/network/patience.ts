/** How much a member may bother us in vain before that is a fault of its own (design §2.6). */
import type { KeyId } from '../../src/op/ids.ts'
import { PATIENCE, PATIENCE_PER_SECOND } from './limits.ts'

interface Account {
  left: number
  at: number
}

/** A token bucket for each peer. Full ones are forgotten, so it holds who was busy of late. */
export class Patience {
  private readonly now: () => number
  private readonly accounts = new Map<KeyId, Account>()

  /** `now` in ms. */
  constructor(now: () => number) {
    this.now = now
  }

  /** Takes some of our patience with a peer; false when it is used up, and then it begins anew. */
  spend(key: KeyId, amount = 1): boolean {
    const account = this.accountOf(key)
    account.left -= amount
    if (account.left >= 0) return true
    this.accounts.delete(key)
    return false
  }

  /** Peers that we have less than all our patience with. */
  get size(): number {
    return this.accounts.size
  }

  private accountOf(key: KeyId): Account {
    const known = this.accounts.get(key)
    if (known) return this.refilled(known)
    for (const [other, account] of this.accounts)
      if (this.refilled(account).left >= PATIENCE) this.accounts.delete(other)
    const fresh = { left: PATIENCE, at: this.now() }
    this.accounts.set(key, fresh)
    return fresh
  }

  private refilled(account: Account): Account {
    const elapsedMs = Math.max(0, this.now() - account.at)
    account.left = Math.min(PATIENCE, account.left + (elapsedMs * PATIENCE_PER_SECOND) / 1000)
    account.at = this.now()
    return account
  }
}

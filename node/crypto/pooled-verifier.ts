/** Many signatures at once on libuv's thread pool, for catching up with long histories (§2.6). */
import { verify } from 'node:crypto'
import type { KeyId } from '../../src/op/ids.ts'
import { keyBytes } from '../../src/op/key-id.ts'
import { verifyBytes } from '../../src/op/signature.ts'
import { hasNeutralR, KeyCache } from './openssl-verifier.ts'

/**
 * Most verifications handed to the pool at a time: enough to keep its four threads busy, few
 * enough that file and name look-ups, which share the pool, are not starved.
 */
export const MAX_IN_FLIGHT = 16

/** One signature to check. */
export interface VerifyItem {
  readonly sig: Uint8Array
  readonly message: Uint8Array
  readonly key: KeyId
}

/** Verifies lists of signatures off the main thread; lists take turns, so the bound holds overall. */
export class PooledVerifier {
  private readonly keys: KeyCache
  /** Settles when the list before is done. */
  private turn: Promise<unknown> = Promise.resolve()

  constructor(keys = new KeyCache()) {
    this.keys = keys
  }

  /** A verdict for each item, in order; an item whose key is not accepted is false. */
  verifyMany(items: readonly VerifyItem[]): Promise<boolean[]> {
    const run = this.turn.then(() => this.verifyList(items))
    this.turn = run.catch(() => undefined)
    return run
  }

  private async verifyList(items: readonly VerifyItem[]): Promise<boolean[]> {
    const verdicts: boolean[] = new Array(items.length).fill(false)
    // The lanes share one iterator, so each takes the next item that nobody has.
    const rest = items.entries()
    const lane = async () => {
      for (const [i, item] of rest) verdicts[i] = await this.verifyOne(item)
    }
    await Promise.all(Array.from({ length: MAX_IN_FLIGHT }, lane))
    return verdicts
  }

  private verifyOne({ sig, message, key }: VerifyItem): Promise<boolean> {
    if (!this.keys.accepts(key)) return Promise.resolve(false)
    if (hasNeutralR(sig)) return Promise.resolve(verifyBytes(sig, message, keyBytes(key)))
    return new Promise((resolve, reject) => {
      verify(null, message, this.keys.object(key), sig, (error, isValid) =>
        error === null ? resolve(isValid) : reject(error),
      )
    })
  }
}

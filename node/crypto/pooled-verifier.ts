/** Many signatures at once on libuv's thread pool, for catching up with long histories (§2.6). */
import { verify } from 'node:crypto'
import type { KeyId } from '../../src/op/ids.ts'
import { keyBytes } from '../../src/op/key-id.ts'
import { verifyBytes } from '../../src/op/signature.ts'
import { hasNeutralR, KeyCache } from './openssl-verifier.ts'

/**
 * Most verifications handed to the pool at a time: enough to keep its threads busy while the main
 * thread reads for some milliseconds, few enough that file and name look-ups, which share the
 * pool, wait no longer than that.
 */
export const MAX_IN_FLIGHT = 128

/** One signature to check. */
export interface VerifyItem {
  readonly sig: Uint8Array
  readonly message: Uint8Array
  readonly key: KeyId
}

interface Job {
  readonly item: VerifyItem
  readonly resolve: (isValid: boolean) => void
  readonly reject: (error: Error) => void
}

/** Verifies signatures off the main thread, in the order in which they were asked for. */
export class PooledVerifier {
  private readonly keys: KeyCache
  private readonly jobs: Job[] = []
  /** The first of `jobs` that was not handed over. */
  private next = 0
  private inFlight = 0

  constructor(keys = new KeyCache()) {
    this.keys = keys
  }

  /** A verdict for each item, in order; an item whose key is not accepted is false. */
  verifyMany(items: readonly VerifyItem[]): Promise<boolean[]> {
    return Promise.all(items.map((item) => this.verify(item)))
  }

  /** The verdict on one item; false when its key is not accepted. */
  verify(item: VerifyItem): Promise<boolean> {
    const { sig, message, key } = item
    if (!this.keys.accepts(key)) return Promise.resolve(false)
    if (hasNeutralR(sig)) return Promise.resolve(verifyBytes(sig, message, keyBytes(key)))
    return new Promise((resolve, reject) => {
      this.jobs.push({ item, resolve, reject })
      this.handOver()
    })
  }

  private handOver(): void {
    while (this.inFlight < MAX_IN_FLIGHT) {
      const job = this.jobs[this.next]
      if (job === undefined) break
      this.next++
      this.inFlight++
      this.start(job)
    }
    if (this.next < this.jobs.length) return
    this.jobs.length = 0
    this.next = 0
  }

  private start({ item, resolve, reject }: Job): void {
    verify(null, item.message, this.keys.object(item.key), item.sig, (error, isValid) => {
      this.inFlight--
      if (error === null) resolve(isValid)
      else reject(error)
      this.handOver()
    })
  }
}

/** When to try again what failed: later and later, each duty by itself. */

/** First wait after a failure, and the longest, in ms. */
export const FIRST_RETRY_MS = 1_000
export const LAST_RETRY_MS = 60_000

interface Failure {
  readonly count: number
  readonly retryAt: number
}

/** Failures by what failed. */
export class Backoff {
  private readonly failures = new Map<string, Failure>()

  /** Notes a failure; returns how often it failed in a row. */
  failed(name: string, now: number): number {
    const count = (this.failures.get(name)?.count ?? 0) + 1
    const waitMs = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(count - 1, 20))
    this.failures.set(name, { count, retryAt: now + waitMs })
    return count
  }

  /** Forgets the failures of what succeeded. */
  succeeded(name: string): void {
    this.failures.delete(name)
  }

  /** When it may be tried again, in ms; 0 when nothing failed. */
  retryAt(name: string): number {
    return this.failures.get(name)?.retryAt ?? 0
  }

  /** Everything may be tried again at once. */
  clear(): void {
    this.failures.clear()
  }
}

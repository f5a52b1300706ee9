/** Hears from many daemons when each of them knows the outcome of a ballot. */
import type { ApiClient } from '../../../node/api/client.ts'
import { waitFor } from '../../support/node-process.ts'

/** Follows the events of all daemons; the clock is this machine's, as theirs is. */
export class SettledWatch {
  private readonly stopped = new AbortController()
  private readonly count: number
  /** For each ballot when each daemon told of its outcome, in ms. */
  private readonly heard = new Map<string, Map<ApiClient, number>>()

  private constructor(count: number) {
    this.count = count
  }

  /** Begins to follow; resolves when it hears all of them. */
  static async over(apis: readonly ApiClient[]): Promise<SettledWatch> {
    const watch = new SettledWatch(apis.length)
    for (const api of apis) void watch.follow(api)
    return watch
  }

  /** When the last daemon knew. */
  async settledEverywhere(ballot: string, withinMs: number): Promise<number> {
    const times = (): number[] => [...(this.heard.get(ballot)?.values() ?? [])]
    await waitFor('all know the outcome', async () => times().length === this.count, withinMs)
    return Math.max(...times())
  }

  stop(): void {
    this.stopped.abort()
  }

  private async follow(api: ApiClient): Promise<void> {
    const { signal } = this.stopped
    try {
      for await (const { kind, proposal } of api.events(undefined, signal)) {
        if (kind !== 'settled' || proposal === null) continue
        const known = this.heard.get(proposal) ?? new Map<ApiClient, number>()
        this.heard.set(proposal, known.set(api, Date.now()))
      }
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }
}

/** Ends what is stuck: aborts when nothing happened for a whole interval while something should have. */
import { NetworkError } from './errors.ts'
import { TimerSet } from './timers.ts'

/** Watches one stream. Aborts after one to two intervals without a sign of life. */
export class IdleGuard {
  private readonly abort = new AbortController()
  private readonly timers = new TimerSet()
  private isAlive = true

  /** `expects`: true while a sign of life is due; always, unless told. */
  constructor(intervalMs: number, expects: () => boolean = () => true) {
    this.timers.every(intervalMs, () => {
      if (!this.isAlive && expects())
        this.end(new NetworkError('artefact-idle', `nothing came for ${intervalMs} ms`))
      this.isAlive = !expects()
    })
  }

  /** Aborts with the reason when the guard or its owner ends it. */
  get signal(): AbortSignal {
    return this.abort.signal
  }

  /** Something happened. */
  alive(): void {
    this.isAlive = true
  }

  /** Ends it now. */
  end(reason: Error): void {
    this.timers.stop()
    this.abort.abort(reason)
  }
}

/** Timers that all stop together, so that nothing runs after the host stopped. */

/** A set of pending timers; delays in ms. */
export class TimerSet {
  private readonly pending = new Set<NodeJS.Timeout>()
  private closed = false

  /** Calls `run` once; the returned function cancels it. */
  after(delayMs: number, run: () => void): () => void {
    if (this.closed) return () => {}
    const timer = setTimeout(() => {
      this.pending.delete(timer)
      run()
    }, delayMs)
    this.pending.add(timer)
    return () => this.cancel(timer)
  }

  /** Calls `run` again and again, first after one interval. */
  every(intervalMs: number, run: () => void): void {
    this.repeat(() => intervalMs, run)
  }

  /** Calls `run` again and again, after waits that are asked for each time. */
  repeat(nextMs: () => number, run: () => void): void {
    this.after(nextMs(), () => {
      run()
      this.repeat(nextMs, run)
    })
  }

  /** Cancels everything; later requests are ignored. */
  stop(): void {
    this.closed = true
    for (const timer of this.pending) clearTimeout(timer)
    this.pending.clear()
  }

  private cancel(timer: NodeJS.Timeout): void {
    clearTimeout(timer)
    this.pending.delete(timer)
  }
}

/** Counts of a run: plain numbers by name, the same for the same seed. */

/** What is counted. */
export class Metrics {
  private readonly counts = new Map<string, number>()

  /** Adds to a count. */
  add(name: string, amount = 1): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + amount)
  }

  /** Sets a value. */
  set(name: string, value: number): void {
    this.counts.set(name, value)
  }

  /** Keeps the larger value. */
  most(name: string, value: number): void {
    this.counts.set(name, Math.max(this.counts.get(name) ?? value, value))
  }

  /** All values, ordered by name. */
  values(): Record<string, number> {
    return Object.fromEntries([...this.counts].sort(([a], [b]) => (a < b ? -1 : 1)))
  }
}

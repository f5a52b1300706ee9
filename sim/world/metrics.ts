/** Counts of a run: plain numbers by name, the same for the same seed. */

/** One count, for what happens with every event. */
export interface Count {
  value: number
}

/** What is counted. */
export class Metrics {
  private readonly counts = new Map<string, Count>()

  /** A count by its name; it shows once it is not 0. */
  count(name: string): Count {
    let count = this.counts.get(name)
    if (!count) {
      count = { value: 0 }
      this.counts.set(name, count)
    }
    return count
  }

  /** Adds to a count. */
  add(name: string, amount = 1): void {
    this.count(name).value += amount
  }

  /** Keeps the larger value. */
  most(name: string, value: number): void {
    const count = this.count(name)
    count.value = Math.max(count.value, value)
  }

  /** All that was counted, ordered by name. */
  values(): Record<string, number> {
    const counted = [...this.counts].filter(([, { value }]) => value !== 0)
    return Object.fromEntries(
      counted.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, { value }]) => [name, value]),
    )
  }
}

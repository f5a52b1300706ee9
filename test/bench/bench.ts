/** What a benchmark is: a name, a way to run, and rows for the table. */

/** How to run. */
export interface BenchOptions {
  /** Smaller inputs and fewer rounds: to see that it runs, not to quote from. */
  readonly quick: boolean
  /** Says what is going on; to stderr. */
  readonly progress: (line: string) => void
}

/** One row of the table. */
export interface BenchResult {
  readonly name: string
  /** What we reach; in `unit`. */
  readonly value: number
  readonly unit: string
  /** What the bare work reaches in the same run, in `unit`; `null` where there is no such floor. */
  readonly floor: number | null
  /** Median over the rounds of what `goal` is about; `null` where the goal is on `value`. */
  readonly ratio: number | null
  /** `≥ 70 %`, `≤ 2 ×`, … */
  readonly goal: string
  readonly met: boolean
}

/** A benchmark. */
export interface Bench {
  readonly name: string
  run(options: BenchOptions): Promise<BenchResult[]>
}

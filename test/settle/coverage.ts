/** What many runs exercised, as a table: a check that never meets the hard cases proves little. */
import type { RunReport } from './world.ts'

/** Share of the runs that must meet each case. */
export const LEAST_SHARE = 0.05
/** Cases that must come up often enough. */
export const CASES = [
  'adopted',
  'declined',
  'beyondRound1',
  'healed',
  'forked',
  'provisional',
  'held',
] as const

/** Counts over many runs. */
export class CoverageTable {
  runs = 0
  private readonly counts = new Map<string, number>()

  /** Counts one run in. */
  add({ coverage }: RunReport): void {
    this.runs++
    for (const [name, met] of Object.entries(coverage))
      this.counts.set(name, (this.counts.get(name) ?? 0) + (met ? 1 : 0))
  }

  /** Cases that came up too rarely. */
  rare(): string[] {
    return CASES.filter((name) => (this.counts.get(name) ?? 0) < LEAST_SHARE * this.runs)
  }

  /** One line for each case: name, runs, share. */
  toString(): string {
    const line = ([name, count]: readonly [string, number]): string =>
      `  ${name.padEnd(14)}${String(count).padStart(7)}  ${((100 * count) / this.runs).toFixed(1)} %`
    return [`settlement: ${this.runs} runs`, ...[...this.counts].map(line), ''].join('\n')
  }
}

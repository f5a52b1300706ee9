/** What one run may come to at most: a rule that is broken may give its nodes work without an end. */

/** Limits of a run. */
export interface RunLimits {
  readonly events: number
  readonly ops: number
}

/** Minutes of work, and more than any scenario needs; the benchmark's largest size has a limit of its own. */
export const MAX_RUN_EVENTS = 100_000_000
/** A thousand members do not say that much in ten years; about a GiB. */
export const MAX_RUN_OPS = 1_000_000

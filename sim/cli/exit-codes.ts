/** Exit codes of `folkmoot-sim` (design §5.5): a failed oracle is a result, not a failure to run. */

/** What the process ends with. */
export const EXIT = {
  ok: 0,
  /** An oracle failed within its assumptions. */
  failed: 1,
  /** Bad input: trying again will not help. */
  badInput: 2,
  /** Not done, through no fault of the input: try again. */
  tryAgain: 75,
} as const

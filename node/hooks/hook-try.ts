/** What one try of a hook came to. */

/**
 * One try. `did`: it ran to its end. `failed`: it ran, and says that it did not work. `nothing`: it
 * certainly did nothing, and may be tried again. `unknown`: it may have done anything, and is not.
 */
export interface HookTry {
  readonly end: 'did' | 'failed' | 'nothing' | 'unknown'
  /** What it answered. */
  readonly output: string
  /** How it ended, in words. */
  readonly why: string
  /** When the other side wants to be asked again, in ms from now. */
  readonly againInMs?: number
}

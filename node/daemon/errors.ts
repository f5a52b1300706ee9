/** What keeps a daemon from running: stable codes, each with the way to mend it. */

/** Stable codes of `DaemonError`. */
export type DaemonErrorCode =
  /** This machine computes the signature predicate differently from all others. */
  | 'self-test-failed'
  /** The network could not be started: a port in use, an address that is not ours. */
  | 'network-unavailable'

/** An operating failure of the daemon; `hint` is what the operator can do about it. */
export class DaemonError extends Error {
  override readonly name = 'DaemonError'
  readonly code: DaemonErrorCode
  readonly hint: string

  constructor(code: DaemonErrorCode, message: string, hint: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.hint = hint
  }
}

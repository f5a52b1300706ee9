/** What keeps a daemon from running: stable codes, each with the way to mend it. */
import { OperatingError } from '../home/operating-error.ts'

/** Stable codes of `DaemonError`. */
export type DaemonErrorCode =
  /** This machine computes the signature predicate differently from all others. */
  | 'self-test-failed'
  /** The network could not be started: a port in use, an address that is not ours. */
  | 'network-unavailable'

/** An operating failure of the daemon; `hint` is what the operator can do about it. */
export class DaemonError extends OperatingError<DaemonErrorCode> {
  override readonly name = 'DaemonError'
}

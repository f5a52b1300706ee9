/** What can go wrong with a backup: stable codes, each with what to do. */
import { OperatingError } from '../home/operating-error.ts'

/** Stable codes of `BackupError`. */
export type BackupErrorCode =
  /** There is a file of that name; a backup never overwrites. */
  | 'backup-exists'
  /** It cannot be read or written. */
  | 'backup-unavailable'
  /** It is no backup of ours, or damaged. */
  | 'backup-damaged'
  /** It is sealed, and nothing that was given opens it. */
  | 'backup-sealed'
  /** A recipient or an identity that age does not take. */
  | 'backup-key'

/** An operating failure of a backup; `hint` is what the operator can do about it. */
export class BackupError extends OperatingError<BackupErrorCode> {
  override readonly name = 'BackupError'
}

/** What can go wrong with a backup: stable codes, each with what to do. */

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
export class BackupError extends Error {
  override readonly name = 'BackupError'
  readonly code: BackupErrorCode
  readonly hint: string

  constructor(code: BackupErrorCode, message: string, hint: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.hint = hint
  }
}

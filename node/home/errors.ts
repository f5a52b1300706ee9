/** What can go wrong with an organisation's home directory: stable codes, each with its fix. */
import { OperatingError } from './operating-error.ts'

/** Stable codes of `HomeError`. */
export type HomeErrorCode =
  /** There is a home already; it is never overwritten. */
  | 'home-exists'
  /** There is no home at this place. */
  | 'home-missing'
  /** Others may read what only the owner should. */
  | 'home-too-open'
  /** A file could not be read or written. */
  | 'home-unavailable'
  /** A key file is not where it should be (a root key kept offline, for instance). */
  | 'key-missing'
  /** A key or identity file does not hold what it should. */
  | 'key-damaged'
  /** It takes a passphrase to use the node key, or it has one already. */
  | 'key-sealed'
  | 'passphrase-missing'
  /** Others than its owner may read the file that holds it. */
  | 'passphrase-exposed'
  | 'passphrase-wrong'
  | 'passphrase-weak'
  | 'passphrase-mismatch'
  /** A setting that does not exist. */
  | 'config-unknown-key'
  /** A setting with a value that it cannot take, or a file that is not YAML. */
  | 'config-invalid'
  /** A token that cannot be made, or that there is not. */
  | 'token-invalid'

/** An operating failure around the home directory; `hint` is what the operator can do about it. */
export class HomeError extends OperatingError<HomeErrorCode> {
  override readonly name = 'HomeError'
}

/** The message of whatever was thrown. */
export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)

/** The `errno` name of a system error (`ENOENT`, …). */
export const errnoOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined

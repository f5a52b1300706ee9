/** What can go wrong with the contents of artefacts on disk: stable codes, each with its fix. */
import { errnoOf, messageOf } from '../home/errors.ts'
import { OperatingError } from '../home/operating-error.ts'

/** Stable codes of `BlobError`. */
export type BlobErrorCode =
  /** No room on the disk, or none left for this user. */
  | 'disk-full'
  /** A file cannot be read or written for another reason. */
  | 'blob-unavailable'
  /** What was handed over is not the content that it was said to be. */
  | 'blob-mismatch'
  /** The disk gives back other bytes than were written. */
  | 'blob-damaged'
  /** Nobody announced it, or whoever did lied. */
  | 'artefact-unknown'

/** An operating failure around contents; `hint` is what the operator can do about it. */
export class BlobError extends OperatingError<BlobErrorCode> {
  override readonly name = 'BlobError'
}

/** What systems say when there is no room: the disk, the user's quota, the process's file limit. */
const FULL: ReadonlySet<string | undefined> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/** Whatever a file operation threw, as a `BlobError` that names the path. */
export function blobFault(path: string, error: unknown): BlobError {
  if (error instanceof BlobError) return error
  const errno = errnoOf(error instanceof Error && error.cause ? error.cause : error)
  if (FULL.has(errno))
    return new BlobError(
      'disk-full',
      `the disk is full: ${path} cannot be written (${errno})`,
      'free disk space, or folkmoot artefact drop what is not needed; then try again',
      error,
    )
  return new BlobError(
    'blob-unavailable',
    `${path}: ${messageOf(error)}`,
    'check the folder, its permissions and the disk',
    error,
  )
}

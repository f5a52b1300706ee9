/** What can go wrong between a caller and a node, beside refusals: stable codes, each with its fix. */

/** Exit code of a command that found no daemon. */
export const EXIT_NO_DAEMON = 3
/** Exit code of a command that failed otherwise. */
const EXIT_FAILED = 1

/**
 * An operating failure: `no-daemon` (nobody listens on the socket), `no-coalition` (the home
 * belongs to none yet), `bad-answer` (what came is no answer of ours), or the daemon's own code.
 */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: string
  readonly hint: string
  readonly exitCode: number

  constructor(code: string, message: string, hint: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.hint = hint
    this.exitCode = code === 'no-daemon' ? EXIT_NO_DAEMON : EXIT_FAILED
  }
}

/** The error for a home that was neither founded nor joined. */
export const noCoalition = (dir: string): ApiError =>
  new ApiError(
    'no-coalition',
    `${dir} belongs to no coalition yet`,
    'folkmoot found <charter> --cards …, or folkmoot join <invite>',
  )

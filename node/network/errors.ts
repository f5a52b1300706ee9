/** What can fail in the network, as typed errors (design §7). */

/** Stable codes of network errors. */
export type NetworkErrorCode =
  | 'artefact-fault'
  | 'artefact-idle'
  | 'blocked'
  | 'bad-key'
  | 'duplicate-connection'
  | 'frame-prefix'
  | 'frame-too-large'
  | 'gossip-dead'
  | 'hello-too-large'
  | 'hello-too-many'
  | 'not-member'
  | 'not-started'
  | 'peer-gone'
  | 'session-busy'
  | 'session-fault'
  | 'session-idle'
  | 'stream-cut'

/** An operating failure of the network; `hint` is what to do about it. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError'
  readonly code: NetworkErrorCode
  readonly hint: string | undefined

  constructor(code: NetworkErrorCode, message: string, hint?: string) {
    super(message)
    this.code = code
    this.hint = hint
  }
}

/** Anything thrown, as an `Error`. */
export const asError = (thrown: unknown): Error =>
  thrown instanceof Error ? thrown : new NetworkError('stream-cut', String(thrown))

/** One line for the log. */
export const reasonOf = (thrown: unknown): string =>
  thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)

/** Refused input is a value, not an exception (design §7): a stable code, a sentence, a fix. */

/** Why input was refused. `code` is stable; `hint` says what would be right. */
export interface Refusal {
  readonly ok: false
  readonly code: string
  readonly message: string
  readonly hint?: string
}

/** A value or the reason why there is none. */
export type Result<T> = { readonly ok: true; readonly value: T } | Refusal

/** Wraps a good value. */
export const accept = <T>(value: T): Result<T> => ({ ok: true, value })

/** Makes a refusal; `hint` is what the user can do about it. */
export const refuse = (code: string, message: string, hint?: string): Refusal =>
  hint === undefined ? { ok: false, code, message } : { ok: false, code, message, hint }

/** A refusal as an exception, for callers that cannot go on. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
  readonly code: string
  readonly hint: string | undefined

  constructor(refusal: Refusal) {
    super(refusal.message)
    this.code = refusal.code
    this.hint = refusal.hint
  }
}

/** The value of a result; throws `RefusedError` when it was refused. */
export function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value
  throw new RefusedError(result)
}

/** A broken invariant: a bug of ours, never caused by input. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError'
  readonly code = 'invariant'
}

/** Throws `InvariantError` unless the condition holds. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantError(message)
}

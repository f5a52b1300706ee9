/** What operators meet when something around a node fails: a stable code, and what to do about it. */

/** An operating failure; each area derives its own, with its codes. */
export abstract class OperatingError<Code extends string> extends Error {
  readonly code: Code
  /** What the operator can do about it. */
  readonly hint: string

  constructor(code: Code, message: string, hint: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.hint = hint
  }
}

/** What can go wrong in the demo. */

/** A step of the story did not come true. */
export class DemoError extends Error {
  override readonly name = 'DemoError'
  readonly code: 'not-reached' | 'command-failed' | 'refused'

  constructor(code: DemoError['code'], message: string) {
    super(message)
    this.code = code
  }
}

/** What went wrong with a command: a code, a sentence, what would mend it, and how the process ends. */
import { EXIT } from './exit-codes.ts'

/** An error that a user can act on. */
export class SimError extends Error {
  readonly code: string
  readonly hint: string
  readonly exit: number

  constructor(code: string, message: string, hint: string, exit: number = EXIT.badInput) {
    super(message)
    this.name = 'SimError'
    this.code = code
    this.hint = hint
    this.exit = exit
  }
}

/** Failures as users see them: a stable code, a sentence, the fix, an exit code (design §6.6). */
import { type Refusal, RefusedError, type Result } from '../../src/op/refusal.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'
import { plain } from './view/text.ts'

/** A command could not do what it was asked to. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly code: string
  readonly hint: string
  readonly exit: ExitCode
  /** What programs want to know besides, for `--json`. */
  readonly details: object

  constructor(
    code: string,
    message: string,
    hint: string,
    { exit = EXIT.failed, details = {} }: { exit?: ExitCode; details?: object } = {},
  ) {
    super(message)
    this.code = code
    this.hint = hint
    this.exit = exit
    this.details = details
  }
}

/** The command line cannot be understood. */
export const usageError = (message: string, hint: string): CliError =>
  new CliError('usage', message, hint, { exit: EXIT.usage })

/** No daemon answers, and the command cannot do without. */
export const noDaemon = (home: string): CliError =>
  new CliError('no-daemon', `no daemon is running for ${home}`, 'start it with `folkmoot up`', {
    exit: EXIT.noDaemon,
  })

/** What only an amendment has was asked of another proposal. */
export const notAnAmendment = (title: string): CliError =>
  new CliError(
    'not-an-amendment',
    `"${plain(title)}" is no amendment of the charter`,
    'only amendments carry a charter; on others one votes: folkmoot vote',
    { exit: EXIT.refused },
  )

/** A failure, ready to be shown; with `--json` printed as it is. */
export interface Failure {
  readonly ok: false
  readonly code: string
  readonly message: string
  readonly hint: string
}

/** The value of a result; a refusal becomes an error with exit code `refused`. */
export function need<T>(result: Result<T>): T {
  if (result.ok) return result.value
  throw refusedError(result)
}

/** A refusal by a rule, as an error. */
export const refusedError = ({ code, message, hint }: Refusal): CliError =>
  new CliError(code, message, hint ?? 'nothing was changed', {
    exit: EXIT.refused,
  })

/** What to show and how to exit for whatever was thrown. */
export function failureOf(thrown: unknown): { readonly failure: Failure; readonly exit: ExitCode } {
  if (thrown instanceof RefusedError) return failureOf(refusedError(refusalOf(thrown)))
  const { code, hint } = detailsOf(thrown)
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  const failure: Failure = { ok: false, code, message, hint }
  if (!(thrown instanceof CliError)) return { failure, exit: EXITS[code] ?? EXIT.failed }
  return { failure: { ...failure, ...thrown.details }, exit: thrown.exit }
}

/** Codes of errors from other areas that mean more than "it did not work". */
const EXITS: Readonly<Record<string, ExitCode>> = {
  'no-daemon': EXIT.noDaemon,
  // A service unit must not start it again: trying again mends no settings.
  'config-invalid': EXIT.usage,
  'config-unknown-key': EXIT.usage,
}

const refusalOf = ({ code, message, hint }: RefusedError): Refusal =>
  hint === undefined ? { ok: false, code, message } : { ok: false, code, message, hint }

/** Typed errors carry a code and a hint; anything else is a bug of ours. */
function detailsOf(thrown: unknown): { readonly code: string; readonly hint: string } {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
  const hint = thrown instanceof Error && 'hint' in thrown ? thrown.hint : undefined
  if (typeof code === 'string')
    return { code, hint: typeof hint === 'string' ? hint : 'see `folkmoot doctor`' }
  return { code: 'internal', hint: 'this is a bug: please report it with the command that you ran' }
}

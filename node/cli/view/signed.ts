/** What was signed, or would be, for people (design §6.6: `--dry-run` shows exactly that). */
import { plainValue } from '../../api/json-values.ts'
import type { Signed } from '../../api/node-api.ts'
import type { Report } from '../command.ts'
import type { RootSigned, RootWait } from '../root-signing.ts'

/** Lines that show an operation: its type, what it builds on, its body. */
export function signedLines({ type, refs, body }: Signed): string[] {
  const named = refs.map((ref, i) => `  refs[${i}]  ${ref}`)
  const content = JSON.stringify(plainValue(body), null, 2).split('\n')
  return [
    `  type     ${type}`,
    ...named,
    ...content.map((line, i) => `  ${i === 0 ? 'body     ' : ''}${line}`),
  ]
}

/** What was signed; what a root signed says, too, whether it waits. */
type Shown = Signed & Partial<Pick<RootSigned, 'waits'>>

const WAITS: Readonly<Record<RootWait, string>> = {
  'too-fast':
    '  it waits at this node, for our root is ahead of the rate of the charter (limits.opsPerMinute); nothing has to be done',
  'unknown-root':
    '  it waits at this node until an amendment that names our root is here; nothing has to be done',
}

/** The report of signing: with `--dry-run` what would be signed, else the sentence. */
export function signedReport(signed: readonly Shown[], sentence: string): Report {
  const data = signed.length === 1 ? plainSigned(signed[0]) : { signed: signed.map(plainSigned) }
  const wait = signed.find(({ waits }) => waits)?.waits
  if (wait) return { data, text: `${sentence.replace(/^✓/, '!')}\n${WAITS[wait]}` }
  if (!signed.some(({ dryRun }) => dryRun)) return { data, text: sentence }
  const shown = signed.flatMap((one) => ['Would sign:', ...signedLines(one)])
  return { data, text: [...shown, 'Nothing was signed.'].join('\n') }
}

const plainSigned = (signed: Shown | undefined): object =>
  signed === undefined ? {} : { ...signed, body: plainValue(signed.body) }

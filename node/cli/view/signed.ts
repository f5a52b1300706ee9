/** What was signed, or would be, for people (design §6.6: `--dry-run` shows exactly that). */
import { plainValue } from '../../api/json-values.ts'
import type { Signed } from '../../api/node-api.ts'
import type { Report } from '../command.ts'

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

/** The report of signing: with `--dry-run` what would be signed, else the sentence. */
export function signedReport(signed: readonly Signed[], sentence: string): Report {
  const data = signed.length === 1 ? plainSigned(signed[0]) : { signed: signed.map(plainSigned) }
  if (!signed.some(({ dryRun }) => dryRun)) return { data, text: sentence }
  const shown = signed.flatMap((one) => ['Would sign:', ...signedLines(one)])
  return { data, text: [...shown, 'Nothing was signed.'].join('\n') }
}

const plainSigned = (signed: Signed | undefined): object =>
  signed === undefined ? {} : { ...signed, body: plainValue(signed.body) }

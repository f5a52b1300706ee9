/** `attestations …`: who attests what, whether the evidence holds, and the evidence for other tools. */
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { AttestationLine, EvidenceCheck } from '../../api/attestation-api.ts'
import { shortId } from '../../api/ids.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { need } from '../errors.ts'
import { EXIT } from '../exit-codes.ts'
import { writeResult } from '../files.ts'
import { withNode } from '../node-access.ts'
import type { Style } from '../view/paint.ts'
import { type Column, tableLines } from '../view/table.ts'
import { count, plain } from '../view/text.ts'
import { moment } from '../view/time.ts'

interface OfProposal {
  readonly proposal: string | undefined
}

const queryOf = ({ proposal }: OfProposal) => (proposal === undefined ? {} : { proposal })

/** Lists attestations. */
export const list = (input: OfProposal, context: Context): Promise<Report> =>
  withNode(context, 'any', async ({ api }) => {
    const lines = need(await api.attestations.list(queryOf(input)))
    const text = tableLines(COLUMNS, lines, context.print).join('\n')
    return { data: { attestations: lines }, text: text || 'no attestations' }
  })

const STYLES: { readonly [result: string]: Style } = {
  passed: 'good',
  warned: 'warn',
  failed: 'bad',
}
const CHECK_STYLES: Readonly<Record<EvidenceCheck['state'], Style>> = {
  verified: 'good',
  elsewhere: 'dim',
  unverified: 'warn',
  differs: 'bad',
}

const COLUMNS: readonly Column<AttestationLine>[] = [
  { title: 'ID', of: ({ id }) => shortId(id), style: () => 'title' },
  { title: 'AT', of: ({ at }) => moment(at), style: () => 'dim' },
  {
    title: 'BY',
    of: ({ stakeholder, counts }) => stakeholder + (counts === false ? ' (void)' : ''),
  },
  { title: 'KIND', of: ({ kind }) => kind },
  {
    title: 'RESULT',
    of: ({ result, kind }) => (kind === 'other' ? '' : result),
    style: ({ result }) => STYLES[result],
  },
  { title: 'OF', of: (line) => subjectNames(line), shrinks: true },
  { title: 'WHAT', of: ({ labels, remark }) => labels.join(', ') || (remark ?? ''), shrinks: true },
  { title: 'OUTER KEY', of: (line) => outerKeyText(line) },
  {
    title: 'EVIDENCE',
    of: ({ check }) => check.state,
    style: ({ check }) => CHECK_STYLES[check.state],
  },
]

/** The name alone would say that it is of the proposal's subject where it is of other bytes. */
function subjectNames({ subjects, kind, unread }: AttestationLine): string {
  const names = [...new Set(subjects.map(({ name, digest }) => name || digest))]
    .map((name) => (name.startsWith('proposal/') ? 'the proposal' : name))
    .join(', ')
  return unread === null || kind === 'other' ? names : `${names} (other digest)`
}

/** Characters of a fingerprint that people compare at a glance. */
const FINGERPRINT = 12

const outerKeyText = ({ outerKeys }: AttestationLine): string =>
  outerKeys
    .map(({ algorithm, fingerprint, isOwn }) =>
      isOwn ? 'its own' : `${algorithm} ${fingerprint.slice(0, FINGERPRINT)}`,
    )
    .join(', ')

/** Looks at all evidence again; exit code 1 where any of it does not hold. */
export const verify = (input: OfProposal, context: Context): Promise<Report> =>
  withNode(context, 'any', async ({ api }) => {
    const lines = need(await api.attestations.list(queryOf(input)))
    const bad = lines.filter(({ check }) => !HOLDS.has(check.state))
    const { paint } = context.print
    const text = [
      ...lines.map(
        ({ id, stakeholder, check }) =>
          `${HOLDS.has(check.state) ? paint('good', '✓') : paint('bad', '✗')} ${shortId(id)} ${stakeholder}: ${plain(check.sentence)}`,
      ),
      bad.length === 0
        ? `${paint('good', '✓')} the evidence of ${count(lines.length, 'attestation')} holds`
        : paint('bad', `the evidence of ${count(bad.length, 'attestation')} does not hold`),
    ]
    const verdict = bad.length === 0 ? {} : FAILED
    const checks = lines.map(({ id, stakeholder, check, outerKeys }) => ({
      ...{ id, stakeholder, outerKeys },
      ...check,
    }))
    const exit = bad.length === 0 ? EXIT.ok : EXIT.failed
    return { data: { ...verdict, attestations: checks }, text: text.join('\n'), exit }
  })

const HOLDS: ReadonlySet<EvidenceCheck['state']> = new Set(['verified', 'elsewhere'])
const FAILED = {
  code: 'evidence-failed',
  message: 'some evidence does not hold',
  hint: 'ask the member that attested it; its word counts all the same, and is signed',
}

/** Writes envelopes and keys into a folder. */
export const exportAll = (
  input: OfProposal & { readonly out: string },
  context: Context,
): Promise<Report> =>
  withNode(context, 'any', async ({ api }) => {
    const lines = need(await api.attestations.list(queryOf(input)))
    mkdirSync(resolve(context.io.cwd, input.out), { recursive: true })
    const files: string[] = []
    const bundle: string[] = []
    const write = (name: string, content: string | Uint8Array): void => {
      writeResult(context, join(input.out, name), content)
      files.push(name)
    }
    for (const { id } of lines) {
      const { envelope, keys } = need(await api.attestations.envelope(id))
      if (envelope === null) continue
      write(`${shortId(id)}.intoto.json`, envelope)
      bundle.push(oneLine(envelope))
      for (const { fingerprint, pem } of keys) write(`${fingerprint}.pem`, pem)
    }
    // JSON lines: the bundle form of the in-toto attestation framework.
    write('bundle.intoto.jsonl', `${bundle.join('\n')}\n`)
    const text = `✓ ${input.out}: ${count(bundle.length, 'envelope')}, byte for byte, and the keys that signed them`
    return { data: { folder: input.out, files, envelopes: bundle.length }, text }
  })

const oneLine = (envelope: Uint8Array): string =>
  JSON.stringify(JSON.parse(new TextDecoder().decode(envelope)))

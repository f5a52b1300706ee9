/** `register`: one command for every kind, with what each of its actions takes. */
import { extname } from 'node:path'
import { EXPORT_FORMATS, type ExportFormat, formatsOf } from '../../../src/register/export.ts'
import type { Finding, RegisterKind } from '../../../src/register/kind.ts'
import { MAX_ESCALATED } from '../../../src/register/limits.ts'
import { optionName } from '../../../src/register/rows.ts'
import { cellText, type TextTable } from '../../../src/register/table.ts'
import { shortId } from '../../api/ids.ts'
import type { NodeApi } from '../../api/node-api.ts'
import type { RegisterDetail, RegisterLine, RegisterRowLine } from '../../api/register-api.ts'
import type { RawInput, Report } from '../command.ts'
import type { Context } from '../context.ts'
import { CliError, need, usageError } from '../errors.ts'
import { EXIT } from '../exit-codes.ts'
import { writeResult } from '../files.ts'
import { withNode } from '../node-access.ts'
import type { REGISTER_ACTIONS } from '../register-actions.ts'
import { signedReport } from '../view/signed.ts'
import { type Column, tableLines } from '../view/table.ts'
import { count, plain, plainLines } from '../view/text.ts'
import { moment } from '../view/time.ts'
import { fieldNames, fieldsOf } from './register-fields.ts'

type Action = (typeof REGISTER_ACTIONS)[number]

/** How long those whose move it is have unless it is said, in ms. */
const DUE_MS = 2 * 86_400_000

/** Lists all registers. */
export const overview = (context: Context): Promise<Report> =>
  withNode(context, 'any', async ({ api }) => {
    const registers = await api.registers.list()
    const lines = tableLines(OVERVIEW, registers, context.print)
    return { data: { registers }, text: lines.join('\n') }
  })

const number = (n: number): string => (n === 0 ? '' : String(n))

const OVERVIEW: readonly Column<RegisterLine>[] = [
  { title: 'REGISTER', of: ({ kind }) => kind, style: () => 'title' },
  { title: 'ROWS', of: ({ rows }) => number(rows) },
  { title: 'ERRORS', of: ({ errors }) => number(errors), style: () => 'bad' },
  { title: 'WARNINGS', of: ({ warnings }) => number(warnings), style: () => 'warn' },
  { title: 'CHANGED', of: ({ changedAt }) => (changedAt === null ? '' : moment(changedAt)) },
  { title: 'WHAT IT HOLDS', of: ({ about }) => about, shrinks: true, style: () => 'dim' },
]

/** What one command line says. */
interface Asked {
  readonly kind: RegisterKind
  readonly input: RawInput
  readonly context: Context
  readonly api: NodeApi
  readonly query: { readonly kind: string; readonly in?: string }
}

/** Does one action on the register of a kind. */
export function onRegister(
  kind: RegisterKind,
  input: RawInput,
  context: Context,
): Promise<Report | undefined> {
  const action = (input.action ?? 'list') as Action
  const row = rowOf(action, input.row)
  assertFits(kind, action, input)
  const isWriting =
    action === 'add' || action === 'set' || action === 'remove' || input.escalate === true
  return withNode(context, isWriting ? 'daemon' : 'any', ({ api }) => {
    const query = { kind: kind.kind, ...(typeof input.in === 'string' && { in: input.in }) }
    const asked = { kind, input, context, api, query }
    switch (action) {
      case 'list':
        return list(asked)
      case 'show':
        return show(asked, row)
      case 'lint':
        return lint(asked)
      case 'report':
        return report(asked)
      case 'export':
        return exportFile(asked)
      default:
        return write(asked, action, row)
    }
  })
}

/** Actions that are about one row. */
const ON_ROW: ReadonlySet<Action> = new Set(['add', 'set', 'remove', 'show'])

function rowOf(action: Action, row: unknown): string {
  if (ON_ROW.has(action) && typeof row !== 'string')
    throw usageError(`${action} of which row is not said`, 'name its id after the action')
  if (!ON_ROW.has(action) && row !== undefined)
    throw usageError(`${action} takes no row`, `leave "${String(row)}" out`)
  return typeof row === 'string' ? row : ''
}

/** An option that goes with another action is a mistake, not something to pass over. */
function assertFits(kind: RegisterKind, action: Action, input: RawInput): void {
  const isGiven = (name: string): boolean => {
    const value = input[name]
    return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false
  }
  const fields = Object.keys(kind.fields)
  const allowed: Readonly<Record<string, readonly Action[]>> = {
    ...Object.fromEntries(fields.map((name) => [name, ['add', 'set']])),
    clear: ['set'],
    format: ['export'],
    out: ['export'],
    escalate: ['lint'],
    within: ['lint'],
    dryRun: ['add', 'set', 'remove', 'lint'],
  }
  for (const [name, actions] of Object.entries(allowed))
    if (isGiven(name) && !actions.includes(action))
      throw usageError(
        `--${optionName(name)} does not go with ${action}`,
        `it goes with ${actions.join(' and ')}`,
      )
}

async function list({ kind, context, api, query }: Asked): Promise<Report> {
  const detail = need(await api.registers.read(query))
  const lines = textTable(detail.table, context)
  const wrong = findingCount(detail)
  return {
    data: detail,
    text: lines.join('\n') || `no ${kind.kind} yet`,
    ...(wrong !== '' && { next: ['', `${wrong}: folkmoot register ${kind.kind} lint`] }),
  }
}

/** A table of text on the terminal; long cells give way. */
function textTable({ columns, rows }: TextTable, { print }: Context): string[] {
  const shown = columns.map(
    (title, i): Column<readonly string[]> => ({
      title: title.toUpperCase(),
      of: (row) => row[i] ?? '',
      shrinks: true,
      ...(i === 0 && { style: () => 'title' as const }),
    }),
  )
  return tableLines(shown, rows, print)
}

function findingCount({ findings, more }: RegisterDetail): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length
  const warnings = findings.length - errors + more
  return [
    ...(errors > 0 ? [count(errors, 'error')] : []),
    ...(warnings > 0 ? [count(warnings, 'warning')] : []),
  ].join(', ')
}

async function show({ kind, context, api, query }: Asked, row: string): Promise<Report> {
  const detail = need(await api.registers.read(query))
  const rows = detail.rows.filter(({ id }) => id === row)
  if (rows.length === 0)
    throw new CliError(
      'unknown-row',
      `there is no row "${plain(row)}" in ${kind.kind}`,
      `folkmoot register ${kind.kind} lists them`,
    )
  const findings = detail.findings.filter((finding) => finding.row === row)
  const lines = rows.flatMap((one) => rowLines(kind, one, context))
  const wrong = findings.map((finding) => findingLine(finding, context))
  return {
    data: { kind: kind.kind, rows, findings },
    text: [...lines, ...(wrong.length > 0 ? ['', ...wrong] : [])].join('\n'),
  }
}

function rowLines(kind: RegisterKind, row: RegisterRowLine, { print }: Context): string[] {
  const { paint } = print
  const names = Object.keys(kind.fields).filter((name) => Object.hasOwn(row.fields, name))
  const width = Math.max(8, ...names.map((name) => name.length))
  const line = (name: string, text: string): string[] => {
    const [first = '', ...rest] = plainLines(text)
    return [
      `${paint('dim', name.padEnd(width))}  ${first}`,
      ...rest.map((more) => `${' '.repeat(width)}  ${more}`.trimEnd()),
    ]
  }
  return [
    paint('title', plain(row.id)),
    ...names.flatMap((name) => line(name, cellText(row.fields[name]))),
    ...Object.entries(row.odd).flatMap(([name, value]) =>
      line(plain(name), `!${JSON.stringify(value)}`),
    ),
    ...line('document', shortId(row.document)),
  ]
}

function findingLine({ severity, row, sentence, fix }: Finding, { print }: Context): string {
  const { paint } = print
  const where = row === null ? '' : `${plain(row)}: `
  const mark = severity === 'error' ? paint('bad', 'error  ') : paint('warn', 'warning')
  return `${mark}  ${where}${plain(sentence)}\n         ${paint('dim', `fix: ${plain(fix)}`)}`
}

/** Exits with 1 where there are errors, so that a script can tell. */
async function lint(asked: Asked): Promise<Report> {
  const { kind, context, api, query, input } = asked
  const detail = need(await api.registers.read(query))
  const { findings, more } = detail
  const isWrong = findings.some(({ severity }) => severity === 'error')
  const lines = findings.map((finding) => findingLine(finding, context))
  const rest = more > 0 ? [`and ${count(more, 'more finding')}`] : []
  const text = [...lines, ...rest].join('\n') || '✓ nothing is wrong'
  if (input.escalate === true) return escalate(asked, text, detail)
  const hint = isWrong ? ['', `Next:`, `  folkmoot register ${kind.kind} lint --escalate`] : []
  return {
    data: { findings, more },
    text,
    next: hint,
    exit: isWrong ? EXIT.failed : EXIT.ok,
  }
}

async function escalate(
  { api, kind, input }: Asked,
  text: string,
  { findings, more }: RegisterDetail,
): Promise<Report> {
  const dueInMs = typeof input.within === 'number' ? input.within : DUE_MS
  const dryRun = input.dryRun === true
  const signed = need(await api.registers.escalate({ kind: kind.kind, dueInMs }, { dryRun }))
  if (signed.length === 0)
    return {
      data: { findings, more, signed: [] },
      text: `${text}\n\nnothing that is not escalated yet`,
    }
  const rest = signed.length < MAX_ESCALATED ? '' : '; repeat it for more, where there are more'
  const opened = `✓ opened ${count(signed.length, 'escalation')}: folkmoot escalations${rest}`
  const { text: said, data } = signedReport(signed, opened)
  return { data: { findings, more, ...data, signed }, text: `${text}\n\n${said}` }
}

async function report({ kind, context, api, query }: Asked): Promise<Report> {
  if (!kind.report)
    throw usageError(`nothing is computed from ${kind.kind}`, `folkmoot register ${kind.kind} list`)
  const { report: computed } = need(await api.registers.read(query))
  const { tables = [], notes = [] } = computed ?? {}
  const blocks = tables.map((table) =>
    [context.print.paint('title', table.title), ...textTable(table, context)].join('\n'),
  )
  return {
    data: { kind: kind.kind, tables, notes },
    text: [...blocks, notes.map(plain).join('\n')].filter((block) => block !== '').join('\n\n'),
  }
}

async function exportFile({
  kind,
  context,
  api,
  query,
  input,
}: Asked): Promise<Report | undefined> {
  const out = typeof input.out === 'string' ? input.out : '-'
  const format = formatOf(kind, input.format, out)
  const { content, mediaType } = need(await api.registers.export({ ...query, format }))
  if (!writeResult(context, out, content)) return undefined
  return { data: { file: out, format, mediaType }, text: `✓ wrote ${out}` }
}

/** Shows or writes a `security.txt`; what remains to be done with it is for its owner. */
export const securityTxt = (
  { by, out }: { readonly by: string | undefined; readonly out: string | undefined },
  context: Context,
): Promise<Report | undefined> =>
  withNode(context, 'any', async ({ api }) => {
    const { content, mediaType } = need(await api.registers.securityTxt(by))
    if (out === undefined) return { data: { content, mediaType }, text: content.trimEnd() }
    if (!writeResult(context, out, content)) return undefined
    return {
      data: { file: out, mediaType },
      text: `✓ wrote ${out}`,
      next: [
        '',
        'Next:',
        `  gpg --clearsign ${out}   where you have an OpenPGP key; name where it is published (--canonical) before`,
        '  publish it as https://…/.well-known/security.txt',
      ],
    }
  })

const ENDINGS: ReadonlyMap<string, ExportFormat> = new Map([
  ['.json', 'json'],
  ['.md', 'markdown'],
  ['.ics', 'ics'],
])

function formatOf(kind: RegisterKind, given: unknown, out: string): ExportFormat {
  const named = EXPORT_FORMATS.find((format) => format === given)
  const format = named ?? ENDINGS.get(extname(out).toLowerCase()) ?? 'csv'
  if (formatsOf(kind).includes(format)) return format
  throw usageError(
    `${kind.kind} have no dates for a calendar`,
    `one of ${formatsOf(kind).join(', ')}`,
  )
}

async function write(
  { kind, input, api, query }: Asked,
  act: 'add' | 'set' | 'remove',
  row: string,
): Promise<Report> {
  const given = fieldsOf(kind, input)
  const fields = act === 'add' ? { ...kind.defaults, ...given } : given
  const clear = fieldNames(kind, Array.isArray(input.clear) ? input.clear.map(String) : [])
  const dryRun = input.dryRun === true
  const { signed, more } = need(
    await api.registers.write({ ...query, act, row, fields, clear }, { dryRun }),
  )
  const done = { add: 'added', set: 'changed', remove: 'removed' }[act]
  const said = signedReport(signed, `✓ ${done} ${plain(row)} in ${kind.kind}`)
  const rest = more > 0 ? `\nand then the row, in a document that has no name yet` : ''
  return { data: { ...said.data, row, kind: kind.kind }, text: said.text + rest }
}

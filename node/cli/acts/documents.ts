/** `doc list`, `show`, `diff`, `history`, `blame`, `freeze`, `export`: reading what is written together. */
import type {
  BlameLine,
  ConflictLine,
  DocumentDetail,
  DocumentLine,
  EditLine,
  FreezeLine,
} from '../../api/document-api.ts'
import { shortId } from '../../api/ids.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { need } from '../errors.ts'
import { writeResult } from '../files.ts'
import { withNode } from '../node-access.ts'
import type { Paint, Style } from '../view/paint.ts'
import { signedReport } from '../view/signed.ts'
import { type Column, tableLines } from '../view/table.ts'
import { count, plain, plainLines } from '../view/text.ts'
import { moment } from '../view/time.ts'

interface OfDocument {
  readonly document: string
}

interface AtVersion extends OfDocument {
  readonly at: readonly string[]
}

/** A version that was named; none means now. */
export const versionOf = (at: readonly string[]): { at?: readonly string[] } =>
  at.length > 0 ? { at } : {}

/** Lists documents. */
export const list = (context: Context): Promise<Report> =>
  withNode(context, 'any', async ({ api }) => {
    const documents = await api.documents.list()
    const lines = tableLines(COLUMNS, documents, context.print)
    return { data: { documents }, text: lines.join('\n') || 'no documents' }
  })

const COLUMNS: readonly Column<DocumentLine>[] = [
  { title: 'ID', of: ({ id }) => shortId(id), style: () => 'title' },
  { title: 'TITLE', of: ({ title }) => title, shrinks: true },
  { title: 'KIND', of: ({ kind, schema }) => schema ?? kind },
  { title: 'BY', of: ({ author }) => author ?? '(no effect)' },
  { title: 'EDITORS', of: ({ editors }) => editors, shrinks: true },
  { title: 'EDITS', of: ({ edits }) => String(edits) },
  { title: 'CHANGED', of: ({ changedAt }) => moment(changedAt), style: () => 'dim' },
]

/** Shows one document. */
export const show = ({ document, at }: AtVersion, context: Context): Promise<Report> =>
  withNode(context, 'any', async ({ api }) => {
    const detail = need(await api.documents.read(document, versionOf(at)))
    return { data: detail, text: detailLines(detail, context.print.paint).join('\n') }
  })

function detailLines(detail: DocumentDetail, paint: Paint): string[] {
  const facts: readonly (readonly [string, string])[] = [
    ['id', detail.id],
    ['by', `${detail.author ?? 'nobody with a right to'}, editors: ${detail.editors}`],
    ['for', detail.schema ?? ''],
    ['version', versionText(detail.heads)],
    ['edits', `${detail.counted} count of ${detail.edits}`],
    ...detail.freezes.map((frozen) => ['frozen', freezeText(frozen)] as const),
  ]
  return [
    paint('title', plain(detail.title)),
    ...facts
      .filter(([, value]) => value !== '')
      .map(([name, value]) => `${paint('dim', name.padEnd(8))} ${plain(value)}`),
    '',
    ...plainLines(detail.text.trimEnd()),
    ...conflictLines(detail.conflicts, paint),
  ]
}

const versionText = (heads: readonly string[]): string =>
  heads.map(shortId).join(' ') || 'the beginning'

const freezeText = ({ id, author, at, digest }: FreezeLine): string =>
  `${shortId(id)} by ${author}, ${moment(at)}: ${digest}`

function conflictLines(conflicts: readonly ConflictLine[], paint: Paint): string[] {
  if (conflicts.length === 0) return []
  const rivals = ({ place, rivals }: ConflictLine): string =>
    `  ${plain(place)}: ${rivals
      .map(({ value, author, isShown }) => `${plain(value)} (${author}${isShown ? ', shown' : ''})`)
      .join(' or ')}`
  return ['', paint('warn', 'Set to different values:'), ...conflicts.map(rivals)]
}

/** Shows what differs between two versions. */
export const diff = (
  input: OfDocument & { readonly from: readonly string[]; readonly to: readonly string[] },
  context: Context,
): Promise<Report> =>
  withNode(context, 'any', async ({ api }) => {
    const { document, from, to } = input
    const versions = { ...(from.length > 0 && { from }), ...(to.length > 0 && { to }) }
    const found = need(await api.documents.diff(document, versions))
    const { paint } = context.print
    const lines = plainLines(found.diff).map((line) => paintDiff(line, paint))
    return { data: found, text: found.diff === '' ? 'nothing differs' : lines.join('\n') }
  })

const DIFF_STYLES: { readonly [mark: string]: Style } = { '+': 'good', '-': 'bad', '@': 'dim' }

function paintDiff(line: string, paint: Paint): string {
  const style = DIFF_STYLES[line.charAt(0)]
  return style === undefined ? line : paint(style, line)
}

/** Lists every edit. */
export const history = ({ document }: OfDocument, context: Context): Promise<Report> =>
  withNode(context, 'any', async ({ api }) => {
    const edits = need(await api.documents.history(document))
    const lines = tableLines(EDIT_COLUMNS, edits, context.print)
    return { data: { edits }, text: lines.join('\n') || 'nobody has written anything' }
  })

const EDIT_STYLES: { readonly [standing: string]: Style } = {
  void: 'bad',
  waits: 'warn',
  late: 'warn',
}

const EDIT_COLUMNS: readonly Column<EditLine>[] = [
  { title: 'EDIT', of: ({ id }) => shortId(id), style: () => 'title' },
  { title: 'AT', of: ({ at }) => moment(at), style: () => 'dim' },
  { title: 'BY', of: ({ author, key }) => author ?? `key ${key.slice(0, 12)}` },
  { title: 'ON', of: ({ after }) => after.map(shortId).join(' '), shrinks: true },
  { title: 'WHAT', of: ({ summary }) => summary, shrinks: true },
  {
    title: 'STANDING',
    of: ({ standing, reason }) => (reason === null ? standing : `${standing}: ${reason}`),
    style: ({ standing }) => EDIT_STYLES[standing],
  },
]

/** Shows who wrote what. */
export const blame = ({ document }: OfDocument, context: Context): Promise<Report> =>
  withNode(context, 'any', async ({ api }) => {
    const spans = need(await api.documents.blame(document))
    const lines = tableLines(BLAME_COLUMNS, spans.flatMap(byLine), context.print)
    return { data: { spans }, text: lines.join('\n') || 'nobody has written anything' }
  })

/** A span over several lines, a row each. */
const byLine = (span: BlameLine): BlameLine[] =>
  plainLines(span.text)
    .map((text) => ({ ...span, text }))
    .filter(({ text }) => text !== '')

const BLAME_COLUMNS: readonly Column<BlameLine>[] = [
  { title: 'BY', of: ({ author }) => author },
  { title: 'EDIT', of: ({ edit }) => (edit === null ? '' : shortId(edit)), style: () => 'title' },
  { title: 'AT', of: ({ editedAt }) => moment(editedAt), style: () => 'dim' },
  { title: 'PLACE', of: ({ place }) => (place === '/' ? '' : place) },
  { title: 'TEXT', of: ({ text }) => text, shrinks: true },
]

/** Freezes a document. */
export const freeze = (
  { document, at, dryRun }: AtVersion & { readonly dryRun: boolean },
  context: Context,
): Promise<Report> =>
  withNode(context, 'daemon', async ({ api }) => {
    const signed = need(await api.documents.freeze(document, { ...versionOf(at), dryRun }))
    const report = signedReport([signed], `✓ frozen\n  id  ${signed.cid}`)
    if (signed.dryRun) return report
    return {
      ...report,
      next: ['', 'Next:', `  folkmoot propose --document ${shortId(document)} --title … --slot …`],
    }
  })

interface ExportInput extends AtVersion {
  readonly out: string
  readonly format: 'text' | 'yaml' | 'json' | undefined
}

/** Writes a document to a file; says which version that is. */
export const exportFile = (input: ExportInput, context: Context): Promise<Report | undefined> =>
  withNode(context, 'any', async ({ api }) => {
    const { document, at, out, format } = input
    const detail = need(await api.documents.read(document, versionOf(at)))
    const isJson = (format ?? (out.endsWith('.json') ? 'json' : 'text')) === 'json'
    const content = isJson ? `${JSON.stringify(detail.value, null, 2)}\n` : detail.text
    if (!writeResult(context, out, content)) return undefined
    const { id, heads } = detail
    const size = count(content.length, 'character')
    return {
      data: { file: out, document: id, version: heads },
      text: `✓ wrote ${out}: ${size}, version ${versionText(heads)}`,
      next: [
        '',
        'Next, when you have changed it:',
        `  folkmoot doc edit ${shortId(id)} --from ${out}${heads.length > 0 ? ` --base ${versionText(heads)}` : ''}`,
      ],
    }
  })

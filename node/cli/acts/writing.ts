/** `doc new`, `doc import`, `doc edit`: writing together; only what changed is signed (design §2.5). */
import { basename, extname } from 'node:path'
import type { Editors } from '../../../src/document/ops.ts'
import type { DocumentDetail, Written } from '../../api/document-api.ts'
import { shortId } from '../../api/ids.ts'
import type { NodeApi, Signed } from '../../api/node-api.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { EditedText } from '../editor.ts'
import { CliError, need, usageError } from '../errors.ts'
import { readGivenText, readInput } from '../files.ts'
import { withNode } from '../node-access.ts'
import { signedReport } from '../view/signed.ts'
import { count, plain } from '../view/text.ts'

interface CreateOptions {
  readonly kind: 'text' | 'map' | undefined
  readonly editors: readonly string[]
  readonly functions: readonly string[]
  readonly schema: string | undefined
  readonly dryRun: boolean
}

/** Begins an empty document; prints the id that others edit. */
export const create = (
  input: CreateOptions & { readonly title: string },
  context: Context,
): Promise<Report> =>
  withNode(context, 'daemon', async ({ api }) => {
    const signed = await begin(api, input, input.kind ?? 'text')
    return createdReport([signed], input.title)
  })

/** Begins a document with the content of a file. */
export const importFile = (
  input: CreateOptions & { readonly file: string; readonly title: string | undefined },
  context: Context,
): Promise<Report> =>
  withNode(context, 'daemon', async ({ api }) => {
    const { file, dryRun } = input
    const content = await contentOf(context, file)
    const kind = input.kind ?? (DATA.test(extname(file)) ? 'map' : 'text')
    const title = input.title ?? titleFrom(file, kind === 'text' ? content : '')
    const created = await begin(api, { ...input, title }, kind)
    // What is written names the document, which in a dry run has no name.
    if (created.cid === null || dryRun) return createdReport([created], title)
    const { signed } = need(await api.documents.write({ id: created.cid, content }))
    return createdReport([created, ...signed], title)
  })

const DATA = /^\.(ya?ml|json)$/i

/** The first heading of prose, else the name of the file. */
function titleFrom(file: string, prose: string): string {
  const heading = /^#+\s+(.+?)\s*#*$/m.exec(prose)?.[1]
  if (heading !== undefined) return heading
  if (file !== '-') return basename(file, extname(file))
  throw usageError('nothing says what its title is', 'add --title "…"')
}

async function begin(
  api: NodeApi,
  { title, editors, functions, schema, dryRun }: CreateOptions & { readonly title: string },
  kind: 'text' | 'map',
): Promise<Signed> {
  const input = { kind, title, editors: editorsOf(editors, functions) }
  const whole = { ...input, ...(schema !== undefined && { schema }) }
  return need(await api.documents.create(whole, { dryRun }))
}

function editorsOf(members: readonly string[], functions: readonly string[]): Editors {
  if (members.length > 0 && functions.length > 0)
    throw usageError('editors are named or have a function, not both', 'leave one of them out')
  if (members.length > 0) return { stakeholders: [...members] }
  return functions.length > 0 ? { functions: [...functions] } : 'members'
}

function createdReport(signed: readonly Signed[], title: string): Report {
  const [first] = signed
  const id = first?.cid ?? ''
  const report = signedReport(signed, `✓ began "${plain(title)}"\n  id  ${id}`)
  if (first?.dryRun) return report
  const data = { id, operations: signed.map(({ cid }) => cid) }
  return { ...report, data, next: ['', 'Next:', `  folkmoot doc edit ${shortId(id)}`] }
}

interface EditInput {
  readonly document: string
  readonly from: string | undefined
  readonly base: readonly string[]
  readonly dryRun: boolean
}

/** Changes a document from a file or in the editor. */
export function edit(input: EditInput, context: Context): Promise<Report> {
  const { document, from, base } = input
  if (from === undefined && base.length > 0)
    throw usageError('--base goes with --from', 'the editor shows the latest version')
  return withNode(context, 'daemon', async ({ api }) => {
    if (from !== undefined) {
      const content = await contentOf(context, from)
      const detail = need(await api.documents.read(document))
      return write(api, detail, { content, base: base.length > 0 ? base : detail.heads }, input)
    }
    const detail = need(await api.documents.read(document))
    const name = `${shortId(detail.id)}.${detail.kind === 'text' ? 'md' : 'yaml'}`
    const edited = await EditedText.open(context.io, name, detail.text)
    try {
      const content = edited.read()
      const report = await write(api, detail, { content, base: detail.heads }, input)
      edited.discard()
      return report
    } catch (error) {
      // What somebody wrote must not be lost with a slip of the pen.
      if (!(error instanceof CliError)) throw error
      const hint = `${error.hint}; what you wrote is in ${edited.path}`
      throw new CliError(error.code, error.message, hint, { exit: error.exit })
    }
  })
}

async function write(
  api: NodeApi,
  { id, title }: DocumentDetail,
  content: { readonly content: string; readonly base: readonly string[] },
  { dryRun }: EditInput,
): Promise<Report> {
  const written = need(await api.documents.write({ id, ...content }, { dryRun }))
  if (written.signed.length === 0) return { data: { ...written }, text: 'nothing changed' }
  const report = signedReport(written.signed, sentenceOf(written, plain(title)))
  const more = written.more > 0 ? `\nand ${count(written.more, 'operation')} more` : ''
  const { signed, merged } = written
  const operations = signed.map(({ cid }) => cid)
  return { ...report, data: { ...report.data, merged, operations }, text: report.text + more }
}

const sentenceOf = ({ signed, merged }: Written, title: string): string =>
  `✓ edited "${title}" in ${count(signed.length, 'operation')}${merged ? ', merged with what others wrote meanwhile' : ''}`

const contentOf = async (context: Context, file: string): Promise<string> =>
  file === '-' ? await readInput(context) : readGivenText(context, file)

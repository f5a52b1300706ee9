/** `note …`: commits to private texts, shows and reveals them. */
import { shortId } from '../../api/ids.ts'
import type { NoteDetail, NoteLine } from '../../api/record-api.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { need, usageError } from '../errors.ts'
import { EXIT } from '../exit-codes.ts'
import { readGivenText } from '../files.ts'
import { withNode } from '../node-access.ts'
import { signedReport } from '../view/signed.ts'
import { type Column, tableLines } from '../view/table.ts'
import { plain, plainLines } from '../view/text.ts'
import { moment } from '../view/time.ts'

interface AddInput {
  readonly text: string | undefined
  readonly file: string | undefined
  readonly label: string | undefined
  readonly about: string | undefined
  readonly dryRun: boolean
}

/** Keeps a text and commits to it. */
export async function add(input: AddInput, context: Context): Promise<Report> {
  const { text: given, file, label, about, dryRun } = input
  if ((given === undefined) === (file === undefined))
    throw usageError('a note has one text', 'give the text, or --file')
  const text = file === undefined ? (given ?? '') : readGivenText(context, file)
  return withNode(context, 'daemon', async ({ api }) => {
    const note = {
      text,
      ...(label !== undefined && { label }),
      ...(about !== undefined && { about }),
    }
    const signed = need(await api.notes.add(note, { dryRun }))
    const id = signed.cid ?? ''
    const report = signedReport([signed], `✓ committed to it\n  id  ${id}`)
    if (signed.dryRun) return report
    return {
      ...report,
      next: ['', 'Next, when it may be known:', `  folkmoot note reveal ${shortId(id)}`],
    }
  })
}

/** Lists notes. */
export const list = (context: Context): Promise<Report> =>
  withNode(context, 'any', async ({ api }) => {
    const notes = await api.notes.list()
    const text = tableLines(COLUMNS, notes, context.print).join('\n')
    return { data: { notes }, text: text || 'no notes' }
  })

const COLUMNS: readonly Column<NoteLine>[] = [
  { title: 'ID', of: ({ id }) => shortId(id) },
  { title: 'AT', of: ({ at }) => moment(at), style: () => 'dim' },
  { title: 'BY', of: ({ by }) => by },
  { title: 'LABEL', of: ({ label }) => label ?? '', shrinks: true },
  { title: 'ABOUT', of: ({ about }) => (about === null ? '' : shortId(about)) },
  {
    title: 'STANDS',
    of: ({ standing, isOurs }) => (standing === 'sealed' && isOurs ? 'sealed, ours' : standing),
    style: ({ standing }) =>
      standing === 'revealed' ? 'good' : standing === 'false' ? 'bad' : 'dim',
  },
]

interface Named {
  readonly note: string
}

/** Shows one note. */
export const show = ({ note }: Named, context: Context): Promise<Report> =>
  withNode(context, 'any', async ({ api }) => {
    const detail = need(await api.notes.show(note))
    return { data: detail, text: detailLines(detail, context).join('\n') }
  })

function detailLines(detail: NoteDetail, { print: { paint } }: Context): string[] {
  const { id, by, at, label, about, digest, standing, reveals, kept } = detail
  const facts: readonly (readonly [string, string | null])[] = [
    ['id', id],
    ['by', by],
    ['at', moment(at)],
    ['label', label],
    ['about', about],
    ['digest', digest],
    ['stands', standing],
  ]
  return [
    ...facts.flatMap(([name, value]) =>
      value === null ? [] : `${paint('dim', name.padEnd(7))} ${plain(value)}`,
    ),
    ...reveals.flatMap((reveal) => [
      '',
      reveal.isTrue
        ? paint('good', `✓ revealed ${moment(reveal.at)}: this is what was committed to`)
        : paint('bad', `✗ FALSE: said ${moment(reveal.at)}, and not what was committed to`),
      ...plainLines(reveal.text).map((line) => `  ${line}`),
    ]),
    ...(kept && standing !== 'revealed' ? keptLines(kept) : []),
  ]
}

const keptLines = ({ text, isTrue }: NonNullable<NoteDetail['kept']>): string[] => [
  '',
  isTrue ? 'Only in this home:' : '✗ In this home, but not what was committed to:',
  ...plainLines(text).map((line) => `  ${line}`),
]

/** Publishes the text of our note. */
export const reveal = (
  { note, dryRun }: Named & { readonly dryRun: boolean },
  context: Context,
): Promise<Report> =>
  withNode(context, 'daemon', async ({ api }) => {
    const signed = need(await api.notes.reveal(note, { dryRun }))
    return signedReport([signed], '✓ revealed: anybody can check it now')
  })

/** Compares what was said, or is kept here, with the commitment. */
export const verify = ({ note }: Named, context: Context): Promise<Report> =>
  withNode(context, 'any', async ({ api }) => {
    const { id, standing, reveals, kept } = need(await api.notes.show(note))
    const falseOnes = reveals.filter(({ isTrue }) => !isTrue).length
    const isKeptWrong = kept !== null && !kept.isTrue
    const isWrong = standing === 'false' || isKeptWrong
    const data = { id, standing, falseReveals: falseOnes, kept: kept === null ? null : kept.isTrue }
    return { data, text: verdictOf(standing, kept), exit: isWrong ? EXIT.failed : EXIT.ok }
  })

function verdictOf(standing: NoteDetail['standing'], kept: NoteDetail['kept']): string {
  if (standing === 'revealed') return '✓ the text that was revealed is what was committed to'
  if (standing === 'false') return '✗ FALSE: what was revealed is not what was committed to'
  if (kept === null) return '! nothing was revealed, and this home holds no text of it'
  return kept.isTrue
    ? '✓ the text in this home is what was committed to; nobody else has seen it'
    : '✗ the text in this home is not what was committed to'
}

/** `upgrade list`, `new`, `show`, `propose`: an upgrade from draft to ballot and beyond (§3.4). */
import { stringify } from 'yaml'
import { SCOPE_PARTS } from '../../../src/proposal/scope.ts'
import type { UpgradeInput } from '../../../src/proposal/upgrade.ts'
import { shortId } from '../../api/ids.ts'
import type { UpgradeDetail, UpgradeLine, UpgradeStageLine } from '../../api/upgrade-api.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { CliError, need, usageError } from '../errors.ts'
import { EXIT } from '../exit-codes.ts'
import { withNode } from '../node-access.ts'
import { readProposal } from '../proposal-file.ts'
import type { Style } from '../view/paint.ts'
import { signedReport } from '../view/signed.ts'
import { type Column, tableLines } from '../view/table.ts'
import { plain } from '../view/text.ts'
import { fromNow, moment } from '../view/time.ts'
import { openProposal } from './propose.ts'

/** Lists upgrades. */
export const list = (context: Context): Promise<Report> =>
  withNode(context, 'any', async ({ api }) => {
    const upgrades = await api.upgrades.list()
    const text = tableLines(COLUMNS, upgrades, context.print).join('\n')
    return { data: { upgrades }, text: text || 'no upgrades' }
  })

const STYLES: Readonly<Record<UpgradeLine['standing'], Style>> = {
  now: 'title',
  held: 'warn',
  done: 'good',
  ahead: 'dim',
  'left out': 'dim',
}

const COLUMNS: readonly Column<UpgradeLine>[] = [
  { title: 'ID', of: ({ id }) => shortId(id), style: () => 'title' },
  { title: 'TITLE', of: ({ title }) => title, shrinks: true },
  { title: 'BY', of: ({ author }) => author },
  { title: 'STAGE', of: ({ stage }) => stage, style: ({ standing }) => STYLES[standing] },
  { title: 'OUTCOME', of: ({ outcome }) => outcome },
  { title: 'WAITS FOR', of: ({ missing }) => missing.join('; '), shrinks: true },
]

interface BeginInput {
  readonly title: string | undefined
  readonly slot: string | undefined
  readonly component: readonly string[]
  readonly track: string | undefined
  readonly summary: string | undefined
  readonly text: string | undefined
  readonly objective: readonly string[]
  readonly nonGoal: readonly string[]
  readonly compatibility: readonly string[]
  readonly performance: readonly string[]
  readonly variability: readonly string[]
  readonly criterion: readonly string[]
  readonly subject: readonly string[]
  readonly irreversible: boolean
  readonly dryRun: boolean
}

/** Begins a draft, with what was given and, on a terminal, what was answered. */
export async function begin(input: BeginInput, context: Context): Promise<Report> {
  const upgrade = await inputOf(input, context)
  return withNode(context, 'daemon', async ({ api }) => {
    const signed = need(await api.upgrades.begin(upgrade, { dryRun: input.dryRun }))
    const id = signed[0]?.cid ?? ''
    const report = signedReport(signed, `✓ began "${plain(upgrade.title)}"\n  id  ${id}`)
    if (input.dryRun) return report
    const operations = signed.map(({ cid }) => cid)
    const next = [
      '',
      'Next:',
      `  folkmoot doc edit ${shortId(id)}          fill it in, together`,
      `  folkmoot upgrade show ${shortId(id)}      what is missing`,
      `  folkmoot upgrade propose ${shortId(id)}   open its ballot`,
    ]
    return { ...report, data: { id, operations }, next }
  })
}

async function inputOf(input: BeginInput, context: Context): Promise<UpgradeInput> {
  const { askLine } = context.io
  const ask = async (given: string | undefined, question: string): Promise<string> =>
    given ?? (askLine ? (await askLine(question)).trim() : '')
  const askLines = async (given: readonly string[], question: string): Promise<string[]> => {
    if (given.length > 0 || !askLine) return [...given]
    const line = (await askLine(`${question} (several with ;) `)).trim()
    return line === '' ? [] : line.split(';').map((part) => part.trim())
  }
  const title = await ask(input.title, 'Title of the upgrade: ')
  if (title === '') throw usageError('an upgrade has a title', 'give --title "…"')
  const slot = await ask(input.slot, 'What it decides, as component@line: ')
  const component = await askLines(input.component, 'Components that it touches')
  const summary = await ask(input.summary, 'Summary: ')
  const text = await ask(input.text, 'What is voted on, in a sentence: ')
  const scope = {
    objectives: await askLines(input.objective, `Objectives: ${SCOPE_PARTS.objectives}`),
    nonGoals: await askLines(input.nonGoal, `Non-goals: ${SCOPE_PARTS.nonGoals}`),
    compatibility: await askLines(
      input.compatibility,
      `Compatibility: ${SCOPE_PARTS.compatibility}`,
    ),
    performance: await askLines(input.performance, `Performance: ${SCOPE_PARTS.performance}`),
    variability: await askLines(input.variability, `Variability: ${SCOPE_PARTS.variability}`),
  }
  return {
    ...{ title, slot, components: component, summary, text, scope },
    track: input.track ?? 'standard',
    criteria: [...input.criterion],
    subjects: input.subject.map(subjectOf),
    reversible: !input.irreversible,
  }
}

function subjectOf(given: string): { name: string; digest: string } {
  const [name = '', ...rest] = given.split('=')
  const digest = rest.join('=')
  if (name === '' || digest === '')
    throw usageError(`"${given}" is no subject`, 'name and digest: core=sha256:…')
  return { name, digest }
}

/** Where it is shown, and when: in ms by the node's clock. */
interface Page {
  readonly print: Context['print']
  readonly now: number
}

/** Shows the stages of one upgrade. */
export const show = (
  { upgrade }: { readonly upgrade: string },
  context: Context,
): Promise<Report> =>
  withNode(context, 'any', async ({ api, now }) => {
    const detail = need(await api.upgrades.show(upgrade))
    const page = { print: context.print, now: now() }
    return { data: detail, text: detailLines(detail, page).join('\n') }
  })

function detailLines(detail: UpgradeDetail, page: Page): string[] {
  const { paint } = page.print
  const { id, title, author, outcome, draft, stages, late, advice } = detail
  const facts = [
    ['id', id],
    ['by', author],
    ['outcome', outcome],
    ['draft', draft === null || draft === id ? '' : shortId(draft)],
  ].filter(([, value]) => value !== '')
  return [
    paint('title', plain(title)),
    ...facts.map(([name = '', value = '']) => `${paint('dim', name.padEnd(9))} ${plain(value)}`),
    '',
    ...stages.flatMap((stage) => stageLines(stage, page)),
    ...block(
      paint('title', 'Better with'),
      advice.map(({ sentence }) => plain(sentence)),
    ),
    ...block(
      paint('title', 'Came late'),
      late.map(
        ({ what, stakeholder, window, closedAt, seenAt, id: word }) =>
          `${what} of ${stakeholder} (${shortId(word)}): ${moment(seenAt)}, after ${window} ended ${moment(closedAt)}`,
      ),
    ),
  ]
}

const block = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)]

const MARKS: Readonly<Record<UpgradeStageLine['standing'], string>> = {
  done: '✓',
  now: '▶',
  held: '!',
  ahead: '·',
  'left out': '–',
}

/** Width of the longest name of a stage. */
const NAME_WIDTH = 13

function stageLines(stage: UpgradeStageLine, { print, now }: Page): string[] {
  const { name, standing, missing } = stage
  const head = `${MARKS[standing]} ${name.padEnd(NAME_WIDTH)} ${timesText(stage, now)}`.trimEnd()
  // What a stage that is still ahead will ask for is in its data; here it would only be noise.
  const shown = standing === 'ahead' ? [] : missing
  return [
    print.paint(STYLES[standing], head),
    ...shown.map((one) => `    ${print.paint('warn', 'missing:')} ${plain(one)}`),
  ]
}

function timesText({ standing, from, to }: UpgradeStageLine, now: number): string {
  if (standing === 'left out') return 'not here'
  const at = (ms: number): string => moment(ms)
  if (standing === 'now' && to !== null) return `until ${at(to)} (${fromNow(to, now)})`
  if (standing === 'ahead' && from !== null) return `from ${at(from)}`
  return to === null ? '' : `until ${at(to)}`
}

/** Freezes a draft and opens its ballot. */
export async function propose(
  { upgrade, dryRun }: { readonly upgrade: string; readonly dryRun: boolean },
  context: Context,
): Promise<Report> {
  const { id, value } = await withNode(context, 'daemon', async ({ api }) => {
    const detail = need(await api.upgrades.show(upgrade))
    if (detail.outcome !== 'draft')
      throw new CliError(
        'already-proposed',
        `it is proposed already: ${detail.id}`,
        `folkmoot upgrade show ${shortId(detail.id)}`,
      )
    if (detail.missing.length > 0)
      throw new CliError(
        'draft-incomplete',
        `the draft is not complete: ${detail.missing.map(plain).join('; ')}`,
        `folkmoot doc edit ${shortId(detail.id)}`,
        { exit: EXIT.refused, details: { missing: detail.missing } },
      )
    return need(await api.documents.read(detail.id))
  })
  // The draft is a proposal's file but for its text, which is voted on as it is frozen.
  const fields = typeof value === 'object' && value !== null ? { ...value } : {}
  const source = stringify({ ...fields, text: null, kind: 'upgrade', document: id })
  const draft = readProposal({ text: source, file: `draft ${shortId(id)}` }, {})
  return openProposal(draft, { ...NOTHING_GIVEN, document: id, dryRun }, context)
}

const NOTHING_GIVEN = {
  ...{ file: undefined, title: undefined, summary: undefined, text: undefined },
  ...{ document: undefined, slot: undefined, track: undefined, kind: undefined },
  ...{ component: [], amendment: undefined, cards: [], acceptRisk: [], withoutSilent: false },
  again: undefined,
}

/** `charter check`, `charter explain`, `charter diff` and `charter show`. */
import { type Analysis, analyse } from '../../../src/charter/analyser/analysis.ts'
import { charterDiff } from '../../../src/charter/analyser/diff.ts'
import { findings } from '../../../src/charter/analyser/findings.ts'
import { weightSum } from '../../../src/charter/lookup.ts'
import type { Charter } from '../../../src/charter/schema.ts'
import { serialiseCharter } from '../../../src/charter/serialise.ts'
import { plainValue } from '../../api/json-values.ts'
import type { NodeApi } from '../../api/node-api.ts'
import { OpensslVerifier } from '../../crypto/openssl-verifier.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { CliError, need, notAnAmendment } from '../errors.ts'
import { EXIT } from '../exit-codes.ts'
import {
  assertCardsBelong,
  type CharterDraft,
  findingLines,
  readCards,
  readDraft,
  rootsOf,
} from '../founding.ts'
import { withNode } from '../node-access.ts'
import { diffLines, explainLines, powerTable } from '../view/charter.ts'
import { count } from '../view/text.ts'

interface FileInput {
  readonly file: string
  readonly cards: readonly string[]
}

/** Checks a charter's text; fails with all problems, or with findings of severity error. */
export async function check({ file, cards }: FileInput, context: Context): Promise<Report> {
  const draft = readGivenDraft(context, file, cards)
  const { charter, rootless } = draft
  const analysis = analyse(charter)
  const found = findings(charter, analysis)
  const grave = found.filter(({ severity }) => severity === 'error').length
  return {
    data: { file, findings: found, rootless, analysis, charter: plainDraft(draft) },
    text: [
      `✓ ${file} is a charter: ${summary(charter)}`,
      ...rootlessLines(rootless),
      '',
      ...powerTable(analysis, context.print),
      '',
      ...findingLines(found),
      ...(found.length === 0 ? ['✓ no findings'] : []),
    ].join('\n'),
    exit: grave > 0 ? EXIT.failed : EXIT.ok,
  }
}

/** Every power under a charter, track by track. */
export async function explain(
  { file, cards, track }: FileInput & { readonly track: string | undefined },
  context: Context,
): Promise<Report> {
  const draft = readGivenDraft(context, file, cards)
  const analysis = onTrack(analyse(draft.charter), track)
  return {
    data: { file, rootless: draft.rootless, analysis },
    text: [
      ...rootlessLines(draft.rootless),
      ...explainLines(draft.charter, analysis, context.print),
    ].join('\n'),
  }
}

function onTrack(analysis: Analysis, track: string | undefined): Analysis {
  if (track === undefined) return analysis
  const tracks = analysis.tracks.filter((found) => found.track === track)
  if (tracks.length > 0) return { ...analysis, tracks }
  const known = [...new Set(analysis.tracks.map((found) => found.track))].join(', ')
  throw new CliError('track', `nobody decides on a track "${track}"`, `choose one of ${known}`)
}

/** What changes from one charter to another. */
export async function diff(
  input: { readonly before: string; readonly after: string; readonly cards: readonly string[] },
  context: Context,
): Promise<Report> {
  const cards = rootsOf(readCards(context, input.cards, new OpensslVerifier()))
  const [before, after] = [input.before, input.after].map((path) => readDraft(context, path, cards))
  if (before === undefined || after === undefined)
    throw new CliError('internal', 'a charter was not read', 'report this')
  const changes = charterDiff(before.charter, sameRoots(before, after))
  return {
    data: { before: input.before, after: input.after, ...changes },
    text: diffLines(changes, after.charter).join('\n'),
  }
}

/** A stakeholder that has no root in one of two drafts has no other root there. */
const sameRoots = (before: CharterDraft, { charter, rootless }: CharterDraft): Charter => ({
  ...charter,
  stakeholders: charter.stakeholders.map((member) => {
    const earlier = before.charter.stakeholders.find(({ id }) => id === member.id)
    const isOpen = rootless.includes(member.id) || before.rootless.includes(member.id)
    return earlier !== undefined && isOpen ? { ...member, root: earlier.root } : member
  }),
})

function readGivenDraft(context: Context, file: string, paths: readonly string[]): CharterDraft {
  const cards = readCards(context, paths, new OpensslVerifier())
  const draft = readDraft(context, file, rootsOf(cards))
  assertCardsBelong(draft.charter, cards)
  return draft
}

/** A draft for programs: what stands for a root that is not there is not shown. */
const plainDraft = ({ charter, rootless }: CharterDraft): unknown =>
  plainValue({
    ...charter,
    stakeholders: charter.stakeholders.map((member) =>
      rootless.includes(member.id) ? { ...member, root: null } : member,
    ),
  })

const rootlessLines = (rootless: readonly string[]): string[] =>
  rootless.length === 0
    ? []
    : [
        `· a draft: no root yet of ${rootless.join(', ')}; founding needs their cards (--cards) or roots`,
      ]

const summary = (charter: Charter): string =>
  [
    `"${charter.name}"`,
    `${count(charter.stakeholders.length, 'stakeholder')} of weight ${weightSum(charter.stakeholders)}`,
    `tracks ${Object.keys(charter.tracks).join(', ')}`,
  ].join(', ')

/** Prints the charter in force as YAML, or the one that an amendment proposes. */
export const show = (
  { amendment }: { readonly amendment: string | undefined },
  context: Context,
): Promise<Report> =>
  withNode(context, 'any', async ({ api }) => {
    const { id, charter, yaml } =
      amendment === undefined ? need(await api.charter()) : await proposed(api, amendment)
    return {
      data: { id, charter: plainValue(charter), yaml },
      text: yaml.trimEnd(),
    }
  })

async function proposed(api: NodeApi, given: string) {
  const { id, title, amendment } = need(await api.proposal(given))
  if (amendment === null) throw notAnAmendment(title)
  return { id, charter: amendment.next, yaml: serialiseCharter(amendment.next) }
}

/** `propose`: opens a proposal from a file or flags. */
import { charterDiff } from '../../../src/charter/analyser/diff.ts'
import { trackOf } from '../../../src/charter/lookup.ts'
import { removedBy } from '../../../src/charter/reconstitution.ts'
import type { Charter } from '../../../src/charter/schema.ts'
import { isOpCid } from '../../../src/op/cid.ts'
import type { OpCid } from '../../../src/op/ids.ts'
import { keyIdFromBytes } from '../../../src/op/key-id.ts'
import type { ProposalInput } from '../../../src/replica/acts.ts'
import { shortId } from '../../api/ids.ts'
import type { NodeApi } from '../../api/node-api.ts'
import type { Signed } from '../../api/signed.ts'
import { OpensslVerifier } from '../../crypto/openssl-verifier.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { CliError, need, usageError } from '../errors.ts'
import { isGiven, readGivenText } from '../files.ts'
import {
  assertCardsBelong,
  assertRisksAccepted,
  findingLines,
  idsWithRoot,
  readCards,
  readCharter,
  rootsOf,
} from '../founding.ts'
import { withNode } from '../node-access.ts'
import { besideFile, type ProposalDraft, readProposal } from '../proposal-file.ts'
import { diffLines } from '../view/charter.ts'
import { signedReport } from '../view/signed.ts'
import { plain } from '../view/text.ts'

/** What the command line says of a proposal. */
export interface ProposeInput {
  readonly file: string | undefined
  readonly title: string | undefined
  readonly summary: string | undefined
  readonly text: string | undefined
  readonly document: string | undefined
  readonly slot: string | undefined
  readonly track: string | undefined
  readonly kind: string | undefined
  readonly component: readonly string[]
  readonly amendment: string | undefined
  readonly cards: readonly string[]
  readonly acceptRisk: readonly string[]
  readonly withoutSilent: boolean
  readonly again: string | undefined
  readonly dryRun: boolean
}

/** Opens a proposal; prints the id that others vote on. */
export const propose = (input: ProposeInput, context: Context): Promise<Report> =>
  input.again === undefined
    ? openProposal(readInput(input, context), input, context)
    : again(input, input.again, context)

/** Opens a proposal that was read, from a file or from a document. */
export async function openProposal(
  draft: ProposalDraft,
  input: ProposeInput,
  context: Context,
): Promise<Report> {
  return withNode(context, 'daemon', async ({ api }) => {
    const { charter } = need(await api.charter())
    const subject = await subjectOf(draft, api, context, input)
    // What would be frozen has no name yet that a proposal could cite.
    if (subject && !('text' in subject) && subject.cid === null) return signedReport([subject], '')
    const proposal = inputOf(draft, charter, context, { ...input, subject })
    const signed = need(await api.propose(proposal, { dryRun: input.dryRun }))
    return proposedReport(signed, proposal.title, proposal.amendment !== undefined)
  })
}

/** Proposes once more what was declined, whole: by default an emergency on track `standard`. */
function again(input: ProposeInput, id: string, context: Context): Promise<Report> {
  const { file, title, text, document, amendment, track, dryRun } = input
  if ([file, title, text, document, amendment].some((given) => given !== undefined))
    throw usageError('--again proposes what it was, unchanged', 'leave all but --track out')
  return withNode(context, 'daemon', async ({ api }) => {
    const before = need(await api.proposal(id))
    const signed = need(await api.recourse.again({ proposal: id, track }, { dryRun }))
    return proposedReport(signed, before.title)
  })
}

/** An amendment is also accepted, by the roots of the members that it names. */
function proposedReport(signed: Signed, title: string, isAmendment = false): Report {
  const id = signed.cid ?? ''
  const report = signedReport([signed], `✓ proposed "${plain(title)}"\n  id  ${id}`)
  if (signed.dryRun) return report
  const steps = ['show', ...(isAmendment ? ['accept'] : []), 'vote'].map(
    (step) => `  folkmoot ${step} ${shortId(id)}${step === 'vote' ? ' yes' : ''}`,
  )
  return { ...report, next: ['', 'Next:', ...steps] }
}

function readInput(input: ProposeInput, context: Context): ProposalDraft {
  const { file, title, summary, text, document, slot, track, kind, component, amendment } = input
  const flags = {
    title,
    summary,
    text,
    document,
    slot,
    track,
    kind,
    amendment,
    components: component,
    // Left out, it is what the file says.
    withoutSilent: input.withoutSilent ? 'true' : undefined,
  }
  if (file === undefined && title === undefined)
    throw usageError('nothing to propose', 'name a file, or give --title, --slot and --text')
  const source = file === undefined ? '' : readGivenText(context, file)
  return readProposal({ text: source, file }, flags)
}

/** What is voted on, if not inline text: that of a file, or the freeze of a document. */
type Subject = { readonly text: string } | Signed

/** A file if there is one of that name, else a document, frozen if it is not as it stands. */
async function subjectOf(
  { document: named }: ProposalDraft,
  api: NodeApi,
  context: Context,
  { file = '', document, dryRun }: ProposeInput,
): Promise<Subject | undefined> {
  if (named === null) return undefined
  const path = document === undefined ? besideFile(file, named) : named
  if (isGiven(context, path)) return { text: readGivenText(context, path).normalize('NFC') }
  const detail = await api.documents.read(named)
  if (!detail.ok)
    throw new CliError(
      'no-such-document',
      `"${named}" is no file, and no document: ${detail.message}`,
      'name a file, or a document of `folkmoot doc list`',
    )
  const { id, heads, freezes } = detail.value
  const frozen = freezes.find(({ after }) => isSameVersion(after, heads))
  if (frozen)
    return { cid: frozen.id, type: 'document.freeze', refs: [], body: null, dryRun: false }
  return need(await api.documents.freeze(id, { at: heads, dryRun }))
}

const isSameVersion = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((id) => b.includes(id))

/** The proposal with the files that it names. Paths in the file are relative to it, flags are not. */
function inputOf(
  draft: ProposalDraft,
  charter: Charter,
  context: Context,
  {
    file = '',
    subject,
    amendment,
    cards,
    acceptRisk,
  }: ProposeInput & { readonly subject: Subject | undefined },
): ProposalInput {
  const pathOf = (path: string, flag: string | undefined): string =>
    flag === undefined ? besideFile(file, path) : path
  const next =
    draft.amendment === null
      ? undefined
      : nextCharter(context, pathOf(draft.amendment, amendment), { charter, cards, acceptRisk })
  const track = draft.track ?? 'standard'
  const windows = windowsOf(draft, charter, track)
  return {
    kind: draft.kind ?? 'resolution',
    track,
    title: draft.title ?? '',
    summary: draft.summary,
    ...contentOf(draft, subject, next),
    scope: draft.scope ?? NO_SCOPE,
    components: draft.components,
    slot: draft.slot ?? '',
    subjects: draft.subjects,
    dependsOn: draft.dependsOn,
    // What cannot be undone must be said: silence means that it can.
    reversible: draft.reversible ?? true,
    ...(draft.replaces !== null && { replaces: draft.replaces === 'none' ? null : draft.replaces }),
    ...(draft.criteria.length > 0 && { criteria: draft.criteria }),
    ...(draft.rollout !== null && { rollout: draft.rollout }),
    ...(draft.rollback !== null && { rollback: draft.rollback }),
    ...(draft.opensAt !== null && { opensAt: draft.opensAt }),
    ...(windows && { windows }),
    ...(next && { amendment: next }),
    ...(next && draft.withoutSilent && { removesSilent: idsRemovedBy(charter, next) }),
  }
}

const idsRemovedBy = (charter: Charter, next: Charter): string[] =>
  removedBy(charter, next).map(({ id }) => id)

/** The text, or the freeze that is cited. */
function contentOf(
  { text }: ProposalDraft,
  subject: Subject | undefined,
  next: Charter | undefined,
): Pick<ProposalInput, 'text' | 'freeze'> {
  if (subject && !('text' in subject))
    return subject.cid === null ? {} : { freeze: cidOf(subject.cid) }
  return { text: subject?.text ?? text ?? `Charter version ${next?.version ?? ''}` }
}

function cidOf(id: string): OpCid {
  if (isOpCid(id)) return id
  throw new CliError('bad-answer', `"${id}" is no CID`, 'are folkmoot and its daemon one version?')
}

const NO_SCOPE: ProposalInput['scope'] = {
  objectives: [],
  nonGoals: [],
  compatibility: [],
  performance: [],
  variability: [],
}

/** The windows that the proposal asks for; those that it leaves out are the track's. */
function windowsOf(
  { windows }: ProposalDraft,
  charter: Charter,
  track: string,
): ProposalInput['windows'] {
  const own = trackOf(charter, track)?.windows
  if (windows === null || own === undefined) return undefined
  const demonstration = windows.demonstration ?? own.demonstration ?? 0
  return {
    deliberation: windows.deliberation ?? own.deliberation,
    review: windows.review ?? own.review,
    interop: windows.interop ?? own.interop,
    ...(demonstration > 0 && { demonstration }),
    voting: windows.voting ?? own.voting,
    settle: windows.settle ?? own.settle,
    validity: windows.validity ?? own.validity,
  }
}

/** What a next charter is read with. */
interface Amending extends Pick<ProposeInput, 'cards' | 'acceptRisk'> {
  readonly charter: Charter
}

/**
 * The next charter from its text; its version follows from the one in force. Prints who gains what power
 * and what is risky; throws `risk-not-accepted` as `found` does.
 */
function nextCharter(
  context: Context,
  path: string,
  { charter, cards: paths, acceptRisk }: Amending,
): Charter {
  const cards = readCards(context, paths, new OpensslVerifier())
  // Whoever writes another root means it: root keys change by amendments, and only so.
  const replaced = idsWithRoot(readGivenText(context, path))
  const present = charter.stakeholders
    .filter(({ id }) => !replaced.has(id))
    .map(({ id, root }) => [id, keyIdFromBytes(root)] as const)
  const written = readCharter(context, path, new Map([...present, ...rootsOf(cards)]))
  assertCardsBelong(written, cards)
  const changes = charterDiff(charter, written)
  for (const line of diffLines(changes, written)) context.print.note(line)
  const news = [...changes.appeared, ...changes.changed.map(({ after }) => after)]
  const told = new Set(news.map(({ sentence }) => sentence))
  const others = assertRisksAccepted(written, acceptRisk).filter(
    ({ sentence }) => !told.has(sentence),
  )
  for (const line of findingLines(others)) context.print.note(line)
  const version = charter.version + 1
  return { ...written, version, protocol: Math.max(written.protocol, charter.protocol) }
}

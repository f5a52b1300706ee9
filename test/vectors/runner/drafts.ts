/** From what a vector says to the operation that says it: references instead of names. */
import type { Charter } from '../../../src/charter/schema.ts'
import { linkOf } from '../../../src/op/cid.ts'
import type { OpCid, Value } from '../../../src/op/ids.ts'
import { keyBytes } from '../../../src/op/key-id.ts'
import type { Op } from '../../../src/op/operation.ts'
import { invariant } from '../../../src/op/refusal.ts'
import { appealQuestion } from '../../../src/proposal/appeal/appeal.ts'
import { digestOfText } from '../../../src/proposal/document.ts'
import { overrideQuestion } from '../../../src/proposal/override.ts'
import type { FixedQuestion } from '../../../src/proposal/question.ts'
import type { Draft } from '../../../src/replica/draft.ts'
import { simpleProposal, UPGRADE_SCOPE } from '../../support/coalition.ts'
import type { ProposalSpeech, Speech } from './case.ts'
import { millis } from './founding.ts'

/** An operation that somebody has said, under its name in the vector. */
export type Named = (name: string) => Op

/** References without repetition, and their positions. */
class Refs {
  readonly list: OpCid[] = []

  at(cid: OpCid): number {
    const known = this.list.indexOf(cid)
    return known >= 0 ? known : this.list.push(cid) - 1
  }
}

/** What a statement about a ballot needs to know. */
export interface Sayings {
  readonly named: Named
  readonly ballot: OpCid
  /** The tally that the speaker's seal names, where it names none itself. */
  readonly tally: () => OpCid
}

/** The draft of any statement but a proposal, a delegation or a revocation. */
export function draftOf(speech: Speech, { named, ballot, tally }: Sayings): Draft {
  const refs = new Refs()
  refs.at(ballot)
  const all = (names: readonly string[]): number[] => names.map((name) => refs.at(named(name).cid))
  const draft = (type: string, body: Record<string, Value>): Draft => ({
    type,
    refs: refs.list,
    body,
  })
  const tallyAt = (name: string | undefined): number =>
    refs.at(name === undefined ? tally() : named(name).cid)
  if ('votes' in speech) {
    const { votes: choice, because, supersedes = [] } = speech
    const rationale = because === undefined ? {} : { rationale: because }
    return draft('vote.cast', { ballot: 0, choice, ...rationale, supersedes: all(supersedes) })
  }
  if ('withdraws' in speech) return draft('proposal.withdraw', { proposal: 0 })
  if ('comments' in speech) {
    const { comments: kind, text = 'so', disposition, answers } = speech
    return draft('comment.add', {
      proposal: 0,
      kind,
      text,
      ...(disposition !== undefined && { disposition }),
      ...(answers !== undefined && { answers: refs.at(named(answers).cid) }),
    })
  }
  if ('tallies' in speech) return draft('tally', { ballot: 0, votes: all(speech.tallies) })
  if ('seals' in speech) {
    const { seals: verdict, settled } = speech
    const at = tallyAt(speech.tally)
    return draft('seal', {
      ballot: 0,
      verdict,
      tally: at,
      ...(settled && { settled: all(settled) }),
    })
  }
  if ('estimates' in speech)
    return draft('settle.estimate', { ballot: 0, round: speech.round, value: speech.estimates })
  if ('suggests' in speech)
    return draft('settle.suggest', { ballot: 0, round: speech.round, value: speech.suggests })
  if ('auxiliary' in speech)
    return draft('settle.auxiliary', { ballot: 0, round: speech.round, values: speech.auxiliary })
  if ('settles' in speech) {
    const { settles: outcome, round, auxiliaries, endorsements } = speech
    const parts = { auxiliaries: all(auxiliaries), endorsements: all(endorsements) }
    return draft('settlement', { ballot: 0, outcome, round, ...parts })
  }
  if ('sealsProvisionally' in speech)
    return draft('seal.provisional', { ballot: 0, tally: tallyAt(speech.tally) })
  if ('recordsProvisional' in speech)
    return draft('provisional', { ballot: 0, seals: all(speech.recordsProvisional) })
  if ('accepts' in speech) return draft('charter.accept', { amendment: 0 })
  invariant('appeals' in speech, 'a statement says one of these')
  return draft('appeal.file', { ballot: 0, grounds: speech.appeals })
}

/** What an attestation needs to know of the proposal that it is about. */
export function attestationDraft(
  speech: Extract<Speech, { attests: string }>,
  proposal: Op,
  named: Named,
): Draft {
  const { attests: kind, result, of, suites = [], knowing = [] } = speech
  const refs = new Refs()
  refs.at(proposal.cid)
  const own = proposal.body.subjects as unknown as readonly { name: string; digest: string }[]
  const document = proposal.body.document as unknown as { readonly digest: string }
  const subjects =
    of === undefined
      ? [{ name: 'proposal', digest: document.digest }]
      : typeof of === 'string'
        ? own.filter(({ name }) => name === of)
        : Object.entries(of).map(([name, digest]) => ({ name, digest }))
  return {
    type: 'attestation.add',
    refs: refs.list,
    body: {
      proposal: 0,
      claim: { kind, predicateType: 'x', result, subjects, labels: suites },
      evidence: { kind: 'inline', envelope: Uint8Array.of(1) },
      keys: [],
      supersedes: knowing.map((name) => refs.at(named(name).cid)),
    },
  }
}

/** What a proposal needs to know of the coalition. */
export interface ProposalScene {
  readonly named: Named
  readonly charter: { readonly id: OpCid; readonly charter: Charter }
  readonly amendment: Charter | undefined
  /** The author's checkpoint, and the heads of the roots that it shows. */
  readonly basis: OpCid
  readonly rootHeads: readonly OpCid[]
  readonly holder: OpCid | null
  readonly now: number
}

/** The draft of a proposal. */
export function proposalDraftOf(speech: ProposalSpeech, scene: ProposalScene): Draft {
  const { named, charter, amendment, basis, rootHeads, now } = scene
  const refs = new Refs()
  refs.at(charter.id)
  refs.at(basis)
  for (const head of rootHeads) refs.at(head)
  const replaced =
    speech.replaces === undefined
      ? scene.holder
      : speech.replaces === null
        ? null
        : named(speech.replaces).cid
  const question = questionOf(speech, named)
  const text = question?.text ?? `text of ${speech.proposes}`
  return {
    type: 'proposal.open',
    refs: refs.list,
    body: {
      kind: speech.kind ?? (amendment ? 'amendment' : 'resolution'),
      track: speech.track ?? (amendment ? 'constitutional' : 'standard'),
      charter: 0,
      basis: 1,
      title: question?.title ?? speech.title ?? `Proposal ${speech.proposes}`,
      summary: '',
      document: { text, digest: digestOfText(text) },
      scope: speech.kind === 'upgrade' ? UPGRADE_SCOPE : simpleProposal('').scope,
      components: [...(question?.components ?? speech.components ?? [])],
      slot: question?.slot ?? speech.slot ?? (amendment ? 'charter' : 'policy@x'),
      replaces: replaced === null ? null : refs.at(replaced),
      dependsOn: [],
      subjects: Object.entries(speech.subjects ?? {}).map(([name, digest]) => ({ name, digest })),
      reversible: speech.reversible ?? true,
      opensAt: now + (speech.opensIn === undefined ? 0 : millis(speech.opensIn)),
      ...(speech.windows && { windows: windowsOf(speech, charter.charter) }),
      // cast: a charter is a value of an operation's body, by its schema.
      ...(amendment && { amendment: amendment as unknown as Value }),
      ...(speech.removesSilent && { removesSilent: [...speech.removesSilent] }),
      ...(speech.appeal !== undefined && { appeal: refs.at(named(speech.appeal).cid) }),
      ...(speech.overrides && {
        overrides: {
          ballot: refs.at(named(speech.overrides.ballot).cid),
          gate: speech.overrides.gate,
        },
      }),
    },
  }
}

function windowsOf(speech: ProposalSpeech, charter: Charter): Record<string, number> {
  const track = charter.tracks[speech.track ?? 'standard']
  const { appeal: _appeal, ...windows } = track?.windows ?? { appeal: 0 }
  const own = Object.entries(speech.windows ?? {}).map(([name, text]) => [name, millis(text)])
  return { ...windows, ...Object.fromEntries(own) }
}

/** Ballots of appeals and overrides ask what follows from what they are about. */
function questionOf(
  { overrides, appeal, replaces }: ProposalSpeech,
  named: Named,
): FixedQuestion | undefined {
  const about = (name: string) => {
    const { cid, body, refs } = named(name)
    const slot = String(body.slot)
    const components = body.components as unknown as readonly string[]
    const before = typeof body.replaces === 'number' ? refs[body.replaces] : undefined
    return { id: cid, title: String(body.title), slot, components, replaces: before ?? null }
  }
  if (overrides) {
    const { id, title, components } = about(overrides.ballot)
    return overrideQuestion({ ballot: id, gate: overrides.gate, title, components })
  }
  return appeal !== undefined && replaces ? appealQuestion(about(replaces)) : undefined
}

/** A checkpoint of these heads. */
export const checkpointDraft = (heads: readonly Op[]): Draft => ({
  type: 'checkpoint',
  refs: [],
  body: {
    full: true,
    frontier: heads.map(({ key, seq, cid }) => [keyBytes(key), seq, linkOf(cid)]),
  },
})

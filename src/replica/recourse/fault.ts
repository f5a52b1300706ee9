/**
 * What makes a proposal the ballot of appeals, one that overrides a gate or resumes a rollout, or an
 * election (design §3.8, §3.9): it is on the track for that, and it asks nothing but the one question.
 */
import type { Held } from '../../chain/held.ts'
import { trackOf } from '../../charter/lookup.ts'
import type { Charter } from '../../charter/schema.ts'
import type { OpCid, StakeholderId } from '../../op/ids.ts'
import { type Refusal, refuse } from '../../op/refusal.ts'
import { readBody } from '../../op/type.ts'
import { appealQuestion, appealTrack } from '../../proposal/appeal/appeal.ts'
import { appealFile } from '../../proposal/appeal/ops.ts'
import { COUNCIL_SLOT, electionQuestion } from '../../proposal/council.ts'
import { proposalOpen } from '../../proposal/ops.ts'
import { overrideQuestion } from '../../proposal/override.ts'
import { asksOnly, type FixedQuestion } from '../../proposal/question.ts'
import { RESUME_TRACK, resumeQuestion } from '../../proposal/rollout/resume.ts'
import type { Eligibility } from '../eligibility.ts'
import type { ProposalBody } from '../topics.ts'

/** A proposal that says it is one of these. */
export interface Candidate {
  readonly held: Held
  readonly body: ProposalBody
  readonly charter: Charter
  readonly author: StakeholderId
  /** For whom of its charter an operation speaks. */
  readonly members: Eligibility
}

/** What it builds on. */
export interface FaultContext {
  readonly held: (cid: OpCid) => Held | undefined
  readonly charterById: (id: OpCid) => Charter | undefined
}

/** Why a proposal is not what it says it is; undefined where it says nothing of the kind, or is. */
export function recourseFault(candidate: Candidate, context: FaultContext): Refusal | undefined {
  const { body } = candidate
  const roles = [body.appeal, body.overrides, body.elects, body.resumes]
  if (roles.filter((role) => role !== undefined).length > 1)
    return invalid(
      'it decides appeals, overrides a gate, elects the council or resumes, one of them',
    )
  return (
    appealFault(candidate, context) ??
    overrideFault(candidate, context) ??
    resumeFault(candidate, context) ??
    electionFault(candidate)
  )
}

function electionFault({ held: { op }, body, charter }: Candidate): Refusal | undefined {
  const { elects, slot } = body
  // Setting an election aside is no election.
  if (elects === undefined)
    return slot === COUNCIL_SLOT && body.appeal === undefined
      ? invalid(`slot ${COUNCIL_SLOT} is for elections of the council`)
      : undefined
  const { council, stakeholders } = charter
  if (body.track !== council?.track)
    return invalid('its track is not the one on which its charter has the council elected')
  // In the order of the charter: who is elected is written in one way.
  const members = stakeholders.map(({ id }) => id).filter((id) => elects.includes(id))
  if (members.join() !== elects.join() || elects.length > council.seats)
    return invalid(`it elects others than up to ${council.seats} members, each once, in order`)
  return asksOnly(body, electionQuestion(elects), op.at)
    ? undefined
    : invalid('it asks more or else than who is the council')
}

function appealFault(
  { held, body, charter, author, members }: Candidate,
  { held: heldBy }: FaultContext,
): Refusal | undefined {
  if (body.appeal === undefined) return undefined
  const { key, refs, at } = held.op
  const target = body.replaces === null ? undefined : refs[body.replaces]
  const named = refs[body.appeal]
  const appeal = named === undefined ? undefined : heldBy(named)
  const said = appeal && readBody(appeal.op, appealFile)
  if (target === undefined || !appeal || !said?.ok || appeal.op.type !== appealFile.type)
    return invalid('names no appeal against what it replaces')
  // By the same key: whether that may speak is then one question, not two.
  const isOwn = appeal.op.key === key && members.speakerOf(appeal) === author
  if (appeal.op.refs[said.value.ballot] !== target || !isOwn)
    return invalid('names no appeal of its author against what it replaces')
  if (body.track !== appealTrack(charter, body.slot))
    return invalid('its track is not the one on which its charter has appeals decided')
  const question = appealed(target, heldBy(target))
  return question && asksOnly(body, question, at)
    ? undefined
    : invalid('it asks more or else than whether what it replaces is set aside')
}

function overrideFault(
  { held: { op }, body, charter }: Candidate,
  { held: heldBy, charterById }: FaultContext,
): Refusal | undefined {
  if (!body.overrides) return undefined
  const { ballot, gate } = body.overrides
  const target = op.refs[ballot]
  if (body.track !== charter.overrides?.track || body.replaces !== null)
    return invalid('its track is not the one on which its charter has gates overridden')
  const found = target === undefined ? undefined : readProposal(heldBy(target))
  const rules = found && charterById(found.refs[found.body.charter] ?? op.cid)
  const gates = found && rules && trackGates(rules, found.body.track)
  if (!target || !found || !gates?.includes(gate) || found.body.overrides)
    return invalid(`names no ballot with a gate "${gate}" that could be overridden`)
  const { title, components } = found.body
  return asksOnly(body, overrideQuestion({ ballot: target, gate, title, components }), op.at)
    ? undefined
    : invalid('it asks more or else than whether that gate counts as met')
}

/** A ballot that resumes a rollout names what it clears, and asks nothing else (§3.9). */
function resumeFault(
  { held: { op }, body }: Candidate,
  { held: heldBy }: FaultContext,
): Refusal | undefined {
  if (!body.resumes) return undefined
  const ballot = op.refs[body.resumes.ballot]
  const found = ballot === undefined ? undefined : readProposal(heldBy(ballot))
  const clears = body.resumes.clears.flatMap((position) => op.refs[position] ?? [])
  if (body.track !== RESUME_TRACK) return invalid(`a rollout is resumed on track ${RESUME_TRACK}`)
  if (!ballot || !found?.body.rollout || clears.length < body.resumes.clears.length)
    return invalid('names no rollout, or no statements that halt it')
  const { title, components } = found.body
  return asksOnly(body, resumeQuestion({ ballot, title, components, clears }), op.at)
    ? undefined
    : invalid('it asks more or else than whether that rollout goes on')
}

/** The question of appeals against a proposal; none where it cannot be appealed against. */
function appealed(id: OpCid, held: Held | undefined): FixedQuestion | undefined {
  const found = readProposal(held)
  if (!found || found.body.appeal !== undefined || found.body.amendment) return undefined
  const { title, slot, components } = found.body
  const replaces = found.body.replaces === null ? null : found.refs[found.body.replaces]
  return replaces === undefined
    ? undefined
    : appealQuestion({ id, title, slot, components, replaces })
}

interface ReadProposal {
  readonly refs: readonly OpCid[]
  readonly body: ProposalBody
}

function readProposal(held: Held | undefined): ReadProposal | undefined {
  if (held?.op.type !== proposalOpen.type) return undefined
  const read = readBody(held.op, proposalOpen)
  return read.ok ? { refs: held.op.refs, body: read.value } : undefined
}

/** The gates of a track; that newcomers accept their charter is none of them. */
const trackGates = (charter: Charter, track: string): readonly string[] =>
  Object.keys(trackOf(charter, track)?.gates ?? {})

const invalid = (what: string): Refusal => refuse('invalid-proposal', what)

/**
 * What makes a proposal the ballot of appeals (design §3.8): its author has appealed, it is on the
 * track that the charter names, and it asks nothing but the one question that all appeals share.
 */
import type { Held } from '../../chain/held.ts'
import type { Charter } from '../../charter/schema.ts'
import type { OpCid, StakeholderId } from '../../op/ids.ts'
import { type Refusal, refuse } from '../../op/refusal.ts'
import { readBody } from '../../op/type.ts'
import { type AppealQuestion, appealQuestion, appealTrack } from '../../proposal/appeal/appeal.ts'
import { appealFile } from '../../proposal/appeal/ops.ts'
import { proposalOpen } from '../../proposal/ops.ts'
import type { Eligibility } from '../eligibility.ts'
import type { ProposalBody } from '../topics.ts'

/** A proposal that says it is the ballot of appeals. */
export interface AppealCandidate {
  readonly held: Held
  readonly body: ProposalBody
  readonly charter: Charter
  readonly author: StakeholderId
  /** For whom of its charter an operation speaks. */
  readonly members: Eligibility
}

/** Why a proposal is no ballot of appeals though it says so; undefined where it does not, or is. */
export function appealFault(
  { held, body, charter, author, members }: AppealCandidate,
  heldBy: (cid: OpCid) => Held | undefined,
): Refusal | undefined {
  if (body.appeal === undefined) return undefined
  const { refs } = held.op
  const target = body.replaces === null ? undefined : refs[body.replaces]
  const named = refs[body.appeal]
  const appeal = named === undefined ? undefined : heldBy(named)
  const said = appeal && readBody(appeal.op, appealFile)
  if (target === undefined || !appeal || !said?.ok || appeal.op.type !== appealFile.type)
    return invalid('names no appeal against what it replaces')
  if (appeal.op.refs[said.value.ballot] !== target || members.speakerOf(appeal) !== author)
    return invalid('names no appeal of its author against what it replaces')
  if (body.track !== appealTrack(charter, body.slot))
    return invalid('its track is not the one on which its charter has appeals decided')
  const question = questionOf(target, heldBy(target))
  return question && asksOnly(body, question, held.op.at)
    ? undefined
    : invalid('it asks more or else than whether what it replaces is set aside')
}

/** The question of appeals against a proposal; none where it cannot be appealed against. */
function questionOf(id: OpCid, held: Held | undefined): AppealQuestion | undefined {
  if (held?.op.type !== proposalOpen.type) return undefined
  const read = readBody(held.op, proposalOpen)
  if (!read.ok || read.value.appeal !== undefined || read.value.amendment) return undefined
  const { title, slot, components } = read.value
  const replaces = read.value.replaces === null ? null : held.op.refs[read.value.replaces]
  return replaces === undefined
    ? undefined
    : appealQuestion({ id, title, slot, components, replaces })
}

/** Nothing beside the question could be voted on, and nobody draws it out. */
const asksOnly = (body: ProposalBody, question: AppealQuestion, at: number): boolean =>
  body.kind === 'resolution' &&
  body.title === question.title &&
  'text' in body.document &&
  body.document.text === question.text &&
  body.slot === question.slot &&
  body.components.join() === question.components.join() &&
  body.subjects.length === 0 &&
  body.dependsOn.length === 0 &&
  body.rollout === undefined &&
  body.rollback === undefined &&
  body.windows === undefined &&
  body.reversible &&
  body.opensAt <= at

const invalid = (what: string): Refusal => refuse('invalid-proposal', what)

/**
 * What must hold before a ballot may be sealed (design §3.3, §3.4). A gate holds the ballot open;
 * it never opens it early. Gates take the word of the stakeholders of the ballot's charter, those too
 * who do not vote on it; whose word it is follows from the keyring as it does for votes.
 */

import type { Gate } from '../ballot/verdict.ts'
import type { Held } from '../chain/held.ts'
import type { Keyring } from '../chain/keyring.ts'
import { slotComponent, weightSum } from '../charter/lookup.ts'
import type { Charter, Track } from '../charter/schema.ts'
import { cidDigest } from '../op/cid.ts'
import type { OpCid, StakeholderId } from '../op/ids.ts'
import { keyIdFromBytes } from '../op/key-id.ts'
import type { AttestationRecord } from '../proposal/attestation/record.ts'
import type { CommentRecord } from '../proposal/comment.ts'
import { digestOfFreeze } from '../proposal/document.ts'
import { judgeGate } from '../proposal/gates/judge.ts'
import { RISK_REGISTER } from '../proposal/gates/reviews.ts'
import type { GateScene } from '../proposal/gates/scene.ts'
import { readFreeze } from './document-topics.ts'
import type { Eligibility } from './eligibility.ts'
import type { FrameContext } from './frame.ts'
import type { FreezeReader } from './proposal-content.ts'
import type { AppealReader } from './recourse/appeal-record.ts'
import type { ProposalBody, Topic } from './topics.ts'

/** The part of a ballot that its gates are judged by. */
export interface GateFrame {
  readonly id: OpCid
  readonly body: ProposalBody
  readonly author: StakeholderId
  readonly charter: Charter
  readonly track: Track
}

/** The gates of a ballot, met or not, each with what would meet it. */
export function gatesOf(
  accepts: Topic['accepts'],
  scene: GateScene,
  { body, track }: Pick<GateFrame, 'body' | 'track'>,
  keyring: Keyring,
): Gate[] {
  const gates = Object.entries(track.gates).map(([name, parameters]) =>
    judgeGate(name, parameters, scene),
  )
  if (body.amendment) gates.push(acceptanceGate(accepts, body.amendment, keyring))
  return gates
}

/** What the gates of a ballot are judged by. */
export function gateScene(
  { id, body, author, charter }: GateFrame,
  said: Pick<GateScene, 'attestations' | 'comments' | 'isFrozenRisks'>,
): GateScene {
  const subjects = body.subjects.map(({ name, digest }) => ({ name, digest: digest.toLowerCase() }))
  return {
    author,
    charter,
    subjects,
    digests: new Set([
      cidDigest(id),
      body.document.digest.toLowerCase(),
      ...subjects.map(({ digest }) => digest),
    ]),
    // What is not held up any more was tested and built before; its risks may have changed.
    changesSoftware:
      !isRecourse(body) &&
      body.resumes === undefined &&
      (body.kind === 'upgrade' ||
        body.kind === 'domain' ||
        subjects.length > 0 ||
        isComponentSlot(charter, body.slot)),
    isRecourse: isRecourse(body),
    isAppeal: body.appeal !== undefined,
    ...said,
  }
}

/** An appeal, an override or an election (§3.8): its text follows from what it is about. */
const isRecourse = ({ appeal, overrides, elects }: ProposalBody): boolean =>
  appeal !== undefined || overrides !== undefined || elects !== undefined

const isComponentSlot = (charter: Charter, slot: string): boolean =>
  slotComponent(charter, slot) !== undefined

/** What an attestation says, if it is by one who may attest. */
export function attestationRecord(
  { held, body }: Topic['attestations'][number],
  members: Eligibility,
): AttestationRecord | undefined {
  const stakeholder = members.speakerOf(held)
  if (!stakeholder) return undefined
  const { cid, key, seq, at } = held.op
  const { claim, evidence, keys } = body
  const supersedes = body.supersedes.flatMap((position) => held.op.refs[position] ?? [])
  return { cid, key, seq, at, stakeholder, claim, evidence, keys, supersedes, refs: held.op.refs }
}

/** Finds freezes of the risk register among references, by the charter of a proposal. */
export const frozenRisks =
  (charter: OpCid, { held, frozen }: FreezeReader & Pick<FrameContext, 'held'>) =>
  (refs: readonly OpCid[], digest: string): boolean => {
    const freeze = refs.find((cid) => statedDigest(held(cid)) === digest)
    const found = freeze && frozen(freeze, charter)
    // A register is everybody's: of what one keeps to itself, nobody else could add a risk.
    return (
      found?.ok === true &&
      found.value.schema === RISK_REGISTER &&
      found.value.editors === 'members'
    )
  }

/** What a freeze says that its digest is, before anybody looked. */
function statedDigest(held: Held | undefined): string | undefined {
  const freeze = held?.complete ? readFreeze(held) : undefined
  return freeze && digestOfFreeze(freeze.digest)
}

/** What a comment says, if it is by a member; `appeals` reads whether it refers to an appeal of its own. */
export function commentRecord(
  { held, body }: Topic['comments'][number],
  members: Eligibility,
  appeals: AppealReader,
): CommentRecord | undefined {
  const stakeholder = members.speakerOf(held)
  if (!stakeholder) return undefined
  const { cid, refs, at } = held.op
  const { kind, text, disposition = null } = body
  const answers = referenceAt(held, body.answers)
  const said = { cid, stakeholder, kind, text, disposition, answers, at }
  return { ...said, byAppellant: appeals(refs, stakeholder) }
}

const referenceAt = ({ op }: Held, position: number | undefined): OpCid | null =>
  position === undefined ? null : (op.refs[position] ?? null)

/** More than 2/3 of the next charter's weight must accept it (§3.3). */
function acceptanceGate(accepts: Topic['accepts'], next: Charter, keyring: Keyring): Gate {
  const accepted = new Set(
    accepts.flatMap(({ held }) => (keyring.isRoot(held.op.key) ? held.op.key : [])),
  )
  const members = next.stakeholders.filter(({ root }) => accepted.has(keyIdFromBytes(root)))
  const silent = next.stakeholders.filter(({ root }) => !accepted.has(keyIdFromBytes(root)))
  const weight = weightSum(members)
  const total = weightSum(next.stakeholders)
  return {
    gate: 'acceptance',
    met: weight * 3 > total * 2,
    sentence: `weight ${weight} of ${total} accepts the next charter; more than 2/3 must`,
    wouldMeet: `folkmoot accept by ${silent.map(({ id }) => id).join(', ')}`,
  }
}

/** More than 2/3 of the founding weight has ratified: the coalition is active (§3.3). */
export function ratification(
  charter: Charter,
  ratified: ReadonlySet<string>,
): { readonly weight: number; readonly total: number; readonly active: boolean } {
  const weight = weightSum(
    charter.stakeholders.filter(({ root }) => ratified.has(keyIdFromBytes(root))),
  )
  const total = weightSum(charter.stakeholders)
  return { weight, total, active: weight * 3 > total * 2 }
}

/** How a stakeholder appeals (design §3.8): the appeal itself, and the ballot that all appeals share. */
import type { OpCid, StakeholderId } from '../../op/ids.ts'
import { accept, type Result, refuse } from '../../op/refusal.ts'
import { appealQuestion, appealTrack } from '../../proposal/appeal/appeal.ts'
import { appealFile, MAX_GROUNDS } from '../../proposal/appeal/ops.ts'
import type { ProposalInput } from '../acts.ts'
import type { Ballot } from '../ballot.ts'
import type { Draft } from '../draft.ts'
import type { Replica } from '../replica.ts'
import { isAppealable } from './appeal-record.ts'
import { type AppealState, appealState, windowEndOf } from './appeal-state.ts'
import { asking } from './asking.ts'

/** Drafts an appeal against an adopted ballot while the window for appeals is open here. */
export function appealDraft(replica: Replica, id: OpCid, grounds: string): Result<Draft> {
  const found = appealable(replica, id)
  if (!found.ok) return found
  const { ballot, state, self } = found.value
  const now = replica.clock.now()
  if (state.appeals.some(({ stakeholder }) => stakeholder === self))
    return refuse('already-appealed', 'this stakeholder has appealed against it already')
  if (state.stage === 'upheld')
    return refuse('appeal-decided', 'it is set aside already', 'folkmoot explain')
  if (state.stage === 'rejected')
    return refuse('appeal-decided', 'a ballot has decided the appeals against it', PROPOSE)
  if (state.stage === 'over' || now >= windowEndOf(ballot, now))
    return refuse('window-closed', 'the window for appeals is over here', PROPOSE)
  if (grounds.trim() === '' || grounds.length > MAX_GROUNDS)
    return refuse(
      'appeal-without-grounds',
      `an appeal says why, in at most ${MAX_GROUNDS} characters`,
      'add --because "…"',
    )
  return accept({ type: appealFile.type, refs: [id], body: { ballot: 0, grounds } })
}

/**
 * The ballot of appeals against a ballot, as this stakeholder opens it on its own appeal; undefined
 * where one is there that all share. Refuses (`no-appeal`) who has not appealed.
 */
export function appealBallotInput(replica: Replica, id: OpCid): Result<ProposalInput | undefined> {
  const found = appealable(replica, id)
  if (!found.ok) return found
  const { ballot, state, self, track } = found.value
  // One that ended for want of form leaves the appeals undecided: somebody else may bring them.
  const isShared = state.ballots.some((one) => one.outcome !== 'declined' || one.isVotedDown)
  if (isShared) return accept(undefined)
  const own = state.appeals.find(({ stakeholder }) => stakeholder === self)
  if (!own || replica.ledger.byCid.get(own.cid)?.op.key !== replica.signer?.key)
    return refuse('no-appeal', 'this stakeholder has not appealed', 'folkmoot appeal')
  const { body, generation } = ballot
  const question = appealQuestion({
    id: ballot.id,
    title: body.title,
    slot: generation.slot,
    components: body.components,
    replaces: generation.replaces,
  })
  return accept({ ...asking(question, { track, why: '' }), replaces: id, appeal: own.cid })
}

const PROPOSE = 'propose what should take its place'

interface Appealable {
  readonly ballot: Ballot
  readonly state: AppealState
  readonly self: StakeholderId
  /** The track on which appeals against it are decided. */
  readonly track: string
}

function appealable(replica: Replica, id: OpCid): Result<Appealable> {
  const found = replica.views.ballot(id)
  const scene = replica.scene(replica.clock.now())
  if (!found.ok) return found
  const ballot = found.value
  const track = scene && appealTrack(scene.standing.current.charter, ballot.generation.slot)
  if (!scene || track === undefined)
    return refuse('no-appeals', 'the charter names no track for appeals', PROPOSE)
  if (!isAppealable(ballot)) return refuse('not-appealable', notAppealable(ballot), PROPOSE)
  const state = appealState(ballot, scene)
  if (!state) return refuse('not-adopted', 'only what was adopted can be set aside', PROPOSE)
  const self = replica.signer && ballot.membership.stakeholderOf(replica.signer.key)
  return self
    ? accept({ ballot, state, self, track })
    : refuse('no-member', 'this stakeholder was no member when the ballot opened')
}

const notAppealable = ({ body }: Ballot): string =>
  body.amendment ? 'a charter is taken back by an amendment' : 'it decides appeals itself'

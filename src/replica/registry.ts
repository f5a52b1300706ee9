/** Every operation type that this build understands; a type that is not in it is denied (§2.3). */
import * as artefact from '../artefact/ops.ts'
import * as ballot from '../ballot/ops.ts'
import * as chain from '../chain/ops.ts'
import * as charter from '../charter/ops.ts'
import * as document from '../document/ops.ts'
import * as note from '../note/ops.ts'
import type { OpType } from '../op/type.ts'
import { appealFile } from '../proposal/appeal/ops.ts'
import { attestationAdd } from '../proposal/attestation/ops.ts'
import * as dispute from '../proposal/dispute/ops.ts'
import * as escalation from '../proposal/escalation/ops.ts'
import * as proposal from '../proposal/ops.ts'
import * as rollout from '../proposal/rollout/ops.ts'

const TYPES = [
  charter.coalitionFound,
  charter.charterRatify,
  charter.charterAccept,
  chain.keyDelegate,
  chain.keyRevoke,
  chain.checkpoint,
  chain.nodeAddress,
  proposal.proposalOpen,
  proposal.proposalWithdraw,
  proposal.commentAdd,
  attestationAdd,
  rollout.rolloutReport,
  rollout.rolloutHalt,
  rollout.rolloutClose,
  document.documentCreate,
  document.documentEdit,
  document.documentFreeze,
  appealFile,
  dispute.disputeOpen,
  dispute.disputeClose,
  dispute.panelSeat,
  dispute.panelRule,
  dispute.mediatorPropose,
  dispute.mediatorAccept,
  dispute.mediatorRule,
  escalation.escalationOpen,
  escalation.escalationResolve,
  ballot.voteCast,
  ballot.tallyOp,
  ballot.seal,
  ballot.sealSettled,
  ballot.sealProvisional,
  ballot.provisional,
  ballot.settleEstimate,
  ballot.settleSuggest,
  ballot.settleAuxiliary,
  ballot.settlement,
  artefact.artefactAnnounce,
  artefact.artefactRelease,
  note.noteCommit,
  note.noteReveal,
] as const

/** Types by name. */
export const REGISTRY: ReadonlyMap<string, OpType<unknown>> = new Map(
  TYPES.map((type) => [type.type, type]),
)

/** Types that are void from a fork or a revocation on (design §2.2). */
export const isVoidWhenFrozen = (type: string): boolean =>
  type === 'vote.cast' ||
  type.startsWith('comment.') ||
  type.startsWith('attest') ||
  type.endsWith('.report')

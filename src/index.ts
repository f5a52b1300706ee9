/** Folkmoot as a library: the pure core that the daemon and the simulator run. */
export { type Board, favoured, type SettlementCertificate } from './ballot/board.ts'
export { type Electorate, electorateOf } from './ballot/electorate.ts'
export { type Explanation, explain, renderExplanation } from './ballot/explain.ts'
export { RULES, type SettleRules } from './ballot/rules.ts'
export { settleMove } from './ballot/settle.ts'
export { type Tally, tally } from './ballot/tally.ts'
export { type Verdict, verdict } from './ballot/verdict.ts'
export { type Analysis, analyse } from './charter/analyser/analysis.ts'
export { type CharterDiff, charterDiff } from './charter/analyser/diff.ts'
export type { Finding as CharterFinding } from './charter/analyser/finding.ts'
export { findings } from './charter/analyser/findings.ts'
export { checkCharter } from './charter/check.ts'
export { parseCharter } from './charter/parse.ts'
export type { Charter } from './charter/schema.ts'
export { serialiseCharter } from './charter/serialise.ts'
export type { Document, HistoryLine } from './document/document.ts'
export type { Edit } from './document/ops.ts'
export { readValue, renderJson, renderValue } from './document/rendering.ts'
export { NO_SNAPSHOTS, type SnapshotStore } from './document/snapshot.ts'
export type { CoalitionId, KeyId, OpCid, SlotId, StakeholderId } from './op/ids.ts'
export { decodeOp, encodeOp, type Op, type SignedOp, type Signer, signOp } from './op/operation.ts'
export type { Refusal, Result } from './op/refusal.ts'
export { pureVerifier, type Verifier } from './op/signature.ts'
export { type Claim, claimOf } from './proposal/attestation/claim.ts'
export {
  type DsseEnvelope,
  preAuthEncoding,
  readEnvelope,
  writeEnvelope,
} from './proposal/attestation/dsse.ts'
export { type Finding, signStatement, statementOf } from './proposal/attestation/make.ts'
export { PREDICATES } from './proposal/attestation/predicates.ts'
export { readStatement, type Statement } from './proposal/attestation/statement.ts'
export {
  castDraft,
  commentDraft,
  type ProposalInput,
  proposalDraft,
  withdrawDraft,
} from './replica/acts.ts'
export { type AttestInput, attestDraft } from './replica/attesting.ts'
export { decisionRecord } from './replica/decision/gather.ts'
export { decisionMarkdown } from './replica/decision/markdown.ts'
export type { DecisionRecord } from './replica/decision/record.ts'
export {
  createDraft,
  type DocumentInput,
  type EditInput,
  type EditPlan,
  editDraft,
  editPlan,
  freezeDraft,
} from './replica/document-acts.ts'
export type { Documents, Frozen } from './replica/documents.ts'
export type { Draft } from './replica/draft.ts'
export type { Duties, Duty } from './replica/duties.ts'
export { type Issued, Replica, type ReplicaOptions } from './replica/replica.ts'
export { MemoryStore, type OpStore, type StoreBatch, type StoredOp } from './replica/store.ts'
export { decodeGossip, encodeGossip } from './sync/gossip.ts'
export { openSession } from './sync/session.ts'
export type { SyncSession } from './sync/session-types.ts'

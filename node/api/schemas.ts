/** The shapes of questions and answers, once for server, client and whoever documents them. */
import { z } from 'zod'
import type { Explanation } from '../../src/ballot/explain.ts'
import { CHOICES } from '../../src/ballot/ops.ts'
import { charterSchema } from '../../src/charter/schema.ts'
import { isOpCid } from '../../src/op/cid.ts'
import type { OpCid } from '../../src/op/ids.ts'
import { COMMENT_KINDS, PROPOSAL_KINDS } from '../../src/proposal/ops.ts'
import { rollbackPlanSchema, rolloutPlanSchema } from '../../src/proposal/rollout/plan.ts'
import type { CommentInput, ProposalInput } from '../../src/replica/acts.ts'
import { isRecord } from './json-values.ts'
import type * as node from './node-api.ts'
import type { AppealLine } from './recourse-api.ts'
import type { Recovery } from './recovery.ts'

const count = z.int().min(0)
const words = z.array(z.string())
const optionalText = z.string().exactOptional()
/** An id or a unique part of one: what it names is found where the question is answered. */
const anyId = z.custom<OpCid>((value) => typeof value === 'string', 'must be an id')
/** The CID of an operation. */
export const opCid = z.custom<OpCid>(
  (value) => typeof value === 'string' && isOpCid(value),
  'must be a CID',
)

/** Something that needs an operator. */
export const alarm: z.ZodType<node.Alarm> = z.object({
  code: z.string(),
  severity: z.enum(['error', 'warning']),
  sentence: z.string(),
  fix: z.string(),
})

/** The way back from a lost or restored store. */
const recovery: z.ZodType<Recovery> = z.object({
  why: z.string(),
  steps: z.array(
    z.object({
      code: z.enum(['hear-members', 'new-key', 'old-ballots']),
      done: z.boolean(),
      sentence: z.string(),
      fix: z.string(),
    }),
  ),
})

/** A node at a glance. */
export const nodeStatus: z.ZodType<node.NodeStatus> = z.object({
  version: z.string(),
  protocol: count,
  coalition: z.object({ id: z.string(), name: z.string() }).nullable(),
  stakeholder: z.string().nullable(),
  key: z.string(),
  peerId: z.string(),
  pid: count,
  home: z.string(),
  startedAt: count,
  ratified: z.object({ weight: count, total: count, active: z.boolean() }),
  charterVersion: count,
  digests: z.object({ ops: z.string(), state: z.string(), count }),
  peers: z.object({ connected: count, known: count, blocked: count }),
  listen: words,
  missing: count,
  waitingBytes: count,
  ballots: z.object({ open: count, needMyVote: count, provisional: count }),
  underAppeal: count,
  disputes: count,
  review: z.object({ dueAt: count, isDue: z.boolean(), ballot: z.string().nullable() }).nullable(),
  recovery: recovery.nullable(),
  alarms: z.array(alarm),
})

/** The charter in force, as data and as YAML. */
export const charterAnswer = z.object({ id: z.string(), charter: charterSchema, yaml: z.string() })

const appealLine: z.ZodType<AppealLine> = z.object({
  stage: z.enum(['window', 'filed', 'pending', 'upheld', 'rejected', 'over']),
  until: count.nullable(),
  delaysHooks: z.boolean(),
  appeals: z.array(
    z.object({
      id: z.string(),
      stakeholder: z.string(),
      grounds: z.string(),
      at: count,
      inTime: z.boolean(),
    }),
  ),
  ballots: z.array(z.object({ id: z.string(), outcome: z.enum(['adopted', 'declined', 'open']) })),
})

const proposalLineShape = {
  id: z.string(),
  title: z.string(),
  author: z.string(),
  kind: z.string(),
  track: z.string(),
  slot: z.string(),
  stage: z.string(),
  outcome: z.enum(['adopted', 'declined', 'provisional', 'open', 'void']),
  provisional: z.enum(['provisional', 'held', 'ratified', 'lapsed']).nullable(),
  rounds: count,
  reasons: words,
  myVote: z.string(),
  silent: words,
  opensAt: count,
  votingAt: count,
  closesAt: count,
  appeal: appealLine.nullable(),
}

/** One proposal in a list. */
export const proposalLine: z.ZodType<node.ProposalLine> = z.object(proposalLineShape)

const commentLine = z.object({
  id: z.string(),
  author: z.string(),
  kind: z.string(),
  text: z.string(),
  answers: z.string().nullable(),
  at: count,
})

const voteLine = z.object({
  id: z.string(),
  stakeholder: z.string(),
  choice: z.string(),
  rationale: z.string().nullable(),
  at: count,
})

/** One proposal whole. */
export const proposalDetail: z.ZodType<node.ProposalDetail> = z.object({
  ...proposalLineShape,
  summary: z.string(),
  document: z.object({
    text: z.string(),
    digest: z.string(),
    frozen: z.object({ document: z.string(), title: z.string(), freeze: z.string() }).nullable(),
  }),
  amendment: z.object({ before: charterSchema, next: charterSchema }).nullable(),
  replaces: z.string().nullable(),
  components: words,
  comments: z.array(commentLine),
  votes: z.array(voteLine),
  seals: z.array(z.object({ stakeholder: z.string(), verdict: z.string() })),
})

/** Every number and reason behind a verdict; made by our own daemon, so only its outline is checked. */
export const explanation = z.custom<Explanation>(
  (value) => isRecord(value) && Array.isArray(value.rules) && Array.isArray(value.facts),
  'must be an explanation',
)

/** One operation in the log. */
export const logLine: z.ZodType<node.LogLine> = z.object({
  cid: z.string(),
  key: z.string(),
  stakeholder: z.string().nullable(),
  seq: count,
  type: z.string(),
  at: count,
  seenAt: count,
  standing: z.string(),
  summary: z.string(),
})

/** One peer. */
export const peerLine: z.ZodType<node.PeerLine> = z.object({
  key: z.string(),
  peerId: z.string(),
  stakeholder: z.string().nullable(),
  addresses: words,
  connected: z.boolean(),
  blocked: z.boolean(),
  latencyMs: z.number().nullable(),
  inMesh: z.boolean(),
})

const cut = z.object({ seq: count, reason: z.enum(['forked', 'revoked', 'claimed twice']) })

/** One key of the keyring. */
export const keyLine: z.ZodType<node.KeyLine> = z.object({
  key: z.string(),
  role: z.enum(['root', 'node']),
  stakeholder: z.string().nullable(),
  root: z.string(),
  can: words,
  label: z.string().nullable(),
  delegatedAt: count.nullable(),
  lastSeq: z.int().min(-1),
  cut: cut.nullable(),
})

/** Proof that a key said two things at one place. */
export const evidenceLine: z.ZodType<node.EvidenceLine> = z.object({
  key: z.string(),
  stakeholder: z.string().nullable(),
  seq: count,
  ops: z.array(z.object({ cid: z.string(), type: z.string(), at: count })),
})

/** What was signed, or with `dryRun` would be. */
export const signed: z.ZodType<node.Signed> = z.object({
  cid: z.string().nullable(),
  type: z.string(),
  refs: words,
  body: z.unknown(),
  dryRun: z.boolean(),
})

/** A seal that waits for a person. */
export const sealLine: z.ZodType<node.SealLine> = z.object({
  ballot: z.string(),
  title: z.string(),
  track: z.string(),
  verdict: z.enum(['endorse', 'decline', 'provisional']),
  why: z.string(),
  declinesAt: count,
})

/** Where a root's chain stands. */
export const rootHead: z.ZodType<node.RootHead> = z.object({
  seq: count,
  prev: z.string().nullable(),
})

/** An operation on its way. */
export const wireOp: z.ZodType<node.WireOp> = z.strictObject({
  bytes: z.base64(),
  sig: z.base64().nullable(),
})

/** What became of submitted operations. */
export const submitReport: z.ZodType<node.SubmitReport> = z.object({
  accepted: words,
  waiting: words,
  refused: z.array(z.object({ cid: z.string().nullable(), code: z.string(), message: z.string() })),
  evidence: words,
})

/** A change, for `watch` and the event stream. */
export const nodeEvent: z.ZodType<node.NodeEvent> = z.object({
  id: count,
  at: count,
  kind: z.string(),
  proposal: z.string().nullable(),
  sentence: z.string(),
})

const lines = z.array(z.string())
const stage = z.int().min(0)
const windows = z.strictObject({
  deliberation: stage,
  review: stage,
  interop: stage,
  demonstration: stage.exactOptional(),
  voting: stage,
  settle: stage,
  validity: stage,
})

/** What a proposer decides; lengths are the operation's own schema's business. */
export const proposalInput: z.ZodType<ProposalInput> = z.strictObject({
  kind: z.enum(PROPOSAL_KINDS),
  track: z.string(),
  title: z.string(),
  summary: z.string(),
  text: optionalText,
  freeze: opCid.exactOptional(),
  scope: z.strictObject({
    objectives: lines,
    nonGoals: lines,
    compatibility: lines,
    performance: lines,
    variability: lines,
  }),
  criteria: lines.exactOptional(),
  components: lines,
  slot: z.string(),
  replaces: opCid.nullable().exactOptional(),
  dependsOn: z.array(opCid).exactOptional(),
  subjects: z.array(z.strictObject({ name: z.string(), digest: z.string() })),
  rollout: rolloutPlanSchema.exactOptional(),
  rollback: rollbackPlanSchema.exactOptional(),
  reversible: z.boolean(),
  opensAt: z.int().min(0).exactOptional(),
  windows: windows.exactOptional(),
  amendment: charterSchema.exactOptional(),
  removesSilent: lines.exactOptional(),
  appeal: opCid.exactOptional(),
  overrides: z.strictObject({ ballot: opCid, gate: z.string() }).exactOptional(),
  resumes: z.strictObject({ ballot: opCid, clears: z.array(opCid) }).exactOptional(),
  elects: z.array(z.string()).exactOptional(),
})

/** A comment as people write it. */
export const commentInput: z.ZodType<CommentInput> = z.strictObject({
  proposal: anyId,
  kind: z.enum(COMMENT_KINDS),
  text: z.string(),
  disposition: optionalText,
  answers: anyId.exactOptional(),
})

/** One of the four things that a stakeholder can say. */
export const choice = z.enum(CHOICES)
/** A flag that is left out when it is not set. */
export const flag = z.boolean().exactOptional()
/** Text that may be left out. */
export const maybeText = optionalText
/** A number in a query string. */
export const queryNumber = z.coerce.number().int().min(0).exactOptional()

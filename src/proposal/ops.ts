/** Operations of proposals and their discussion (design §3.4). */
import { z } from 'zod'
import { charterSchema, MAX_COUNCIL_SEATS, MAX_STAKEHOLDERS } from '../charter/schema.ts'
import { defineOp, millis, refIndex, text } from '../op/type.ts'
import { rollbackPlanSchema, rolloutPlanSchema } from './rollout/plan.ts'

/** The kinds of proposal. */
export const PROPOSAL_KINDS = ['upgrade', 'policy', 'amendment', 'resolution', 'domain'] as const
/** The kinds of comment. */
export const COMMENT_KINDS = ['support', 'concern', 'objection', 'question', 'answer'] as const
/** Longest title. */
export const MAX_TITLE = 200
/** Longest inline document. */
export const MAX_DOCUMENT = 64 * 1024
/** Most statements that one ballot clears of a halted rollout. */
export const MAX_CLEARED = 1024
/** Longest comment. */
export const MAX_COMMENT = 16 * 1024

const lines = z.array(text(1024)).max(64)
const windows = z.strictObject({
  deliberation: millis,
  review: millis,
  interop: millis,
  demonstration: millis.min(1).exactOptional(),
  voting: millis,
  settle: millis,
  validity: millis,
})

/** Opens a proposal and with it its ballot. `refs` also names the root operations that `basis` covers. */
export const proposalOpen = defineOp('proposal.open', 'propose', {
  kind: z.enum(PROPOSAL_KINDS),
  track: text(64),
  charter: refIndex,
  basis: refIndex,
  title: text(MAX_TITLE),
  summary: text(4096),
  /** What is voted on: inline, or a document at a freeze, with the digest of either. */
  document: z.union([
    z.strictObject({ text: text(MAX_DOCUMENT), digest: text(80) }),
    z.strictObject({ freeze: refIndex, digest: text(80) }),
  ]),
  scope: z.strictObject({
    objectives: lines,
    nonGoals: lines,
    compatibility: lines,
    performance: lines,
    variability: lines,
  }),
  /** What this decision is judged by, beside the criteria of its track. */
  criteria: z.array(text(1024)).min(1).max(64).exactOptional(),
  components: z.array(text(64)).max(64),
  slot: text(128),
  replaces: refIndex.nullable(),
  dependsOn: z.array(refIndex).max(32),
  subjects: z.array(z.strictObject({ name: text(256), digest: text(256) })).max(64),
  /** How it reaches everybody once it is adopted, and how everybody goes back (§3.9). */
  rollout: rolloutPlanSchema.exactOptional(),
  rollback: rollbackPlanSchema.exactOptional(),
  reversible: z.boolean(),
  opensAt: millis,
  windows: windows.optional(),
  /** The next charter; exactly on slot `charter`. */
  amendment: charterSchema.optional(),
  /** Members whom it removes, silent for so long that the rest decides without them (§3.3). */
  removesSilent: z.array(text(64)).min(1).max(MAX_STAKEHOLDERS).exactOptional(),
  /** Its author's `appeal.file`: this is the ballot of appeals against what it replaces (§3.8). */
  appeal: refIndex.optional(),
  /** A gate that counts as met on a ballot once this is adopted (§3.8). */
  overrides: z.strictObject({ ballot: refIndex, gate: text(64) }).optional(),
  /** A halted rollout that goes on once this is adopted, and the statements that it clears (§3.9). */
  resumes: z
    .strictObject({ ballot: refIndex, clears: z.array(refIndex).min(1).max(MAX_CLEARED) })
    .exactOptional(),
  /** Who is the council once this is adopted; nobody is a recall. Exactly in its slot (§3.8). */
  elects: z.array(text(64)).max(MAX_COUNCIL_SEATS).optional(),
})

/** Its author takes the proposal back: the verdict fails; the ballot is still sealed and settled. */
export const proposalWithdraw = defineOp('proposal.withdraw', 'propose', {
  proposal: refIndex,
  reason: text(1024).optional(),
})

/** An argument on a proposal. An objection says what would answer it. */
export const commentAdd = defineOp('comment.add', 'any', {
  proposal: refIndex,
  kind: z.enum(COMMENT_KINDS),
  text: text(MAX_COMMENT),
  disposition: text(1024).optional(),
  answers: refIndex.optional(),
})

/** Operations of escalations: timed records that something overlaps or waits (design §3.8). */
import { z } from 'zod'
import { MAX_DURATION_MS } from '../../charter/duration.ts'
import { defineOp, refIndex, text } from '../../op/type.ts'

/** Two own the same, or nobody moves. */
export const ESCALATION_KINDS = ['overlap', 'waiting'] as const
/** Longest subject of an escalation. */
export const MAX_ESCALATION_SUBJECT = 256
/** Longest text of an escalation, and of what resolved it. */
export const MAX_ESCALATION_TEXT = 16 * 1024
/** Most members that an escalation waits for. */
export const MAX_OWNERS = 16

/**
 * Says that something overlaps or waits, whose move it is, and how long from first sight, in ms, until
 * it is overdue; `about` names what it bears on, and pulls it.
 */
export const escalationOpen = defineOp('escalation.open', 'propose', {
  charter: refIndex,
  kind: z.enum(ESCALATION_KINDS),
  subject: z.string().min(1).max(MAX_ESCALATION_SUBJECT),
  owners: z.array(text(64)).min(1).max(MAX_OWNERS),
  text: text(MAX_ESCALATION_TEXT),
  dueIn: z.int().min(1).max(MAX_DURATION_MS),
  about: refIndex.optional(),
})

/** It is resolved: by whoever opened it, an owner, or the council; that names its election. */
export const escalationResolve = defineOp('escalation.resolve', 'propose', {
  escalation: refIndex,
  text: text(MAX_ESCALATION_TEXT),
  mandate: refIndex.optional(),
})

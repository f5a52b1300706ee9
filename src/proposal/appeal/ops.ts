/** The operation by which a stakeholder appeals (design §3.8). */
import { z } from 'zod'
import { defineOp, refIndex } from '../../op/type.ts'

/** Longest grounds of an appeal. */
export const MAX_GROUNDS = 16 * 1024

/** "What that ballot decided should be set aside, because …": `refs[ballot]` is its proposal. */
export const appealFile = defineOp('appeal.file', 'propose', {
  ballot: refIndex,
  grounds: z.string().min(1).max(MAX_GROUNDS),
})

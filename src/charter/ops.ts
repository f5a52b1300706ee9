/** Operations that found a coalition and accept its charters; all are signed by roots (design §3.3). */
import { defineOp, refIndex } from '../op/type.ts'
import { charterSchema } from './schema.ts'

/** Founds a coalition; its CID is the coalition's id. The body is charter version 1. */
export const coalitionFound = defineOp('coalition.found', 'root', { charter: charterSchema })

/** A founder ratifies the founding charter: `refs[charter]` is the founding operation. */
export const charterRatify = defineOp('charter.ratify', 'root', { charter: refIndex })

/** A member of the next charter accepts it: `refs[amendment]` is the proposal that carries it. */
export const charterAccept = defineOp('charter.accept', 'root', { amendment: refIndex })

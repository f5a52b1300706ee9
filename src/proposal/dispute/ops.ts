/**
 * Operations of disputes, of the panels drawn for them and of mediators (design §3.8). A ruling is a
 * statement: it is counted, and moves nothing but the dispute.
 */
import { z } from 'zod'
import { defineOp, refIndex, text } from '../../op/type.ts'

/** What members dispute: how grave something is, what goes first, who owns something. */
export const DISPUTE_KINDS = ['severity', 'priority', 'ownership'] as const
/** Longest subject of a dispute. */
export const MAX_SUBJECT = 256
/** Longest grounds of a dispute, and reasons of a ruling. */
export const MAX_REASONS = 16 * 1024
/** Longest ruling: what is ruled, in a few words that rulings are compared by. */
export const MAX_RULING = 256
/** Most parties of a dispute. */
export const MAX_PARTIES = 16

const words = (max: number) => z.string().min(1).max(max)

/** Opens a dispute among members of a charter; `about` names what it bears on, and pulls it. */
export const disputeOpen = defineOp('dispute.open', 'propose', {
  charter: refIndex,
  kind: z.enum(DISPUTE_KINDS),
  subject: words(MAX_SUBJECT),
  parties: z.array(text(64)).min(2).max(MAX_PARTIES),
  grounds: words(MAX_REASONS),
  about: refIndex.optional(),
})

/**
 * A party has nothing more to ask for; once every party says so, the dispute is settled. A council
 * member that may closes it for all, and names its election.
 */
export const disputeClose = defineOp('dispute.close', 'propose', {
  dispute: refIndex,
  text: text(MAX_REASONS).optional(),
  mandate: refIndex.optional(),
})

/** Seats the panel that the CID of a settlement draws for a matter. */
export const panelSeat = defineOp('panel.seat', 'propose', {
  matter: refIndex,
  settlement: refIndex,
})

/** What a member of a panel rules, once: nothing takes a ruling back (§3.8). */
export const panelRule = defineOp('panel.rule', 'vote', {
  panel: refIndex,
  ruling: words(MAX_RULING),
  text: text(MAX_REASONS),
})

/** A party would have that member mediate, and so accepts it. */
export const mediatorPropose = defineOp('mediator.propose', 'propose', {
  dispute: refIndex,
  mediator: text(64),
})

/** Another party accepts the mediator that was proposed. */
export const mediatorAccept = defineOp('mediator.accept', 'propose', { proposal: refIndex })

/** What the mediator rules, once. */
export const mediatorRule = defineOp('mediator.rule', 'vote', {
  dispute: refIndex,
  ruling: words(MAX_RULING),
  text: text(MAX_REASONS),
})

/** Operations of a ballot (design §3.5, §3.6). `refs[body.ballot]` is the proposal. */
import { z } from 'zod'
import { defineOp, refIndex, text } from '../op/type.ts'

/** What a stakeholder can say. */
export const CHOICES = ['yes', 'no', 'abstain', 'veto'] as const
/** One of the four things that a stakeholder can say. */
export type Choice = (typeof CHOICES)[number]
/** What a node's seal says of a ballot. */
export type SealVerdict = 'endorse' | 'decline'
/** The two values of the agreement. */
export const OUTCOMES = ['adopt', 'decline'] as const
/** A value of the agreement. */
export type SettleValue = (typeof OUTCOMES)[number]

/** Most rounds that a settle operation may name; far beyond what termination needs. */
export const MAX_ROUND = 100_000
/** Longest rationale of a vote. */
export const MAX_RATIONALE = 16 * 1024

const round = z.int().min(1).max(MAX_ROUND)
const ballot = refIndex
const many = z.array(refIndex)

/** A stakeholder's vote; replaces what it supersedes (§3.5). */
export const voteCast = defineOp('vote.cast', 'vote', {
  ballot,
  choice: z.enum(CHOICES),
  rationale: text(MAX_RATIONALE).optional(),
  supersedes: many,
})

/** The votes that a node judged when it closed the ballot. */
export const tallyOp = defineOp('tally', 'seal', { ballot, votes: many })

/** A part of the settlements that an amendment's endorsing seal lists (§3.3). */
export const sealSettled = defineOp('seal.settled', 'seal', { ballot, settled: many })

/** A node's signed word on the verdict. */
export const seal = defineOp('seal', 'seal', {
  ballot,
  verdict: z.enum(['endorse', 'decline']),
  tally: refIndex,
  settled: many.optional(),
})

/** A node's signed word that the reduced coalition may go ahead for now (§3.7). */
export const sealProvisional = defineOp('seal.provisional', 'seal', { ballot, tally: refIndex })

/** Records provisional seals that meet the floor and pulls them into every counted set (§3.7). */
export const provisional = defineOp('provisional', 'seal', { ballot, seals: many })

/** "I propose this value in this round"; the first *adopt* names the endorsing seals. */
export const settleEstimate = defineOp('settle.estimate', 'seal', {
  ballot,
  round,
  value: z.enum(OUTCOMES),
  endorsements: many.optional(),
})

/** The lead's hint; it has no power to decide. */
export const settleSuggest = defineOp('settle.suggest', 'seal', {
  ballot,
  round,
  value: z.enum(OUTCOMES),
})

/** "These are the values that I saw binding in this round", once a round. */
export const settleAuxiliary = defineOp('settle.auxiliary', 'seal', {
  ballot,
  round,
  values: z.array(z.enum(OUTCOMES)).min(1).max(2),
})

/** Records the settlement certificate and pulls its parts into every counted set. */
export const settlement = defineOp('settlement', 'seal', {
  ballot,
  outcome: z.enum(['adopted', 'declined']),
  round,
  auxiliaries: many,
  endorsements: many,
})

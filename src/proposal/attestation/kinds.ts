/** The words of a claim: what it is about and how it went (design §3.4). */

/** Kinds of claim: what gates tell apart; `other` is shown and counts for nothing. */
export const CLAIM_KINDS = [
  'test',
  'build',
  'review',
  'drill',
  'risk',
  'verification',
  'other',
] as const
/** A kind of claim. */
export type ClaimKind = (typeof CLAIM_KINDS)[number]
/** How it went, the best first. */
export const RESULTS = ['passed', 'warned', 'failed'] as const
/** How it went. */
export type ClaimResult = (typeof RESULTS)[number]

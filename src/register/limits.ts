/** Limits of registers. Documents bound how much there is in all (design §2.5). */

/** Longest line. */
export const MAX_LINE = 256
/** Longest text of several lines. */
export const MAX_PROSE = 16 * 1024
/** Most entries of a list in a field. */
export const MAX_LIST = 64
/** Most findings that one lint gives; the rest is counted. */
export const MAX_FINDINGS = 500
/** Most escalations that one lint opens: a register full of nonsense is one matter, not hundreds. */
export const MAX_ESCALATED = 16
/** Most days that a milestone takes. */
export const MAX_DAYS = 36_525
/** Largest share of a cost. */
export const MAX_SHARE = 1_000_000_000
/** Most digits of an amount before its point. */
export const MAX_AMOUNT_DIGITS = 15
/** Largest likelihood and impact of a risk. */
export const MAX_RISK_LEVEL = 5
/** How far ahead maintenance windows are compared, in days. */
export const MAINTENANCE_HORIZON_DAYS = 92
/** Most occurrences of one repeated window that are looked at. */
export const MAX_OCCURRENCES = 128

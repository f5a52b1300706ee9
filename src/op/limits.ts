/** Limits of the operation format (design §2.1). Each has a test at its edge. */

/** Largest encoded operation, in bytes. */
export const MAX_OP_BYTES = 256 * 1024
/** Deepest nesting of maps and lists in an operation; the operation's own map is depth 1. */
export const MAX_DEPTH = 16
/** Most `refs` of an ordinary operation. */
export const MAX_REFS = 64
/** Most `refs` of a proposal, tally or settle operation; the effective bound is 2 × electorate. */
export const MAX_WIDE_REFS = 4096
/** Longest `type`, in UTF-16 units. */
export const MAX_TYPE_LENGTH = 64
/** How far ahead of the local clock an operation's `at` may be before it waits, in ms. */
export const MAX_AHEAD_MS = 5 * 60_000

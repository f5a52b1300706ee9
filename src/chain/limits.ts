/** Limits of chains and of what waits (design §2.2, §2.6). Each has a test at its edge. */

/** Bytes that an operation takes in a run beside its own: its signature and the framing. */
export const RUN_BYTES_PER_OP = 80
/** Most bytes of one run, framing included: with room to spare it fits into one frame of sync. */
export const MAX_RUN_BYTES = 960 * 1024
/** Most bytes that wait in all; what does not fit comes again by sync. */
export const MAX_PENDING_BYTES = 64 * 1024 * 1024
/** Most bytes that wait on behalf of one peer. */
export const MAX_PENDING_BYTES_PER_PEER = 16 * 1024 * 1024
/** Most runs of one peer that end in the same operation, with other signatures, while its key is unknown. */
export const MAX_PENDING_TWINS = 4
/**
 * What makes everybody count anew takes so much of its root's rate, in operations: a fork, a
 * revocation that takes something away, a delegation on a broken chain. Counting anew costs as much
 * as the whole history. So does each delegation, for its key may be forked, and each revocation.
 */
export const RECOUNT_OPS = 30
/** Operations that a key may be ahead of its rate before its next ones wait, in minutes of rate. */
export const RATE_BURST_MINUTES = 10
/** So many operations it may be ahead at least: a root delegates and revokes, whatever the rate. */
export const LEAST_BURST_OPS = 2 * RECOUNT_OPS
/** An operation counts once for each such part of its size, in bytes: large ones fill disks. */
export const RATE_BYTES_PER_OP = 16 * 1024
/**
 * An operation counts once more for so many of its references that are not held, until all have come:
 * each is waited for, in memory.
 */
export const LACKING_REFS_PER_OP = 4
/** Rate of seal and settle operations, as a multiple of the charter's `opsPerMinute`. */
export const SETTLE_RATE_FACTOR = 10
/** Most operations that one `missing()` names. */
export const MAX_MISSING = 4096
/** Most keys of the frontier that an author's checkpoints add up to: several times what members can have. */
export const MAX_FRONTIER_KEYS = 16_384

/** Limits of artefacts. Each has a test at its edge. */

/** Bytes of a chunk; the last one of an artefact may be shorter. A lie costs its victim one chunk. */
export const CHUNK_BYTES = 256 * 1024
/** Most chunks of an artefact: its manifest still fits into one frame. */
export const MAX_CHUNKS = 16 * 1024
/** Largest artefact, in bytes: 4 GiB. */
export const MAX_ARTEFACT_BYTES = CHUNK_BYTES * MAX_CHUNKS
/** Bytes of artefacts that one member may have announced and not released: 16 GiB. */
export const MEMBER_QUOTA_BYTES = 4 * MAX_ARTEFACT_BYTES
/** Longest name of an artefact, in UTF-16 units. */
export const MAX_ARTEFACT_NAME = 256
/** Longest media type, in UTF-16 units. */
export const MAX_MEDIA_TYPE = 128

/** Chunks that one peer is asked for at a time: one window of a stream. */
export const MAX_ASKED_PER_PEER = 4
/** Chunks of one artefact that all peers together are asked for at a time. */
export const MAX_ASKED = 32
/** How long a peer that stalled is left alone the first time, in ms; doubles each time. */
export const MIN_REST_MS = 2_000
/** Longest time that a peer that stalled is left alone, in ms. */
export const MAX_REST_MS = 60_000

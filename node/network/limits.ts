/**
 * Limits and timings of the network (design §2.6, §6.3). What we enforce is tested at its edge; the
 * connection, stream and gossip-buffer limits are handed to libp2p, which enforces them.
 */

/** Bytes read ahead of the consumer before a stream is paused. */
export const READ_AHEAD_BYTES = 256 * 1024
/** Small frames are sent together up to this many bytes. */
export const COALESCE_BYTES = 64 * 1024
/** Largest receive window of one stream, in bytes; more than the read buffer would reset it. */
export const STREAM_WINDOW_BYTES = 1024 * 1024
/** Bytes of a frame's length prefix: enough for `MAX_FRAME_BYTES`. */
export const MAX_PREFIX_BYTES = 4

/** Largest gossip message, in bytes; a larger operation is announced and pulled (§2.6). */
export const MAX_GOSSIP_BYTES = 32 * 1024
/** Largest gossip RPC accepted: what gossipsub itself can send at most, so no honest peer goes deaf. */
export const MAX_GOSSIP_RPC_BYTES = 4 * 1024 * 1024
/**
 * Most controls of one kind, and most subscriptions, in one gossip RPC; one with more is not read.
 * There is one topic, so an honest peer sends one or two at a time.
 */
export const MAX_GOSSIP_CONTROLS = 64
export const MAX_GOSSIP_SUBSCRIPTIONS = 64
/** Gossip queued towards a slow peer before its stream is reset, in bytes. */
export const MAX_GOSSIP_QUEUE_BYTES = 16 * 1024 * 1024
/**
 * How much of one member's gossip is read in a second, over all of its streams, and how much at once
 * before that, in bytes: a bound for what one member has us decode.
 */
export const GOSSIP_BYTES_PER_SECOND = 4 * 1024 * 1024
export const GOSSIP_BURST_BYTES = 16 * 1024 * 1024
/** Application score of a peer that is no member: far below every threshold. */
export const STRANGER_SCORE = -1000

/** Open connections in all. */
export const MAX_CONNECTIONS = 600
/** Connections that may be in their handshake at once, in all and from one address. */
export const MAX_PENDING_CONNECTIONS = 128
export const MAX_PENDING_PER_ADDRESS = 8
/** Longest that a handshake of somebody who dialled us may take, in ms. */
export const HANDSHAKE_MS = 5_000
/** Inbound connections a second from one address, and for how many seconds' worth at once. */
export const INBOUND_PER_SECOND = 5
export const INBOUND_BURST_SECONDS = 1
/** Inbound connections a second from all addresses together at which no member is known to be. */
export const MAX_INBOUND_PER_SECOND = 40
/** Inbound connections open at once from one address. */
export const MAX_CONNECTIONS_PER_ADDRESS = 16
/** Streams that one connection may have open. */
export const MAX_STREAMS_PER_CONNECTION = 64
/** Connections of keys nobody announced, open at once, in all and from one address. */
export const MAX_STRANGERS = 8
export const MAX_STRANGERS_PER_ADDRESS = 2
/** Connections of keys known from an invite or a card, not members yet, open at once. */
export const MAX_JOINERS = 64
/** How long a key that is no member may stay connected, in ms. */
export const HELLO_WINDOW_MS = 15_000
/** Frames of one introduction. */
export const MAX_HELLO_FRAMES = 64
/** Introductions under way at once that one connection may bring. */
export const MAX_HELLO_STREAMS = 2
/** Introductions of one peer that are heard on one connection. */
export const MAX_HELLOS = 8
/** Bytes of one introduction. */
export const MAX_HELLO_BYTES = 1024 * 1024

/** Sync sessions at once, with all peers. */
export const MAX_SESSIONS = 16
/** Unsent steps of one session before reading from the peer pauses. */
export const MAX_PENDING_STEPS = 64
/** Sync sessions at once with the keys of one member. */
export const MAX_SESSIONS_PER_MEMBER = 4
/** How long a session keeps its place where all are taken, in ms; then whoever has most gives way. */
export const SESSION_PLACE_MS = 30_000
/**
 * Who sends operations that are no news waits so many times as long as they took to look at: it
 * gets a tenth of the time of this process at most.
 */
export const VAIN_REST_FACTOR = 9
/**
 * Patience with one peer, in gossip messages that brought nothing: so many at once, and so many a
 * second. Who uses it up breaks the protocol.
 */
export const PATIENCE = 5_000
export const PATIENCE_PER_SECOND = 500
/** What a sync session that a peer opened takes of our patience: it brought something or not. */
export const SESSION_PATIENCE = 5
/** Broken-protocol faults of one peer within `FAULT_WINDOW_MS` that block it. */
export const FAULTS_BEFORE_BLOCK = 3
/** How long a fault is remembered, in ms. */
export const FAULT_WINDOW_MS = 10 * 60_000
/** How long a faulty peer is blocked, in ms. */
export const FAULT_BLOCK_MS = 10 * 60_000

/** Artefact streams that we serve at once, to one peer and to all. */
export const MAX_ARTEFACT_STREAMS_PER_PEER = 4
export const MAX_ARTEFACT_STREAMS = 32
/** Chunks read from disk for others at once; peers take turns. */
export const MAX_ARTEFACT_READS = 4
/** Largest question on an artefact stream, in bytes. */
export const MAX_ARTEFACT_QUESTION_BYTES = 256
/** Unanswered questions of ours on one artefact stream. */
export const MAX_ARTEFACT_QUESTIONS = 8

/** Dials under way at once, unless a deployment wants otherwise. */
export const MAX_DIALS = 16
/** The part of these for peers whose last dial failed: the dead never delay the living. */
export const RETRY_DIALS_SHARE = 0.5
/** Addresses tried of one peer. */
export const MAX_ADDRESSES_PER_PEER = 8
/** Sync sessions that brought what gossip should have, before the connection is renewed. */
export const DEAF_SESSIONS = 2

/** Every interval and timeout that tests and deployments may want otherwise, in ms. */
export interface NetworkTimings {
  /** Between two looks at whom to dial. */
  readonly dialTickMs: number
  /** First wait after a failed dial; doubles up to `dialMaxMs`. */
  readonly dialMinMs: number
  readonly dialMaxMs: number
  /** Longest a dial may take. */
  readonly dialTimeoutMs: number
  /** How long the higher key leaves dialling to the lower one after a connection was lost. */
  readonly dialGraceMs: number
  /** The same before the first dial: who starts is back soon, and two that start together meet once. */
  readonly dialFirstGraceMs: number
  /** A connection that lived this long was a success. */
  readonly stableMs: number
  /** Two connections that opened within this time were dialled at once by both sides. */
  readonly dialRaceMs: number
  /** Between two pings of a connection; a missing answer closes it after `pingTimeoutMs`. */
  readonly pingIntervalMs: number
  readonly pingTimeoutMs: number
  /** Bounds of the random wait between sessions with a random peer. */
  readonly syncMinMs: number
  readonly syncMaxMs: number
  /** How long the higher key leaves the first session to the lower one. */
  readonly syncGraceMs: number
  /** First wait after a session that failed; doubles up to `syncMaxMs`. */
  readonly syncRetryMs: number
  /** Requests for a session within this time become one session. */
  readonly syncSoonMs: number
  /** Longest a session waits without a byte either way. */
  readonly syncIdleMs: number
  /** Longest to open a stream, to introduce oneself, or for the peer to close after the end. */
  readonly streamTimeoutMs: number
  /** Longest that a chunk or another answer on an artefact stream may take. */
  readonly artefactPatienceMs: number
  /** Longest that an artefact stream may stay open without a question, or stuck in an answer. */
  readonly artefactIdleMs: number
  /** Between two questions to members for what they have of an artefact by now. */
  readonly artefactAskMs: number
  /** Between two looks at the gossip streams. */
  readonly watchdogTickMs: number
  /** A gossip stream dead for this long is opened again; dead for `gossipDeadMs`, the connection closes. */
  readonly gossipReopenMs: number
  readonly gossipDeadMs: number
  /** A connection younger than this is still catching up: no sign of a deaf peer. */
  readonly deafSettleMs: number
  /** How long a key that is no member may stay connected. */
  readonly helloWindowMs: number
}

/**
 * Each peer adds so much to the time between two pings of a connection, in ms, beyond the shortest: a
 * ping is a stream of its own, and what fifty members ping every five seconds is most of what a node
 * does at rest.
 */
export const PING_SPACING_MS = 500

/** How long to wait between two pings of a connection in a coalition of so many. */
export const pingIntervalFor = (members: number): number =>
  Math.max(DEFAULT_TIMINGS.pingIntervalMs, members * PING_SPACING_MS)

/** What a deployment uses. */
export const DEFAULT_TIMINGS: NetworkTimings = {
  dialTickMs: 500,
  dialMinMs: 1000,
  dialMaxMs: 15_000,
  dialTimeoutMs: 8000,
  dialGraceMs: 2500,
  dialFirstGraceMs: 400,
  stableMs: 10_000,
  dialRaceMs: 5000,
  pingIntervalMs: 5000,
  pingTimeoutMs: 5000,
  syncMinMs: 10_000,
  syncMaxMs: 30_000,
  syncGraceMs: 2000,
  syncRetryMs: 1000,
  syncSoonMs: 100,
  syncIdleMs: 30_000,
  streamTimeoutMs: 10_000,
  artefactPatienceMs: 10_000,
  artefactIdleMs: 30_000,
  artefactAskMs: 2000,
  watchdogTickMs: 2000,
  gossipReopenMs: 3000,
  gossipDeadMs: 10_000,
  deafSettleMs: 10_000,
  helloWindowMs: HELLO_WINDOW_MS,
}

/** What the network needs from a sync session: pure, framed, one object a stream (design §2.6). */

/** Largest frame on a sync stream, in bytes. */
export const MAX_FRAME_BYTES = 1024 * 1024
/** Longest life of one session, in ms. */
export const MAX_SESSION_MS = 5 * 60_000

/** What a session wants done after a frame came in. */
export interface SessionStep {
  /** Frames to send, made as they are pulled, so that back-pressure reaches the source. */
  readonly send: Iterable<Uint8Array>
  /** True when nothing more is to be sent or expected once `send` is drained. */
  readonly done: boolean
  /** The peer broke the protocol: close the stream, count it against the peer. */
  readonly fault?: string
  /** The frame brought operations of which none was news: the peer may wait before its next. */
  readonly isVain?: boolean
}

/** One exchange with one peer; both sides run the same machine. */
export interface SyncSession {
  /** The frames that open the exchange. */
  start(): SessionStep
  /** Takes one frame of the peer; never throws, whatever the bytes. */
  receive(frame: Uint8Array): SessionStep
}

/** What gossip does with a message before it is delivered or forwarded (§2.6). */
export type GossipJudgement = 'accept' | 'ignore' | 'reject'

/**
 * What the network asks of the node around it, and nothing more: the daemon implements `NetworkPort`
 * over the replica, tests in memory. No class of the replica is known here.
 */
import type { KeyId } from '../../src/op/ids.ts'
import type { GossipJudgement, SyncSession } from '../../src/sync/session-types.ts'

/** How a sync session ended. */
export interface SessionOutcome {
  /** Both sides said all they had. */
  readonly complete: boolean
  /** The peer broke the protocol. */
  readonly fault?: string
}

/** The replica as the network sees it. Methods are called from one thread and must not throw. */
export interface NetworkPort {
  /** The coalition's id; it names the topic and the protocols. */
  readonly coalition: string
  /**
   * Judges a gossiped message before it is delivered or forwarded (§2.6); gossip waits for the
   * answer, so it takes milliseconds at most. A message worth a question to its sender is an
   * 'ignore' after which the port calls `NetworkHost.syncSoon(from)`; it is not delivered.
   */
  judge(message: Uint8Array, from: KeyId): GossipJudgement | Promise<GossipJudgement>
  /** Takes a message that `judge` accepted. The bytes are the port's to keep. */
  deliver(message: Uint8Array, from: KeyId): void
  /** A new exchange with a member. */
  openSession(peer: KeyId, role: 'dialer' | 'listener'): SyncSession
  /** Called once for every session that `openSession` made. */
  sessionEnded(peer: KeyId, outcome: SessionOutcome, session: SyncSession): void
  /** May gossip and sync. Asked often, and anew whenever a stream opens. */
  isMember(key: KeyId): boolean
  /** Whose key it is, as the key of a root: some limits are a member's, however many keys it has. */
  memberOf(key: KeyId): KeyId
  /** Known from an invite or a card, not a member yet: is dialled, may introduce itself. */
  isJoiner(key: KeyId): boolean
  /** Where each node key was last said to be, as multiaddrs. Read anew at every look. */
  addresses(): ReadonlyMap<KeyId, readonly string[]>
  /** What introduces us to a peer that does not know our key: our root chain, and what ended its key. */
  hello(to: KeyId): readonly Uint8Array[]
  /** Takes a peer's introduction, a member's too; true when the peer is a member now. */
  receiveHello(frames: readonly Uint8Array[], from: KeyId): boolean
}

/** A sink for log lines; a pino logger is one. */
export interface NetworkLogger {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}

/** Says nothing. */
export const silentLogger: NetworkLogger = { debug() {}, info() {}, warn() {} }

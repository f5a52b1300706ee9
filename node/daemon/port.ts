/** The replica as the network sees it: the daemon's `NetworkPort` (design §2.6, §6.3). */
import type { KeyId } from '../../src/op/ids.ts'
import type { Replica } from '../../src/replica/replica.ts'
import type { GossipJudgement, SyncSession } from '../../src/sync/session-types.ts'
import type { Bootstrap } from '../api/bootstrap.ts'
import { ownRemoval, rootsOnOpenBallots } from '../api/leaving.ts'
import { messageOf } from '../home/errors.ts'
import type { NetworkPort, SessionOutcome } from '../network/port.ts'
import { addressBook } from './address-book.ts'
import type { AddressRules } from './address-filter.ts'
import type { GossipJudge } from './gossip-judge.ts'
import { hear, introduce } from './introduction.ts'
import type { Log } from './log.ts'
import type { Members } from './members.ts'
import type { SyncSessions } from './sync-sessions.ts'

/** What the port is put together from. */
export interface PortParts {
  readonly replica: Replica
  /** Our root: its chain introduces us. */
  readonly root: KeyId
  readonly bootstrap: Bootstrap
  readonly rules: AddressRules
  readonly members: Members
  readonly judge: GossipJudge
  readonly sessions: SyncSessions
  readonly taken: (ops: number) => void
  readonly isReadOnly: () => boolean
  readonly log: Log
}

/** Delegates; holds nothing of its own. */
export class ReplicaPort implements NetworkPort {
  readonly coalition: string
  private readonly parts: PortParts

  constructor(parts: PortParts) {
    this.parts = parts
    this.coalition = parts.replica.coalition
  }

  judge(message: Uint8Array, from: KeyId): GossipJudgement | Promise<GossipJudgement> {
    return this.parts.judge.judge(message, from)
  }

  /** Nothing to do: what the judge accepted is in the replica's queue, decoded and verified. */
  deliver(): void {}

  openSession(peer: KeyId): SyncSession {
    return this.parts.sessions.open(peer)
  }

  sessionEnded(peer: KeyId, outcome: SessionOutcome, session: SyncSession): void {
    this.parts.sessions.ended(peer, outcome, session)
  }

  isMember(key: KeyId): boolean {
    return this.parts.members.has(key)
  }

  memberOf(key: KeyId): KeyId {
    return this.parts.replica.ledger.keyring.rootOf(key) ?? key
  }

  /** From the invite or a card, and nothing is known of the key yet: a revoked one stays out. */
  isJoiner(key: KeyId): boolean {
    const { bootstrap, replica } = this.parts
    return bootstrap.has(key) && !this.isMember(key) && !replica.ledger.keyring.knows(key)
  }

  /** Who was removed and owes nothing more bothers nobody; whoever names it again dials it. */
  addresses(): ReadonlyMap<KeyId, readonly string[]> {
    const { replica, bootstrap, rules, root } = this.parts
    if (ownRemoval(replica) && !rootsOnOpenBallots(replica).has(root)) return new Map()
    return addressBook(replica, bootstrap, rules)
  }

  hello(to: KeyId): readonly Uint8Array[] {
    return introduce(this.parts.replica, this.parts.root, to)
  }

  receiveHello(frames: readonly Uint8Array[], from: KeyId): boolean {
    const { replica, taken, isReadOnly, log } = this.parts
    if (isReadOnly()) return false
    try {
      taken(hear(replica, frames, from))
    } catch (error) {
      log.error({ from, reason: messageOf(error) }, 'an introduction failed')
    }
    return this.isMember(from)
  }
}

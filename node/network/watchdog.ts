/** Gossip that went silent is found and the connection renewed (design §6.3). */
import type { Connection } from '@libp2p/interface'
import type { KeyId } from '../../src/op/ids.ts'
import { gossipFlows } from './gossip.ts'
import { DEAF_SESSIONS, type NetworkTimings } from './limits.ts'

/** What the watchdog needs of the host. */
export interface WatchdogDeps {
  readonly timings: NetworkTimings
  readonly now: () => number
  /** The members that are connected, and their connections. */
  readonly connected: () => KeyId[]
  readonly connectionsOf: (key: KeyId) => readonly Connection[]
  /** Has gossipsub open its stream to the peer again. */
  readonly reopen: (key: KeyId) => void
  /** Closes the peer's connections; the dialler makes a new one. */
  readonly renew: (key: KeyId, why: 'mute' | 'deaf') => void
  /** When the last sync session with the peer began. */
  readonly lastSyncAt: (key: KeyId) => number | undefined
}

/** Looks for gossip that cannot leave (a dead stream) and gossip that does not arrive. */
export class Watchdog {
  private readonly deps: WatchdogDeps
  private readonly muteSince = new Map<KeyId, number>()
  private readonly deafSessions = new Map<KeyId, number>()

  constructor(deps: WatchdogDeps) {
    this.deps = deps
  }

  /** Looks at every member's gossip stream; called on a timer. */
  tick(): void {
    const connected = new Set(this.deps.connected())
    for (const key of this.muteSince.keys()) if (!connected.has(key)) this.forget(key)
    for (const key of connected) this.check(key)
  }

  /** Gossip from the peer brought something. */
  heard(from: KeyId): void {
    this.deafSessions.delete(from)
  }

  /**
   * A sync session with the peer brought `count` operations that had been published, while we were
   * connected, more than a few seconds before: gossip should have brought them. Happens twice with
   * nothing heard from the peer in between ⇒ its gossip does not reach us; the connection is renewed.
   */
  syncDelivered(key: KeyId, count: number): void {
    if (count === 0 || this.wasCatchingUp(key)) return
    const sessions = (this.deafSessions.get(key) ?? 0) + 1
    this.deafSessions.set(key, sessions)
    if (sessions < DEAF_SESSIONS) return
    this.forget(key)
    this.deps.renew(key, 'deaf')
  }

  /** The peer is gone. */
  forget(key: KeyId): void {
    this.muteSince.delete(key)
    this.deafSessions.delete(key)
  }

  private check(key: KeyId): void {
    if (this.deps.connectionsOf(key).some(gossipFlows)) {
      this.muteSince.delete(key)
      return
    }
    // A clock that is set back must not make a mute peer wait for it to catch up.
    const since = Math.min(this.muteSince.get(key) ?? Number.POSITIVE_INFINITY, this.deps.now())
    this.muteSince.set(key, since)
    const { gossipReopenMs, gossipDeadMs } = this.deps.timings
    const muteMs = this.deps.now() - since
    if (muteMs >= gossipDeadMs) {
      this.forget(key)
      this.deps.renew(key, 'mute')
    } else if (muteMs >= gossipReopenMs) this.deps.reopen(key)
  }

  /** The session began so soon after connecting that it brought what we missed before. */
  private wasCatchingUp(key: KeyId): boolean {
    const opened = this.deps.connectionsOf(key)[0]?.timeline.open
    const began = this.deps.lastSyncAt(key)
    if (opened === undefined || began === undefined) return true
    return began - opened < this.deps.timings.deafSettleMs
  }
}

/** Anti-entropy: which sync session runs with whom and when (design §2.6). Gossip is never relied on. */
import type { Connection, Stream } from '@libp2p/interface'
import type { KeyId } from '../../src/op/ids.ts'
import { driveSession } from './drive-session.ts'
import { NetworkError, reasonOf } from './errors.ts'
import {
  MAX_SESSIONS,
  MAX_SESSIONS_PER_MEMBER,
  type NetworkTimings,
  SESSION_PATIENCE,
  SESSION_PLACE_MS,
} from './limits.ts'
import type { NetworkLogger, NetworkPort } from './port.ts'
import { TimerSet } from './timers.ts'

/** The protocol of sync sessions. */
export const syncProtocolOf = (coalition: string): string => `/folkmoot/${coalition}/sync/1`

/** What the runner needs of the host. */
export interface SyncDeps {
  readonly self: KeyId
  readonly port: NetworkPort
  readonly timings: NetworkTimings
  readonly log: NetworkLogger
  readonly now: () => number
  readonly random: () => number
  /** An open connection to a member, if there is one. */
  readonly connectionTo: (key: KeyId) => Connection | undefined
  /** The members that are connected. */
  readonly connected: () => KeyId[]
  /** Told when a peer broke the protocol. */
  readonly onFault: (key: KeyId, fault: string) => void
  /** Takes of our patience with a peer; false when it is used up. */
  readonly bear: (key: KeyId, amount: number) => boolean
}

interface ActiveSession {
  readonly key: KeyId
  readonly role: 'dialer' | 'listener'
  readonly since: number
  readonly abort: AbortController
  /** Asked for again while it ran. */
  again: boolean
}

interface Request {
  readonly dueAt: number
  readonly cancel: () => void
}

/** At most one session a peer, a few a member, and `MAX_SESSIONS` in all. */
export class SyncRunner {
  private readonly deps: SyncDeps
  private readonly timers = new TimerSet()
  private readonly sessions = new Map<KeyId, ActiveSession>()
  private readonly running = new Set<Promise<void>>()
  private readonly requests = new Map<KeyId, Request>()
  private readonly fails = new Map<KeyId, number>()
  private readonly startedAt = new Map<KeyId, number>()
  private isStopped = false

  constructor(deps: SyncDeps) {
    this.deps = deps
  }

  /** Begins the sessions with random peers. */
  start(): void {
    const { syncMinMs, syncMaxMs } = this.deps.timings
    const nextMs = () => syncMinMs + this.deps.random() * (syncMaxMs - syncMinMs)
    this.timers.repeat(nextMs, () => this.withRandomPeer())
  }

  /** Ends every session, and begins none afterwards. */
  async stop(): Promise<void> {
    this.isStopped = true
    this.timers.stop()
    for (const { abort } of this.sessions.values()) abort.abort()
    await Promise.all(this.running)
  }

  /** A member connected: the lower key opens the first session, the other if it does not. */
  peerUp(key: KeyId): void {
    this.request(key, this.deps.self < key ? 0 : this.deps.timings.syncGraceMs)
  }

  /** The last connection of a member went. */
  peerDown(key: KeyId): void {
    this.dropRequest(key)
    this.fails.delete(key)
    this.startedAt.delete(key)
    this.sessions.get(key)?.abort.abort()
  }

  /** Asks for a session soon; requests that follow each other closely become one. */
  soon(key: KeyId): void {
    this.request(key, this.deps.timings.syncSoonMs)
  }

  /** Asks for a session now. */
  now(key: KeyId): void {
    this.request(key, 0)
  }

  /** When the last session with the peer began on this connection, in ms; `undefined` if none did. */
  lastStartedAt(key: KeyId): number | undefined {
    return this.startedAt.get(key)
  }

  /** Takes a stream that a peer opened. Never throws. */
  async serve(stream: Stream, key: KeyId): Promise<void> {
    const { port } = this.deps
    if (!port.isMember(key)) return refuseStream(stream, 'not-member', 'only members sync')
    if (!this.deps.bear(key, SESSION_PATIENCE))
      return refuseStream(stream, 'session-busy', 'too many sessions')
    if (!this.yieldsTo(key)) return refuseStream(stream, 'session-busy', 'one session at a time')
    this.dropRequest(key)
    await this.track(key, 'listener', async () => stream)
  }

  /**
   * True when the peer's session may run. When both opened at once the lower key's stands; a peer
   * that opens a second one of its own has given up the first.
   */
  private yieldsTo(key: KeyId): boolean {
    const active = this.sessions.get(key)
    if (this.isStopped) return false
    if (!active) return this.makePlace(key)
    if (active.role === 'dialer' && this.deps.self < key) return false
    this.sessions.delete(key)
    active.abort.abort(new NetworkError('session-busy', "the peer's session took over"))
    return true
  }

  /**
   * True when there is a place for one more session with the key's member. Where all are taken, the
   * oldest of whoever has most gives way, once it had time enough: it goes on where it was cut.
   */
  private makePlace(key: KeyId): boolean {
    const all = Map.groupBy(this.sessions.values(), (one: ActiveSession) =>
      this.deps.port.memberOf(one.key),
    )
    const own = all.get(this.deps.port.memberOf(key))?.length ?? 0
    if (own >= MAX_SESSIONS_PER_MEMBER) return false
    if (this.sessions.size < MAX_SESSIONS) return true
    const most = [...all.values()].reduce((a, b) => (b.length > a.length ? b : a), [])
    const [oldest] = most.toSorted((a, b) => a.since - b.since)
    if (!oldest || most.length <= own || this.deps.now() - oldest.since < SESSION_PLACE_MS)
      return false
    this.sessions.delete(oldest.key)
    oldest.abort.abort(new NetworkError('session-busy', 'others wait for a session'))
    return true
  }

  private withRandomPeer(): void {
    const peers = this.deps.connected()
    const key = peers[Math.floor(this.deps.random() * peers.length)]
    if (key !== undefined) this.open(key)
  }

  private request(key: KeyId, delayMs: number): void {
    const dueAt = this.deps.now() + delayMs
    const earlier = this.requests.get(key)
    if (earlier && earlier.dueAt <= dueAt) return
    earlier?.cancel()
    this.requests.set(key, { dueAt, cancel: this.timers.after(delayMs, () => this.open(key)) })
  }

  private dropRequest(key: KeyId): void {
    this.requests.get(key)?.cancel()
    this.requests.delete(key)
  }

  private open(key: KeyId): void {
    this.dropRequest(key)
    const connection = this.deps.connectionTo(key)
    const active = this.sessions.get(key)
    if (!connection) return
    if (active) active.again = true
    else if (!this.makePlace(key)) this.request(key, this.retryMs(0))
    else void this.track(key, 'dialer', (signal) => this.openStream(connection, signal))
  }

  private openStream(connection: Connection, abort: AbortSignal): Promise<Stream> {
    const { port, timings } = this.deps
    const signal = AbortSignal.any([abort, AbortSignal.timeout(timings.streamTimeoutMs)])
    return connection.newStream(syncProtocolOf(port.coalition), { signal })
  }

  /** Runs a session to its end and holds its place meanwhile. */
  private async track(
    key: KeyId,
    role: ActiveSession['role'],
    stream: (signal: AbortSignal) => Promise<Stream>,
  ): Promise<void> {
    const since = this.deps.now()
    const active = { key, role, since, abort: new AbortController(), again: false }
    this.sessions.set(key, active)
    this.startedAt.set(key, since)
    const run = this.run(key, active, stream)
    this.running.add(run)
    await run
    this.running.delete(run)
  }

  private async run(
    key: KeyId,
    active: ActiveSession,
    open: (signal: AbortSignal) => Promise<Stream>,
  ): Promise<void> {
    const complete = await this.exchange(key, active, open)
    const superseded = this.sessions.get(key) !== active
    if (superseded) return
    this.sessions.delete(key)
    if (complete) this.fails.delete(key)
    if (active.again) this.soon(key)
    else if (!complete) this.retryLater(key)
  }

  /** True when the session completed. */
  private async exchange(
    key: KeyId,
    active: ActiveSession,
    open: (signal: AbortSignal) => Promise<Stream>,
  ): Promise<boolean> {
    const { port, timings, log } = this.deps
    try {
      const stream = await open(active.abort.signal)
      const session = port.openSession(key, active.role)
      const times = { idleMs: timings.syncIdleMs, closeMs: timings.streamTimeoutMs }
      const { error, ...outcome } = await driveSession(stream, session, times, active.abort)
      if (error) log.debug({ key, role: active.role, reason: reasonOf(error) }, 'sync was cut')
      port.sessionEnded(key, outcome, session)
      if (outcome.fault !== undefined) this.deps.onFault(key, outcome.fault)
      return outcome.complete
    } catch (thrown) {
      log.debug({ key, reason: reasonOf(thrown) }, 'sync could not begin')
      return false
    }
  }

  private retryLater(key: KeyId): void {
    if (!this.deps.connectionTo(key)) return
    const fails = this.fails.get(key) ?? 0
    this.fails.set(key, fails + 1)
    this.request(key, this.retryMs(fails))
  }

  private retryMs(fails: number): number {
    const { syncRetryMs, syncMaxMs } = this.deps.timings
    return (
      Math.min(syncMaxMs, syncRetryMs * 2 ** Math.min(fails, 20)) * (0.75 + this.deps.random() / 2)
    )
  }
}

const refuseStream = (stream: Stream, code: 'not-member' | 'session-busy', why: string): void =>
  stream.abort(new NetworkError(code, why))

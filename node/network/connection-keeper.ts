/** Follows libp2p's connections: who may stay, who is up, which duplicate goes (design §6.3). */
import type { Connection } from '@libp2p/interface'
import type { KeyId } from '../../src/op/ids.ts'
import type { NetworkContext } from './context.ts'
import { surplus } from './duplicates.ts'
import { NetworkError, type NetworkErrorCode } from './errors.ts'
import { TimerSet } from './timers.ts'

/** What the host does about it. */
export interface KeeperHandlers {
  /** A member has its first connection, or a connected peer became a member. */
  up(key: KeyId, connection: Connection): void
  /** A member that was up lost its last connection or its membership. */
  down(key: KeyId): void
  /** A connection opened that may stay, of whomever. */
  opened(key: KeyId): void
  /** A peer that is no member may introduce itself on this connection. */
  unknown(connection: Connection): void
  /** One of several connections closed; this one is left. */
  moved(key: KeyId, connection: Connection): void
  /** The last connection of a peer closed, whoever it was; it had lived this long. */
  gone(key: KeyId, livedMs: number): void
}

/** Reacts to connections opening and closing and to changed rights. */
export class ConnectionKeeper {
  private readonly context: NetworkContext
  private readonly handlers: KeeperHandlers
  private readonly timers = new TimerSet()
  private readonly up = new Set<KeyId>()

  constructor(context: NetworkContext, handlers: KeeperHandlers) {
    this.context = context
    this.handlers = handlers
  }

  /** The members that are connected. */
  members(): KeyId[] {
    return [...this.up]
  }

  /** A connection opened. */
  opened(connection: Connection): void {
    this.context.inbound.settled(connection.remoteAddr)
    const key = this.context.table.add(connection)
    if (key !== undefined && this.context.admission.mayStay(key)) this.settle(key, connection)
    else connection.abort(new NetworkError('not-member', 'no room for this peer'))
  }

  /** A connection closed. */
  closed(connection: Connection): void {
    const { table, now } = this.context
    const key = table.remove(connection)
    if (key === undefined) return
    const left = table.best(key)
    if (left) this.handlers.moved(key, left)
    if (table.has(key)) return
    this.farewell(key)
    this.handlers.gone(key, now() - connection.timeline.open)
  }

  /** Rights may have changed: lets in who became a member, hangs up on who may no longer stay. */
  recheck(): void {
    for (const key of this.context.table.keys()) this.recheckOne(key)
  }

  /** Closes every connection of the peer at once. */
  hangUp(key: KeyId, code: NetworkErrorCode, why: string): void {
    for (const connection of this.context.table.of(key))
      connection.abort(new NetworkError(code, why))
  }

  /** Forgets its timers. */
  stop(): void {
    this.timers.stop()
  }

  private settle(key: KeyId, connection: Connection): void {
    this.handlers.opened(key)
    this.dropSurplus(key)
    if (this.context.admission.classOf(key) === 'member') this.welcome(key, connection)
    else this.awaitHello(key, connection)
  }

  private recheckOne(key: KeyId): void {
    const { admission, table } = this.context
    const connection = table.best(key)
    if (admission.classOf(key) === 'member') {
      if (connection) this.welcome(key, connection)
    } else if (this.up.has(key) || !admission.mayStay(key))
      this.hangUp(key, 'not-member', 'not admitted any more')
  }

  private welcome(key: KeyId, connection: Connection): void {
    if (this.up.has(key)) return
    this.up.add(key)
    this.handlers.up(key, connection)
  }

  private farewell(key: KeyId): void {
    if (this.up.delete(key)) this.handlers.down(key)
  }

  private awaitHello(key: KeyId, connection: Connection): void {
    const { admission, timings } = this.context
    this.handlers.unknown(connection)
    this.timers.after(timings.helloWindowMs, () => {
      if (admission.classOf(key) !== 'member')
        connection.abort(new NetworkError('not-member', 'the time to introduce oneself is over'))
    })
  }

  private dropSurplus(key: KeyId): void {
    const { table, self, timings } = this.context
    for (const connection of surplus(table.of(key), self < key, timings.dialRaceMs)) {
      const error = new NetworkError('duplicate-connection', 'another connection stays')
      connection.close().catch(() => connection.abort(error))
    }
  }
}

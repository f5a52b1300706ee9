/**
 * Sync sessions of one replica (design §2.6): opened for the network, watched for what gossip
 * should have brought, and followed by a question to somebody else while references are missing.
 */
import { randomBytes } from 'node:crypto'
import type { IngestReport } from '../../src/chain/report.ts'
import type { KeyId } from '../../src/op/ids.ts'
import type { Op } from '../../src/op/operation.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { NONCE_BYTES } from '../../src/sync/message.ts'
import { openSession } from '../../src/sync/session.ts'
import type { SyncSession } from '../../src/sync/session-types.ts'
import { nodeSha256 } from '../crypto/node-sha256.ts'
import type { SessionOutcome } from '../network/port.ts'
import { reached } from '../store/steps.ts'

/** Gossip delivers within this time, in ms, or not at all. */
export const GOSSIP_GRACE_MS = 5_000

/** What sessions need of the process around them. */
export interface SessionParts {
  readonly replica: Replica
  /** True while nothing can be stored: then nothing is taken in, and nothing unsaved leaves. */
  readonly isReadOnly: () => boolean
  readonly taken: (ops: number) => void
  /** Since when the peer is connected, in ms; undefined when it is not. */
  readonly connectedSince: (peer: KeyId) => number | undefined
  readonly connected: () => readonly KeyId[]
  readonly syncSoon: (peer: KeyId) => void
  /** The session brought so many operations that gossip should have brought. */
  readonly lateOps: (peer: KeyId, count: number) => void
  /** A session with the peer completed that began then, in ms. */
  readonly completed: (peer: KeyId, beganAt: number) => void
}

interface Watched {
  readonly beganAt: number
  late: number
}

/** Ends before it began. */
const EMPTY_SESSION: SyncSession = {
  start: () => ({ send: [], done: true }),
  receive: () => ({ send: [], done: true }),
}

/** Opens sessions and draws the conclusions when they end. */
export class SyncSessions {
  private readonly parts: SessionParts
  /** By session, not by peer: one that takes over begins before the other has ended. */
  private readonly watched = new WeakMap<SyncSession, Watched>()
  private lastMissing = ''
  /** Peers that were asked for what is missing now. */
  private asked = new Set<KeyId>()

  constructor(parts: SessionParts) {
    this.parts = parts
  }

  /** A new exchange with a member; an empty one while nothing can be stored. */
  open(peer: KeyId): SyncSession {
    if (this.parts.isReadOnly()) return EMPTY_SESSION
    const watched: Watched = { beganAt: this.parts.replica.clock.now(), late: 0 }
    const replica = reporting(this.parts.replica, (report) => this.took(peer, watched, report))
    // Limits of what waits are a member's, however many keys it comes with.
    const from = replica.ledger.keyring.rootOf(peer) ?? peer
    const options = { nonce: randomBytes(NONCE_BYTES), from, hash: nodeSha256 }
    const session = openSession(replica, options)
    this.watched.set(session, watched)
    return session
  }

  /** Call once for every session. The end of one that exchanged nothing says nothing. */
  ended(peer: KeyId, { complete }: SessionOutcome, session: SyncSession): void {
    const { replica, completed, lateOps } = this.parts
    const watched = this.watched.get(session)
    if (!watched) return
    if (complete) {
      replica.noteSynced(peer)
      lateOps(peer, watched.late)
      completed(peer, watched.beganAt)
    }
    this.chaseMissing(peer)
  }

  private took(peer: KeyId, watched: Watched, { accepted, waiting }: IngestReport): void {
    const since = this.parts.connectedSince(peer)
    const now = this.parts.replica.clock.now()
    const isLate = ({ at }: Op) => since !== undefined && at > since && at < now - GOSSIP_GRACE_MS
    watched.late += accepted.filter(isLate).length
    reached('sync.taken')
    this.parts.taken(accepted.length + waiting.length)
  }

  /** Asks one peer after the other for what is missing, each once; then the random sessions do. */
  private chaseMissing(peer: KeyId): void {
    const missing = this.parts.replica.missing().join()
    if (missing !== this.lastMissing) this.asked = new Set()
    this.lastMissing = missing
    this.asked.add(peer)
    if (missing === '') return
    const next = this.parts.connected().find((key) => !this.asked.has(key))
    if (next !== undefined) this.parts.syncSoon(next)
  }
}

/** The same replica, whose `ingest` also tells what became of the operations. */
function reporting(replica: Replica, tell: (report: IngestReport) => void): Replica {
  const ingest: Replica['ingest'] = (ops, from) => {
    const report = replica.ingest(ops, from)
    tell(report)
    return report
  }
  return new Proxy(replica, {
    get: (target, name) => (name === 'ingest' ? ingest : Reflect.get(target, name)),
  })
}

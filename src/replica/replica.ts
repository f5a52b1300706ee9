/**
 * The replica: one node's copy of a coalition's state (design §2.7). It takes operations in, keeps
 * the views, says what this node owes, signs what it is told to. Time, store, verifier and signer
 * are passed in; it never does anything by itself.
 */
import { RULES } from '../ballot/rules.ts'
import type { ArchiveSource } from '../chain/archive/archive.ts'
import type { Held } from '../chain/held.ts'
import { Ledger } from '../chain/ledger.ts'
import type { IngestReport, Restored } from '../chain/report.ts'
import type { Incoming } from '../chain/run.ts'
import { NO_SNAPSHOTS } from '../document/snapshot.ts'
import type { Sha256 } from '../op/cid.ts'
import type { CoalitionId, KeyId, OpCid } from '../op/ids.ts'
import { normalised } from '../op/nfc.ts'
import { decodeOp, type Signer, signOp } from '../op/operation.ts'
import { accept, invariant, type Refusal, type Result, refuse } from '../op/refusal.ts'
import { pureVerifier } from '../op/signature.ts'
import { type OpType, PROTOCOL } from '../op/type.ts'
import { CheckpointNews, checkpointDrafts } from './checkpoints.ts'
import type { Scene } from './closing.ts'
import type { Draft } from './draft.ts'
import { ballotDuties, type Duties, type Duty } from './duties.ts'
import { identityOf } from './identity.ts'
import { ACTIVE_NOTE, Local, STALE_NOTE } from './local.ts'
import { rootsNamedBy } from './named-roots.ts'
import { Openings } from './openings.ts'
import type { ChangeListener, Issued, ReplicaOptions } from './options.ts'
import type { CharterVersion } from './outcomes.ts'
import { mayIssue } from './permission.ts'
import type { Clock, ReplicaReader } from './reader.ts'
import { REGISTRY } from './registry.ts'
import { openByImage } from './rest/opening.ts'
import { type Digests, digestsOf } from './state-digest.ts'
import { isEmptyBatch, type OpStore, type StoredOp } from './store.ts'
import type { Touched } from './topics.ts'
import { Views } from './views.ts'

export type { ChangeListener, Issued, ReplicaOptions } from './options.ts'

/** One node's copy of a coalition's state. */
export class Replica implements ReplicaReader {
  readonly coalition: CoalitionId
  readonly clock: Clock
  readonly ledger: Ledger
  readonly views: Views
  readonly local: Local
  readonly protocol: number
  readonly types: ReadonlyMap<string, OpType<unknown>>
  readonly signer: Signer | undefined
  private readonly store: OpStore
  private readonly hash: Sha256 | undefined
  private readonly listeners = new Set<ChangeListener>()
  private touched: Touched[] = []
  private puts = new Map<OpCid, StoredOp>()
  private drops = new Set<OpCid>()
  private signatures = new Map<OpCid, Uint8Array>()
  private notes: (readonly [string, string | null])[] = []
  private readonly checkpointNews: CheckpointNews
  private readonly openings: Openings
  private openedBefore = 0
  private notedCharter: OpCid | undefined
  private issuing = false
  /** Of what is held now; to be derived anew after the next change. */
  private digests: Digests | undefined

  private constructor(options: ReplicaOptions, like?: Replica) {
    this.coalition = options.coalition
    this.clock = options.clock
    this.store = options.store
    this.hash = options.hash
    this.signer = options.signer
    this.checkpointNews = new CheckpointNews(options.signer?.key)
    this.protocol = options.protocol ?? PROTOCOL
    this.types = options.types ?? REGISTRY
    this.local = new Local(options.store.notes())
    this.openings = new Openings(this.local)
    const rules = options.rules ?? RULES
    this.views = new Views(() => this.ledger, {
      coalition: options.coalition,
      rules,
      types: this.types,
      snapshots: options.snapshots ?? NO_SNAPSHOTS,
    })
    this.ledger = new Ledger(
      {
        coalition: options.coalition,
        verifier: options.verifier ?? pureVerifier,
        rootsNamedBy,
        pullsSettleOps: rules.pullsSettleOps,
        ...(options.hash && { hash: options.hash }),
        ...(options.pendingLimits && { pendingLimits: options.pendingLimits }),
      },
      {
        completed: (held) => this.onCompleted(held),
        reset: () => this.onReset(),
        stored: (held, bytes, sig) => this.onStored(held, bytes, sig),
        dropped: (held) => this.onDropped(held),
        signed: (cid, sig) => this.signatures.set(cid, sig),
      },
      like?.ledger,
    )
  }

  /** Opens a replica on what its store holds, by an image where one fits. Throws what the store throws. */
  static open(options: ReplicaOptions): Replica {
    const make = () => new Replica(options)
    const replica = openByImage(options, make, (fresh, since) => fresh.resume(since)) ?? make()
    if (replica.ledger.byCid.size === 0)
      replica.ledger.restore(replica.decoded(options.store.load()))
    replica.afterBatch()
    return replica
  }

  /** Opens a replica that begins as another does, on a store that holds the same, all complete. */
  static fork(like: Replica, options: ReplicaOptions): Replica {
    const replica = new Replica(options, like)
    replica.views.begin(like.views)
    replica.checkpointNews.reset(replica.ledger.chains.values())
    replica.touched.push({ view: 'other' })
    replica.afterBatch()
    return replica
  }

  /**
   * Takes in operations, in any order, any number of times. What it reports as accepted is in the
   * views at once and durable after the next `flush`.
   */
  ingest(ops: Iterable<Incoming>, from = 'local'): IngestReport {
    const report = this.ledger.ingest(ops, { now: this.clock.now(), from })
    this.guardOwnKey(report)
    this.afterBatch()
    return report
  }

  /** Lets in what waited for its time. */
  tick(): IngestReport {
    const report = this.ledger.tick(this.clock.now())
    this.afterBatch()
    return report
  }

  /** Signs a draft, stores it durably with all that came before, returns it for gossip. */
  issue(draft: Draft, notes: Duty['notes'] = []): Result<Issued> {
    const issued = this.sign(draft, notes)
    if (issued.ok) this.flush()
    return issued
  }

  /** As `issue`, but neither durable nor to be sent before the next `flush`: for many at once. */
  sign(draft: Draft, notes: Duty['notes'] = []): Result<Issued> {
    const refusal = this.mayIssue(draft.type)
    if (refusal) return refusal
    const { signer } = this
    invariant(signer, 'mayIssue lets nobody sign without a signer')
    // Before anything is signed: a second operation at the seq of one that waits would be a fork.
    if (this.ledger.rate.holdsBack(signer.key, draft.type, this.clock.now()))
      return refuse('too-fast', 'this key is ahead of its rate', 'wait a minute and try again')
    // What people type, and what their tools print, is not always composed.
    const body = normalised(draft.body)
    if (!body.ok) return body
    const last = this.ledger.chain(signer.key).main.at(-1)?.op
    const signed = signOp(
      {
        v: 1,
        coalition: this.coalition,
        key: signer.key,
        seq: last ? last.seq + 1 : 0,
        prev: last?.cid ?? null,
        at: Math.max(this.clock.now(), 0),
        ...draft,
        body: body.value,
      },
      signer,
      this.hash,
    )
    this.issuing = true
    const context = { now: this.clock.now(), from: signer.key }
    const report = this.ledger.ingest([{ ...signed, verified: true }], context)
    this.issuing = false
    // The batch may also have drained, kept waiting or refused operations of others.
    const refused = report.refused.find(({ cid }) => cid === signed.op.cid)
    if (refused) return refused.reason
    const waits = report.waiting.includes(signed.op.cid)
    invariant(!waits, 'what follows the own head has nothing to wait for')
    this.note(notes)
    this.afterBatch()
    invariant(signed.sig, 'signOp signs')
    return accept({ op: signed.op, bytes: signed.bytes, sig: signed.sig })
  }

  /** Why this node may not sign an operation of that type now, if so. */
  mayIssue(type: string): Refusal | undefined {
    return mayIssue(this, type)
  }

  /** Does what a duty asks for: its notes, and its draft if it has one. */
  perform(duty: Duty): Result<Issued | undefined> {
    if (duty.draft) return this.issue(duty.draft, duty.notes)
    this.note(duty.notes ?? [])
    this.flush()
    return accept(undefined)
  }

  /** What this node owes now, and when to ask again at the latest (§6.4). */
  duties(now: number = this.clock.now(), withCheckpoints = true): Duties {
    const { signer } = this
    const scene = signer && this.scene(now)
    if (!scene || this.mayIssue('seal')) return { due: [], wakeAt: Infinity }
    const onBallots = ballotDuties(scene, identityOf(this, signer.key))
    if (!withCheckpoints) return onBallots
    const checkpoints = checkpointDrafts(this, this.checkpointNews, scene, false)
    return {
      due: [...onBallots.due, ...checkpoints.due],
      wakeAt: Math.min(onBallots.wakeAt, checkpoints.wakeAt),
    }
  }

  /** Checkpoints that bring this node's last one up to date; none when it has no news. */
  checkpointNow(): Draft[] {
    const scene = this.scene(this.clock.now())
    if (!scene) return []
    const { due } = checkpointDrafts(this, this.checkpointNews, scene, true)
    return due.flatMap(({ draft }) => draft ?? [])
  }

  /** A peer's key completed a sync session with us: what it had, we have (§3.6, 1). */
  noteSynced(peer: KeyId): void {
    this.local.syncedAt.set(peer, this.clock.now())
  }

  /** References that are not held: to be asked for by CID. */
  missing(): OpCid[] {
    return this.ledger.missing()
  }

  /** Digests over the counted set and over the derived state. */
  digest(): Digests {
    this.digests ??= digestsOf(this.ledger, this.views)
    return this.digests
  }

  /** An operation's stored form. */
  stored(cid: OpCid): StoredOp | undefined {
    const op = this.puts.get(cid) ?? this.store.get(cid)
    // A signature that came after the operation is not in the store before the next flush.
    const sig = this.signatures.get(cid)
    return op && sig ? { ...op, sig } : op
  }

  /**
   * An operation's stored form, to be sent. None while it is our own, or our root's, and not on disk
   * yet (§2.3): after a crash we would say something else in its place.
   */
  sendable(cid: OpCid): StoredOp | undefined {
    const op = this.puts.get(cid)
    return op && this.isOwn(op.key) ? undefined : this.stored(cid)
  }

  /** The charter in force; undefined until the founding operation is held. */
  get charter(): CharterVersion | undefined {
    return this.views.charters().at(-1)
  }

  /** Calls back after every batch that changed a view; returns how to stop it. */
  on(_event: 'change', listener: ChangeListener): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Makes everything taken in durable, in one transaction. Throws what the store throws. */
  flush(): void {
    const batch = {
      puts: [...this.puts.values()],
      drops: [...this.drops],
      signatures: [...this.signatures],
      notes: this.notes,
    }
    if (isEmptyBatch(batch)) return
    this.store.commit(batch)
    this.puts = new Map()
    this.drops = new Set()
    this.signatures = new Map()
    this.notes = []
  }

  /** What decisions are made from; undefined until the founding operation is held. */
  scene(now: number): Scene | undefined {
    const standing = this.views.standing()
    if (!standing) return undefined
    const { ledger, local } = this
    return { ledger, local, standing, ballots: this.views.ballots(), now }
  }

  /** Remembers local facts; durable after the next `flush`. */
  note(notes: Duty['notes'] = []): void {
    for (const [name, value] of notes) {
      this.local.set(name, value)
      this.notes.push([name, value])
    }
  }

  /** Where operations that are not in memory come from. */
  get source(): ArchiveSource {
    const { hash } = this
    return { bytesOf: (cid) => this.stored(cid)?.bytes, rootsNamedBy, hash }
  }

  private resume(since: Iterable<StoredOp>): void {
    this.ledger.resume(this.decoded(since))
    this.checkpointNews.reset(this.ledger.chains.values())
    this.touched.push({ view: 'other' })
  }

  private *decoded(stored: Iterable<StoredOp>): Generator<Restored, void, void> {
    for (const { bytes, sig, seenAt } of stored) {
      const op = decodeOp(bytes, this.hash)
      if (op.ok) yield { op: op.value, bytes, signed: sig !== null, seenAt }
    }
  }

  private isOwn(key: KeyId): boolean {
    const { signer, ledger } = this
    return signer !== undefined && (key === signer.key || key === ledger.keyring.rootOf(signer.key))
  }

  /** Own operations that this process did not make: our store is behind (§2.3, amnesia guard). */
  private guardOwnKey(report: IngestReport): void {
    const { signer } = this
    if (!signer || this.issuing) return
    const { keyring, pending } = this.ledger
    // Only of a known key are signatures looked at before it waits: nobody else can silence us.
    const waits = keyring.knows(signer.key) && pending.has(signer.key)
    const alien = report.accepted.some((op) => op.key === signer.key)
    if ((!alien && !waits) || this.local.get(STALE_NOTE) !== undefined) return
    this.note([[STALE_NOTE, 'a peer holds operations of this key that this store did not have']])
  }

  private onCompleted(held: Held): void {
    this.digests = undefined
    this.touched.push(this.views.add(held))
    this.checkpointNews.hear(held)
  }

  private onReset(): void {
    this.digests = undefined
    this.views.reset()
    this.touched.push({ view: 'other' })
    this.checkpointNews.reset(this.ledger.chains.values())
  }

  private onStored({ op, seenAt }: Held, bytes: Uint8Array, sig: Uint8Array | null): void {
    this.digests = undefined
    this.puts.set(op.cid, { cid: op.cid, key: op.key, seq: op.seq, bytes, sig, seenAt })
    this.drops.delete(op.cid)
  }

  private onDropped({ op }: Held): void {
    this.digests = undefined
    this.puts.delete(op.cid)
    this.drops.add(op.cid)
  }

  /** Local moments that later decisions need, the rate of the charter in force, then the callbacks. */
  private afterBatch(): void {
    if (this.touched.length === 0) return
    const touched = this.touched
    this.touched = []
    this.noteMoments()
    this.noteStarts()
    for (const listener of this.listeners) listener(touched)
  }

  /** Only a proposal that came, or a ballot that settled, can change which ballots wait. */
  private noteStarts(): void {
    const { views, openings } = this
    const hasNews = views.topics.opened !== this.openedBefore
    this.openedBefore = views.topics.opened
    const standing = hasNews || openings.isWaitedFor ? views.standing() : undefined
    if (standing) this.note(openings.notes(views.ballots(), standing, this.clock.now()))
  }

  private noteMoments(): void {
    const charters = this.views.charters()
    const current = charters.at(-1)
    if (!current) return
    if (current.id === this.notedCharter && this.local.get(ACTIVE_NOTE) !== undefined) return
    this.notedCharter = current.id
    const isActive = (): boolean => this.views.ratification()?.active === true
    this.note(this.local.newMoments(charters, isActive, this.clock.now()))
    const founded = this.ledger.byCid.get(this.coalition)?.op.at ?? 0
    this.ledger.rate.configure(current.charter.limits.opsPerMinute, founded)
  }
}

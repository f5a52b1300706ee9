/**
 * One anti-entropy exchange as a pure state machine (design §2.6). Both sides run the same one:
 *
 *   hello ⇄ hello            digests equal: done
 *   buckets ⇄ buckets        only with more than MAX_FLAT_KEYS keys, a level for each factor FANOUT
 *   entries ⇄ entries        of the keys in the buckets that differ; with few keys, of all
 *   ops, probes, parted …    each sends what the other lacks; where chains part, both branches
 *   pushed ⇄ pushed          want / ops for references that are still missing, then bye
 *
 * One difference costs two round trips, whichever side has more. Tags and fingerprints are six
 * bytes keyed by both sides' nonces, so nobody can make two things look alike beforehand. What a
 * peer can make us do is bounded: each kind of message comes a bounded number of times, or is
 * answered with a bounded number of hashes, or with operations that are made as they are sent.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import type { Sha256 } from '../op/cid.ts'
import type { OpCid } from '../op/ids.ts'
import type { SignedOp } from '../op/operation.ts'
import type { Replica } from '../replica/replica.ts'
import { ChainDiff, type ChainPlan } from './chain-diff.ts'
import { type FrontierEntry, frontierOf } from './frontier.ts'
import {
  decodeMessage,
  encodeMessage,
  FANOUT,
  MAX_DIFFERING,
  MAX_ENTRIES,
  MAX_FLAT_KEYS,
  MAX_LEVELS,
  MAX_SESSION_KEYS,
  MAX_WANTS,
  type SyncMessage,
  type WireEntry,
} from './message.ts'
import { framesOf, type HeldRun, namedRuns } from './runs.ts'
import type { SessionStep, SyncSession } from './session-types.ts'
import { asText, concat, isSame, type Tagged, TaggedFrontier } from './tagged.ts'
import { oldestFirst, type Tail } from './turns.ts'

/** Most times that one side of a session asks for missing references. */
export const MAX_WANT_ROUNDS = 16
/** Most probes of one key that a session answers: each is PROBE_POINTS times closer than the last. */
export const MAX_PROBES_PER_KEY = 12
/** Most keys of a bucket that are listed rather than split again. */
export const MAX_BUCKET_KEYS = 64

/** What a session is opened with. */
export interface SessionOptions {
  /** `NONCE_BYTES` random bytes. */
  readonly nonce: Uint8Array
  /** Whom operations are taken in from, for limits. */
  readonly from: string
  readonly hash?: Sha256
}

/** Opens a session on a replica; its first frames come from `start()`. */
export const openSession = (replica: Replica, options: SessionOptions): SyncSession =>
  new Session(replica, options)

type Send = Iterable<Uint8Array>
type Message<Kind extends SyncMessage['kind']> = Extract<SyncMessage, { kind: Kind }>
type Runs = () => Iterable<HeldRun>
const NOTHING: Send = []

class Session implements SyncSession {
  private readonly replica: Replica
  private readonly options: SessionOptions
  private readonly hash: Sha256
  private readonly entries: readonly FrontierEntry[]
  private readonly ownDigest: Uint8Array
  private greeted = false
  private frontier: TaggedFrontier | undefined
  /** Levels of buckets that both sides go down, and how many they have compared. */
  private levels = 0
  private compared = 0
  private differing: readonly number[] = [0]
  private readonly theirs = new Map<string, WireEntry>()
  /** Keys about which we look for the place where two chains part. */
  private readonly parting = new Set<string>()
  /** How often the peer probed each key. */
  private readonly probed = new Map<string, number>()
  private hasListed = false
  private hasPeerListed = false
  private hasPushed = false
  private readonly asked = new Set<OpCid>()
  private wantRounds = 0
  private peerWantRounds = 0
  private peerPushes = 0
  private readonly sentByName = new Set<OpCid>()
  /** Frames of operations of which none was news. */
  private vainFrames = 0
  private saidBye = false
  private heardBye = false

  constructor(replica: Replica, options: SessionOptions) {
    this.replica = replica
    this.options = options
    this.hash = options.hash ?? sha256
    this.entries = frontierOf(replica)
    this.ownDigest = this.hash(concat(this.entries.map(({ bytes }) => bytes)))
  }

  start(): SessionStep {
    const { nonce } = this.options
    const keys = this.entries.length
    const hello = encodeMessage({ kind: 'hello', digest: this.ownDigest, nonce, keys })
    return { send: [hello], done: false }
  }

  receive(frame: Uint8Array): SessionStep {
    const message = decodeMessage(frame)
    if (!message.ok) return fault(message.message)
    const isHello = message.value.kind === 'hello'
    if (isHello === this.greeted || (this.saidBye && this.heardBye))
      return fault(`unexpected ${message.value.kind}`)
    const vainBefore = this.vainFrames
    const answer = this.answer(message.value)
    if (typeof answer === 'string') return fault(answer)
    const done = this.saidBye && this.heardBye
    return { send: answer, done, ...(this.vainFrames > vainBefore && { isVain: true }) }
  }

  /** Frames to send, or what is wrong with the message. */
  private answer(message: SyncMessage): Send | string {
    if (message.kind === 'hello') return this.onHello(message)
    const { frontier } = this
    if (!frontier) return 'no hello'
    switch (message.kind) {
      case 'buckets':
        return this.onBuckets(message, frontier)
      case 'entries':
        return this.onEntries(message, frontier)
      case 'probe':
        return this.onProbe(message, frontier)
      case 'parted':
        return this.onParted(message, frontier)
      case 'want':
        return this.onWant(message.cids)
      case 'ops':
        return this.onOps(message.ops)
      case 'pushed':
        return this.onPushed()
      case 'bye':
        this.heardBye = true
        return NOTHING
    }
  }

  private onHello({ digest, nonce, keys }: Message<'hello'>): Send {
    this.greeted = true
    if (isSame(digest, this.ownDigest)) {
      this.saidBye = true
      this.heardBye = true
      return NOTHING
    }
    this.frontier = new TaggedFrontier(this.entries, [nonce, this.options.nonce], this.hash)
    let left = Math.max(keys, this.entries.length)
    for (; left > limitAt(this.levels) && this.levels < MAX_LEVELS; left /= FANOUT) this.levels++
    return this.levels === 0 ? this.list(this.frontier) : [tables(this.frontier, 1, [0])]
  }

  private onBuckets(message: Message<'buckets'>, frontier: TaggedFrontier): Send | string {
    const { level } = message
    if (level !== this.compared + 1 || level > this.levels || this.hasListed)
      return 'buckets out of turn'
    const parents = this.differing
    const asked = message.tables.every(([path], i) => path === parents[i])
    if (!asked || message.tables.length !== parents.length) return 'buckets that do not differ'
    this.compared = level
    this.differing = message.tables.flatMap(([path, theirs]) =>
      frontier.differing(level, path, theirs),
    )
    if (level < this.levels && this.differing.length <= MAX_DIFFERING)
      return [tables(frontier, level + 1, this.differing)]
    return this.list(frontier)
  }

  private onEntries(message: Message<'entries'>, frontier: TaggedFrontier): Send | string {
    if (this.hasPeerListed) return 'entries twice'
    for (const entry of message.entries) this.theirs.set(asText(entry.tag), entry)
    if (this.theirs.size > MAX_SESSION_KEYS) return 'too many entries'
    if (message.more) return NOTHING
    this.hasPeerListed = true
    const diff = new ChainDiff(this.replica, frontier)
    const probes: SyncMessage[] = []
    const plans: ChainPlan[] = []
    for (const mine of this.rootsFirst(frontier.within(this.compared, message.buckets))) {
      const plan = diff.plan(mine, this.theirs.get(asText(mine.tag)))
      if (plan.probe) probes.push(plan.probe)
      if (plan.probe) this.parting.add(asText(mine.tag))
      plans.push(plan)
    }
    this.theirs.clear()
    return this.pushing(probes, [
      ...plans.map(({ delegations }) => delegations),
      ...this.inOrder(plans.flatMap(({ tail }) => tail ?? [])),
      ...plans.map(({ proofs }) => proofs),
    ])
  }

  /** The chains of roots one after the other, then all others by age. */
  private inOrder(tails: readonly Tail[]): Runs[] {
    const { keyring } = this.replica.ledger
    const { roots = [], others = [] } = Object.groupBy(tails, ({ chain: { key } }) =>
      keyring.isRoot(key) ? 'roots' : 'others',
    )
    return [...roots.map((tail) => () => oldestFirst([tail])), () => oldestFirst(others)]
  }

  /** Roots make the other keys known: what comes after them need not wait. */
  private rootsFirst(entries: readonly Tagged[]): Tagged[] {
    const { keyring } = this.replica.ledger
    return entries
      .map((entry) => ({ entry, rank: Math.min(keyring.rankOf(entry.chain.key), 1e9) }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ entry }) => entry)
  }

  private onProbe(probe: Message<'probe'>, frontier: TaggedFrontier): Send | string {
    const entry = frontier.get(probe.tag)
    if (!entry) return 'probe of an unknown key'
    const times = (this.probed.get(asText(probe.tag)) ?? 0) + 1
    this.probed.set(asText(probe.tag), times)
    if (times > MAX_PROBES_PER_KEY) return 'probes too often'
    const diff = new ChainDiff(this.replica, frontier)
    const answer = diff.answer(entry, probe)
    if ('probe' in answer) {
      this.parting.add(asText(probe.tag))
      return [encodeMessage(answer.probe)]
    }
    this.parting.delete(asText(probe.tag))
    const seq = answer.partedAt
    const parted: SyncMessage = { kind: 'parted', tag: probe.tag, seq }
    return this.pushing([parted], diff.branchFrom(entry, seq))
  }

  private onParted({ tag, seq }: Message<'parted'>, frontier: TaggedFrontier): Send | string {
    const entry = frontier.get(tag)
    if (!entry) return 'parted on an unknown key'
    // Each word of it brings a branch: only where one of the two was looking.
    if (!this.parting.delete(asText(tag))) return 'parted where nothing was looked for'
    return this.pushing([], new ChainDiff(this.replica, frontier).branchFrom(entry, seq))
  }

  private onWant(cids: readonly OpCid[]): Send | string {
    if (++this.peerWantRounds > MAX_WANT_ROUNDS) return 'asks too often'
    const runs = cids.map((cid) => () => namedRuns(cid, this.replica, this.sentByName))
    return chained(this.opFrames(runs), [encodeMessage({ kind: 'pushed' })])
  }

  /** Once for its list and once for each of our questions: each time we look what we lack. */
  private onPushed(): Send | string {
    if (++this.peerPushes > 1 + this.wantRounds) return 'pushed out of turn'
    return this.wantOrBye()
  }

  private onOps(ops: readonly SignedOp[]): Send | string {
    const report = this.replica.ingest(ops, this.options.from)
    if (report.accepted.length + report.waiting.length === 0) this.vainFrames++
    const bad = report.refused.find(({ reason }) => reason.code !== 'pending-full')
    return bad ? `${bad.reason.code}: ${bad.reason.message}` : NOTHING
  }

  /** Lists the entries in the buckets that differ; which ones these are goes with the last. */
  private list(frontier: TaggedFrontier): Send {
    this.hasListed = true
    const buckets = this.compared === 0 ? [] : this.differing
    const entries = frontier.within(this.compared, this.differing)
    const frames: Uint8Array[] = []
    for (let at = 0; at === 0 || at < entries.length; at += MAX_ENTRIES) {
      const more = at + MAX_ENTRIES < entries.length
      const part = entries.slice(at, at + MAX_ENTRIES).map((entry) => frontier.wire(entry))
      const named = more ? [] : buckets
      frames.push(encodeMessage({ kind: 'entries', more, buckets: named, entries: part }))
    }
    return frames
  }

  /** Messages, then operations, then, when nothing is being looked for, the word that all is sent. */
  private *pushing(messages: readonly SyncMessage[], runs: readonly Runs[]): Send {
    for (const message of messages) yield encodeMessage(message)
    yield* this.opFrames(runs)
    if (!this.hasPeerListed || this.hasPushed || this.parting.size > 0) return
    this.hasPushed = true
    yield encodeMessage({ kind: 'pushed' })
  }

  private *opFrames(plans: readonly Runs[]): Send {
    const runs = function* (): Generator<HeldRun> {
      for (const plan of plans) yield* plan()
    }
    for (const ops of framesOf(runs(), this.replica)) yield encodeMessage({ kind: 'ops', ops })
  }

  /** Asks for references that are still missing, each once in a session. */
  private wantOrBye(): Send {
    const cids = this.replica.missing().filter((cid) => !this.asked.has(cid))
    if (this.saidBye) return NOTHING
    if (cids.length === 0 || this.wantRounds >= MAX_WANT_ROUNDS) {
      this.saidBye = true
      return [encodeMessage({ kind: 'bye' })]
    }
    this.wantRounds++
    const now = cids.slice(0, MAX_WANTS)
    for (const cid of now) this.asked.add(cid)
    return [encodeMessage({ kind: 'want', cids: now })]
  }
}

/** Keys beyond which a level is split. */
const limitAt = (levels: number): number => (levels === 0 ? MAX_FLAT_KEYS : MAX_BUCKET_KEYS)

function tables(frontier: TaggedFrontier, level: number, paths: readonly number[]): Uint8Array {
  const list = paths.map((path) => [path, frontier.table(level, path)] as const)
  return encodeMessage({ kind: 'buckets', level, tables: list })
}

function* chained(...parts: readonly Send[]): Send {
  for (const part of parts) yield* part
}

const fault = (what: string): SessionStep => ({ send: [], done: false, fault: what })

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
 * bytes keyed by both sides' nonces, so nobody can make two things look alike beforehand.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import type { Held } from '../chain/held.ts'
import { proofsOf } from '../chain/recount.ts'
import { cidBytes, type Sha256 } from '../op/cid.ts'
import type { OpCid } from '../op/ids.ts'
import { keyBytes } from '../op/key-id.ts'
import type { SignedOp } from '../op/operation.ts'
import type { Replica } from '../replica/replica.ts'
import { entryBytes, type FrontierEntry, frontierOf } from './frontier.ts'
import {
  decodeMessage,
  encodeMessage,
  FANOUT,
  MAX_DIFFERING,
  MAX_ENTRIES,
  MAX_FLAT_KEYS,
  MAX_LEVELS,
  MAX_WANTS,
  PROBE_POINTS,
  type SyncMessage,
  TAG_BYTES,
  type WireEntry,
} from './message.ts'
import { framesOf, namedRun, proofRuns, tailOf, vouchedRun } from './runs.ts'
import type { SessionStep, SyncSession } from './session-types.ts'

/** Most times that one session asks for missing references. */
export const MAX_WANT_ROUNDS = 16
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

interface Keyed extends FrontierEntry {
  readonly tag: Uint8Array
  readonly print: Uint8Array
}

type Send = Iterable<Uint8Array>
const NOTHING: Send = []

class Session implements SyncSession {
  private readonly replica: Replica
  private readonly options: SessionOptions
  private readonly hash: Sha256
  private readonly entries: readonly FrontierEntry[]
  private readonly ownDigest: Uint8Array
  private salt: Uint8Array = new Uint8Array()
  private readonly keyed = new Map<string, Keyed>()
  private levels = 0
  private differing: readonly number[] = [0]
  private readonly theirs = new Map<string, WireEntry>()
  /** Keys about which we look for the place where two chains part. */
  private readonly parting = new Set<string>()
  private greeted = false
  private hasListed = false
  private hasPeerListed = false
  private hasPushed = false
  private wantRounds = 0
  private lastWanted = ''
  private saidBye = false
  private heardBye = false

  constructor(replica: Replica, options: SessionOptions) {
    this.replica = replica
    this.options = options
    this.hash = options.hash ?? sha256
    this.entries = frontierOf(replica)
    this.ownDigest = this.hash(concat(this.entries.map(entryBytes)))
  }

  start(): SessionStep {
    const { nonce } = this.options
    const hello: SyncMessage = {
      kind: 'hello',
      digest: this.ownDigest,
      nonce,
      keys: this.entries.length,
    }
    return { send: [encodeMessage(hello)], done: false }
  }

  receive(frame: Uint8Array): SessionStep {
    const message = decodeMessage(frame)
    if (!message.ok) return fault(message.message)
    if (message.value.kind === 'hello' ? this.greeted : !this.greeted)
      return fault(`unexpected ${message.value.kind}`)
    const answer = this.answer(message.value)
    if (typeof answer === 'string') return fault(answer)
    return { send: answer, done: this.saidBye && this.heardBye }
  }

  /** Frames to send, or what is wrong with the message. */
  private answer(message: SyncMessage): Send | string {
    switch (message.kind) {
      case 'hello':
        return this.onHello(message.digest, message.nonce, message.keys)
      case 'buckets':
        return this.onBuckets(message.level, message.tables)
      case 'entries':
        return this.onEntries(message)
      case 'probe':
        return this.onProbe(message)
      case 'parted':
        return this.onParted(message.tag, message.seq)
      case 'want':
        return this.onWant(message.cids)
      case 'ops':
        return this.onOps(message.ops)
      case 'pushed':
        return this.wantOrBye()
      case 'bye':
        this.heardBye = true
        return NOTHING
    }
  }

  private onHello(digest: Uint8Array, nonce: Uint8Array, keys: number): Send {
    this.greeted = true
    if (same(digest, this.ownDigest)) {
      this.saidBye = true
      this.heardBye = true
      return NOTHING
    }
    this.key(nonce)
    let left = Math.max(keys, this.entries.length)
    for (; left > limitAt(this.levels) && this.levels < MAX_LEVELS; left /= FANOUT) this.levels++
    return this.levels === 0 ? this.sendEntries() : [this.tables(1)]
  }

  private onBuckets(
    level: number,
    tables: readonly (readonly [number, Uint8Array])[],
  ): Send | string {
    if (level > this.levels || this.hasListed) return 'buckets out of turn'
    const differing: number[] = []
    for (const [path, theirs] of tables) {
      const mine = this.table(level, path)
      for (let i = 0; i < FANOUT; i++)
        if (!same(slot(mine, i), slot(theirs, i))) differing.push(path * FANOUT + i)
    }
    this.differing = differing
    if (level < this.levels && differing.length <= MAX_DIFFERING) return [this.tables(level + 1)]
    this.levels = level
    return this.sendEntries()
  }

  private onEntries(message: Extract<SyncMessage, { kind: 'entries' }>): Send | string {
    if (this.hasPeerListed) return 'entries twice'
    for (const entry of message.entries) this.theirs.set(text(entry.tag), entry)
    if (message.more) return NOTHING
    this.hasPeerListed = true
    const send: SyncMessage[] = []
    const runs: (() => Held[][])[] = []
    for (const entry of this.inBuckets(message.buckets)) {
      const plan = this.compare(entry, this.theirs.get(text(entry.tag)))
      if (plan.probe) send.push(plan.probe)
      if (plan.runs) runs.push(plan.runs)
    }
    return this.pushing(send, runs)
  }

  /** What the peer lacks of a key, by what it says that it has. */
  private compare(
    mine: Keyed,
    theirs: WireEntry | undefined,
  ): { readonly probe?: SyncMessage; readonly runs?: () => Held[][] } {
    const proofs = (): Held[][] => this.proofs(mine, theirs)
    if (!theirs) return { runs: () => [tailOf(mine.chain, 0), ...proofs()] }
    const common = Math.min(mine.length, theirs.length)
    if (mine.length < theirs.length) return { runs: proofs }
    const agrees = common === 0 || same(this.printAt(mine, common - 1), theirs.head)
    if (agrees) {
      const open = theirs.state === 'open' || mine.state !== 'open'
      return { runs: () => [...(open ? [tailOf(mine.chain, theirs.length)] : []), ...proofs()] }
    }
    const head = this.printAt(mine, common - 1)
    if (mine.length === theirs.length && text(head) < text(theirs.head)) return { runs: proofs }
    return { probe: this.probe(mine, 0, common), runs: proofs }
  }

  private proofs(mine: Keyed, theirs: WireEntry | undefined): Held[][] {
    if (typeof mine.state === 'string') return []
    if (theirs && typeof theirs.state !== 'string' && theirs.state.join() === mine.state.join())
      return []
    return proofRuns(proofsOf(mine.chain), mine.chain)
  }

  /** Fingerprints at up to PROBE_POINTS places of [from, to), the last one included. */
  private probe(entry: Keyed, from: number, to: number): SyncMessage {
    this.parting.add(text(entry.tag))
    const step = Math.max(1, Math.ceil((to - from) / PROBE_POINTS))
    const prints: Uint8Array[] = []
    for (let seq = from; seq < to; seq += step) prints.push(this.printAt(entry, seq))
    return { kind: 'probe', tag: entry.tag, from, step, prints }
  }

  private onProbe(message: Extract<SyncMessage, { kind: 'probe' }>): Send | string {
    const entry = this.keyed.get(text(message.tag))
    const { from, step, prints } = message
    if (!entry) return 'probe of an unknown key'
    const first = prints.findIndex((print, i) => {
      const seq = from + i * step
      return seq >= entry.chain.main.length || !same(print, this.printAt(entry, seq))
    })
    if (first === 0) return this.partAt(entry, from)
    const low = from + ((first < 0 ? prints.length : first) - 1) * step + 1
    const high = first < 0 ? Math.min(low + step - 1, entry.length) : from + first * step
    if (low >= high) return this.partAt(entry, first < 0 ? null : low)
    return [encodeMessage(this.probe(entry, low, high + 1))]
  }

  private partAt(entry: Keyed, seq: number | null): Send {
    this.parting.delete(text(entry.tag))
    const parted: SyncMessage = { kind: 'parted', tag: entry.tag, seq }
    const runs = seq === null ? [] : [() => this.branchFrom(entry, seq)]
    return this.pushing([parted], runs)
  }

  private onParted(tag: Uint8Array, seq: number | null): Send | string {
    const entry = this.keyed.get(text(tag))
    if (!entry) return 'parted on an unknown key'
    this.parting.delete(text(tag))
    return this.pushing([], seq === null ? [] : [() => this.branchFrom(entry, seq)])
  }

  /** Our operation at a seq with what vouches for it: half of a fork's proof. */
  private branchFrom({ chain }: Keyed, seq: number): Held[][] {
    const held = chain.main[seq]
    return held ? [vouchedRun(held, chain)] : []
  }

  private onWant(cids: readonly OpCid[]): Send {
    const runs = cids.map((cid) => () => {
      const held = this.replica.ledger.byCid.get(cid)
      return held ? [namedRun(held, this.replica)] : []
    })
    return chain(this.opFrames(runs), [encodeMessage({ kind: 'pushed' })])
  }

  private onOps(ops: readonly SignedOp[]): Send | string {
    const report = this.replica.ingest(ops, this.options.from)
    const bad = report.refused.find(({ reason }) => reason.code !== 'pending-full')
    return bad ? `${bad.reason.code}: ${bad.reason.message}` : NOTHING
  }

  private sendEntries(): Send {
    this.hasListed = true
    const entries = this.inBuckets(this.differing).map((entry) => ({
      tag: entry.tag,
      length: entry.length,
      head: entry.length === 0 ? new Uint8Array(TAG_BYTES) : this.printAt(entry, entry.length - 1),
      state: entry.state,
    }))
    const buckets = this.levels === 0 ? [] : this.differing
    const frames: Uint8Array[] = []
    for (let at = 0; at === 0 || at < entries.length; at += MAX_ENTRIES) {
      const more = at + MAX_ENTRIES < entries.length
      const part = entries.slice(at, at + MAX_ENTRIES)
      frames.push(encodeMessage({ kind: 'entries', more, buckets, entries: part }))
    }
    return frames
  }

  /** Messages, then operations, then, when nothing is being looked for, the word that all is sent. */
  private *pushing(messages: readonly SyncMessage[], runs: readonly (() => Held[][])[]): Send {
    for (const message of messages) yield encodeMessage(message)
    yield* this.opFrames(runs)
    if (!this.hasPeerListed || this.hasPushed || this.parting.size > 0) return
    this.hasPushed = true
    yield encodeMessage({ kind: 'pushed' })
  }

  private *opFrames(plans: readonly (() => Held[][])[]): Send {
    const runs = function* (): Generator<Held[]> {
      for (const plan of plans) yield* plan()
    }
    for (const ops of framesOf(runs(), this.replica)) yield encodeMessage({ kind: 'ops', ops })
  }

  /** Asks for references that are still missing, as long as asking brings something. */
  private wantOrBye(): Send {
    const cids = this.replica.missing().slice(0, MAX_WANTS)
    const wanted = cids.join()
    if (cids.length === 0 || wanted === this.lastWanted || this.wantRounds >= MAX_WANT_ROUNDS) {
      if (this.saidBye) return NOTHING
      this.saidBye = true
      return [encodeMessage({ kind: 'bye' })]
    }
    this.wantRounds++
    this.lastWanted = wanted
    return [encodeMessage({ kind: 'want', cids })]
  }

  /** Draws this session's key from both nonces, then every key's tag and fingerprint. */
  private key(nonce: Uint8Array): void {
    const nonces = [nonce, this.options.nonce].sort((a, b) => (text(a) < text(b) ? -1 : 1))
    this.salt = this.hash(concat(nonces))
    for (const entry of this.entries) {
      const tag = this.keyedHash(keyBytes(entry.key))
      this.keyed.set(text(tag), { ...entry, tag, print: this.keyedHash(entryBytes(entry)) })
    }
  }

  private keyedHash(bytes: Uint8Array): Uint8Array {
    return this.hash(concat([this.salt, bytes])).slice(0, TAG_BYTES)
  }

  /** The fingerprint of the operation at a seq, of that key. */
  private printAt({ chain }: Keyed, seq: number): Uint8Array {
    const cid = chain.main[seq]?.op.cid
    return cid === undefined ? new Uint8Array(TAG_BYTES) : this.keyedHash(cidBytes(cid))
  }

  private inBuckets(buckets: readonly number[]): Keyed[] {
    const here = new Set(buckets)
    const all = [...this.keyed.values()]
    return this.levels === 0 ? all : all.filter(({ tag }) => here.has(bucketOf(tag, this.levels)))
  }

  private tables(level: number): Uint8Array {
    const paths = level === 1 ? [0] : this.differing
    const tables = paths.map((path) => [path, this.table(level, path)] as const)
    return encodeMessage({ kind: 'buckets', level, tables })
  }

  /** One fingerprint for each bucket below a path: the exclusive or of its keys'. */
  private table(level: number, path: number): Uint8Array {
    const table = new Uint8Array(FANOUT * TAG_BYTES)
    for (const { tag, print } of this.keyed.values()) {
      const bucket = bucketOf(tag, level)
      if (Math.floor(bucket / FANOUT) !== path) continue
      const at = (bucket % FANOUT) * TAG_BYTES
      for (let i = 0; i < TAG_BYTES; i++) table[at + i] = (table[at + i] ?? 0) ^ (print[i] ?? 0)
    }
    return table
  }
}

/** Keys beyond which a level is split. */
const limitAt = (levels: number): number => (levels === 0 ? MAX_FLAT_KEYS : MAX_BUCKET_KEYS)

/** A key's bucket: the first `level` × 7 bits of its tag. */
function bucketOf(tag: Uint8Array, level: number): number {
  const view = new DataView(tag.buffer, tag.byteOffset, tag.byteLength)
  const bits = view.getUint32(0) * 0x10000 + view.getUint16(4)
  return Math.floor(bits / 2 ** (48 - 7 * level))
}

const slot = (table: Uint8Array, i: number): Uint8Array =>
  table.subarray(i * TAG_BYTES, (i + 1) * TAG_BYTES)

const same = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i])

const text = (bytes: Uint8Array): string => String.fromCharCode(...bytes)

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

function* chain(...parts: readonly Send[]): Send {
  for (const part of parts) yield* part
}

const fault = (what: string): SessionStep => ({ send: [], done: false, fault: what })

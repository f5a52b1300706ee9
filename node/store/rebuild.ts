/**
 * Mends a damaged store (design §6.2): sets the damaged files aside, untouched, and carries every
 * operation whose bytes hash to its CID into a fresh store. What was lost comes back from peers.
 */
import { copyFileSync, existsSync, linkSync, renameSync, rmSync } from 'node:fs'
import type { KeyId, OpCid } from '../../src/op/ids.ts'
import { decodeOp, signingInput } from '../../src/op/operation.ts'
import type { Verifier } from '../../src/op/signature.ts'
import type { StoredOp } from '../../src/replica/store.ts'
import { nodeSha256 } from '../crypto/node-sha256.ts'
import { StoreError } from './errors.ts'
import { StoreLock } from './lock.ts'
import { Salvage, type SalvagedOp } from './salvage.ts'
import { SqliteStore } from './sqlite-store.ts'

/** Operations per transaction of the fresh store. */
const BATCH_OPS = 1_000
/** The files of a database besides the main one. */
const SIDE_FILES = ['-wal', '-shm']

/** What a rebuild needs from outside. */
export interface RebuildOptions {
  /** Makes the name of the set-aside file unique: `store.db.damaged-<suffix>`. */
  readonly suffix: string
  /** First sight given to an operation whose own is unreadable, in ms. */
  readonly nowMs: number
  /** Decides on signatures whose row does not check out. */
  readonly verifier: Verifier
}

/** What a rebuild kept and lost. */
export interface RebuildReport {
  /** Where the damaged file is now; nobody deletes it but the operator. */
  readonly damagedPath: string
  /** Operations in the fresh store. */
  readonly kept: number
  /** Operations that the index still names and that could not be read. */
  readonly lost: readonly OpCid[]
  /** Operations kept without the signature they had, because it no longer verifies. */
  readonly unsigned: readonly OpCid[]
  /** Chains with a gap or an unsigned end: to be completed from peers before they count. */
  readonly brokenChains: readonly KeyId[]
  /** Local notes and journal lines kept. */
  readonly notes: number
  readonly journalLines: number
}

/**
 * Rebuilds the store at `path`; throws `store-locked` while a daemon runs on it, and
 * `store-unavailable` when there is nothing at `path` or the suffix is taken.
 */
export function rebuildStore(path: string, options: RebuildOptions): RebuildReport {
  const damagedPath = `${path}.damaged-${options.suffix}`
  if (!existsSync(path) || existsSync(damagedPath)) throw cannotStart(path, damagedPath)
  const lock = StoreLock.acquire(path)
  const work = `${path}.salvage`
  const fresh = `${path}.fresh`
  try {
    for (const file of [work, fresh]) remove(file)
    copy(path, work)
    const report = carryOver(Salvage.open(work), fresh, options)
    setAside(path, damagedPath)
    renameSync(fresh, path)
    return { damagedPath, ...report }
  } finally {
    remove(work)
    remove(fresh)
    lock.release()
  }
}

type Carried = Omit<RebuildReport, 'damagedPath'>

function carryOver(salvage: Salvage, freshPath: string, options: RebuildOptions): Carried {
  const store = SqliteStore.open(freshPath)
  try {
    const unsigned: OpCid[] = []
    const kept = new Set<OpCid>()
    let batch: StoredOp[] = []
    const flush = () => {
      store.commit({ puts: batch, drops: [], signatures: [], notes: [] })
      batch = []
    }
    for (const salvaged of salvage.ops()) {
      const op = mend(salvaged, options)
      if (op === undefined || kept.has(op.cid)) continue
      if (op.sig === null && salvaged.sig !== null) unsigned.push(op.cid)
      kept.add(op.cid)
      if (batch.push(op) === BATCH_OPS) flush()
    }
    flush()
    const notes = [...salvage.notes()]
    store.commit({ puts: [], drops: [], signatures: [], notes })
    const lines = [...salvage.journal()]
    store.journal.restore(lines)
    const lost = [...salvage.digests()].filter((cid) => !kept.has(cid))
    const brokenChains = findBroken(store.load())
    const counts = { kept: kept.size, notes: notes.length, journalLines: lines.length }
    return { ...counts, lost, unsigned, brokenChains }
  } finally {
    salvage.close()
    store.close()
  }
}

/** An operation from its own bytes; of its row only what the checksum or the verifier vouches for. */
function mend(salvaged: SalvagedOp, options: RebuildOptions): StoredOp | undefined {
  const decoded = decodeOp(salvaged.bytes, nodeSha256)
  if (!decoded.ok || decoded.value.cid !== salvaged.cid) return undefined
  const { cid, key, seq } = decoded.value
  const { bytes, sig, seenAt } = salvaged
  if (salvaged.isWhole) return { cid, key, seq, bytes, sig, seenAt }
  const isGood =
    sig?.length === 64 &&
    options.verifier.acceptsKey(key) &&
    options.verifier.verify(sig, signingInput(bytes), key)
  return { cid, key, seq, bytes, sig: isGood ? sig : null, seenAt: options.nowMs }
}

/** Keys whose chain has a gap, or whose last operation nothing vouches for (design §2.2). */
function findBroken(ops: Iterable<StoredOp>): readonly KeyId[] {
  const broken = new Set<KeyId>()
  let last: StoredOp | undefined
  for (const op of ops) {
    const isNewChain = op.key !== last?.key
    if (isNewChain && last !== undefined && last.sig === null) broken.add(last.key)
    const previous = isNewChain || last === undefined ? -1 : last.seq
    if (op.seq > previous + 1) broken.add(op.key)
    last = op
  }
  if (last !== undefined && last.sig === null) broken.add(last.key)
  return [...broken]
}

/** The log goes first: a fresh database must never meet the log of another. */
function setAside(path: string, damagedPath: string): void {
  for (const side of SIDE_FILES)
    if (existsSync(path + side)) renameSync(path + side, damagedPath + side)
  try {
    // A second name, so that at no moment `path` names nothing and a crash loses nothing.
    linkSync(path, damagedPath)
  } catch {
    copyFileSync(path, damagedPath)
  }
}

function copy(from: string, to: string): void {
  copyFileSync(from, to)
  if (existsSync(`${from}-wal`)) copyFileSync(`${from}-wal`, `${to}-wal`)
}

function remove(path: string): void {
  for (const end of ['', ...SIDE_FILES, '.lock', '.pid']) rmSync(path + end, { force: true })
}

const cannotStart = (path: string, damagedPath: string): StoreError =>
  existsSync(path)
    ? new StoreError('store-unavailable', `${damagedPath} exists already`, 'use another suffix')
    : new StoreError('store-unavailable', `${path} does not exist`, 'check --home')

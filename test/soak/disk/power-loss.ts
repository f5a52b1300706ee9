/**
 * Disks at their worst, composed from what the store really wrote (recorded by `shim.c`). `cut`: the
 * power fails at any moment; what was not synced is there in part, in any order, a sector at a time,
 * or not at all. `lost`, `misdirected`: one write that the disk answered for never came, or went
 * elsewhere. `lying`: syncs did not happen, to show that the checker of `cut` notices. Runs under the
 * shim; prints one line of JSON.
 */
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PAGE_BYTES } from '../../../node/store/schema.ts'
import { Dice } from '../../convergence/moot.ts'
import { BATCH, held, isWhole, OPS, removeStore, work } from './workload.ts'

/** What was seen. */
export interface PowerFigures {
  readonly images: number
  /** Images in which something of an unsynced write was there, and something was not. */
  readonly torn: number
  /** Images that the store refused to open, by code: right where the disk lied, wrong where not. */
  readonly refused: Readonly<Record<string, number>>
  /** Images whose very last transaction was missing: whether the store could tell. */
  readonly last: { readonly told: number; readonly untold: number }
  readonly broken: readonly string[]
}

const SECTOR_BYTES = 512
const HEAD_BYTES = 24
const [WRITE, SYNC, TRUNCATE] = [1, 2, 3]
const NAMES = ['', '', '-wal']

const [folder = '', images = '300', seed = '1', mode = 'cut'] = process.argv.slice(2)
const path = join(folder, 'recorded.db')
const log = join(folder, 'recorded.log')
const image = join(folder, 'image.db')

interface Call {
  readonly kind: number
  readonly file: number
  readonly offset: number
  readonly data: Buffer
}

/** Runs the workload; returns every call, and after how many of them each batch was answered for. */
function recorded(): { readonly calls: readonly Call[]; readonly keptAt: readonly number[] } {
  for (const file of [log, `${log}.end`]) rmSync(file, { force: true })
  removeStore(path)
  process.env.FOLKMOOT_DISK_PATH = path
  process.env.FOLKMOOT_DISK_LOG = log
  const sizes: number[] = []
  work(path, () => void sizes.push(existsSync(log) ? statSync(log).size : 0))
  process.env.FOLKMOOT_DISK_LOG = ''
  const calls: Call[] = []
  const ends: number[] = []
  const bytes = readFileSync(log)
  for (let at = 0; at < bytes.length; ) {
    const [kind, file, length] = [0, 4, 8].map((field) => bytes.readUInt32LE(at + field))
    if (kind === undefined || file === undefined || length === undefined) break
    const offset = Number(bytes.readBigInt64LE(at + 16))
    const size = kind === WRITE ? length : 0
    calls.push({
      kind,
      file,
      offset,
      data: bytes.subarray(at + HEAD_BYTES, at + HEAD_BYTES + size),
    })
    at += HEAD_BYTES + size
    ends.push(at)
  }
  return { calls, keptAt: sizes.map((size) => ends.filter((end) => end <= size).length) }
}

/** A file as a disk has it: what is certain, and what is still on its way. */
class DiskFile {
  durable: Buffer = Buffer.alloc(0)
  private pending: Call[] = []

  take(call: Call, isLie: boolean): void {
    if (call.kind !== SYNC) this.pending.push(call)
    else if (!isLie) {
      for (const earlier of this.pending) this.durable = applied(this.durable, earlier)
      this.pending = []
    }
  }

  /** What is found after a cut; true when only a part of what was on its way had come. */
  cut(dice: Dice): { readonly bytes: Buffer; readonly isTorn: boolean } {
    const share = dice.pick([0, 0.2, 0.5, 0.8, 1])
    let bytes: Buffer = this.durable
    let taken = 0
    let total = 0
    for (const call of dice.shuffled(this.pending)) {
      for (const part of sectorsOf(call)) {
        total++
        if (!dice.chance(share)) continue
        taken++
        bytes = applied(bytes, part)
      }
    }
    return { bytes, isTorn: taken > 0 && taken < total }
  }
}

/** A write as the sectors that a disk takes whole. */
function sectorsOf(call: Call): Call[] {
  if (call.kind !== WRITE) return [call]
  const parts: Call[] = []
  for (let at = 0; at < call.data.length; ) {
    const end = Math.min(call.data.length, at + SECTOR_BYTES - ((call.offset + at) % SECTOR_BYTES))
    parts.push({ ...call, offset: call.offset + at, data: call.data.subarray(at, end) })
    at = end
  }
  return parts
}

function applied(before: Buffer, { kind, offset, data }: Call): Buffer {
  if (kind === TRUNCATE) {
    const cut = Buffer.alloc(offset)
    before.copy(cut)
    return cut
  }
  const after = Buffer.alloc(Math.max(before.length, offset + data.length))
  before.copy(after)
  data.copy(after, offset)
  return after
}

const { calls, keptAt } = recorded()
const dice = new Dice(Number(seed))
const broken: string[] = []
const refused: Record<string, number> = {}
let torn = 0
const last = { told: 0, untold: 0 }
for (let i = 0; i < Number(images); i++) tryOne(dice.int(1, calls.length))
const figures: PowerFigures = { images: Number(images), torn, refused, last, broken }
console.log(JSON.stringify({ ...figures, broken: broken.slice(0, 10) }))

/** The power fails after so many calls. */
function tryOne(cutAt: number): void {
  const files = [new DiskFile(), new DiskFile(), new DiskFile()]
  const happened = mode === 'cut' || mode === 'lying' ? calls.slice(0, cutAt) : faulty(cutAt)
  for (const call of happened) files[call.file]?.take(call, mode === 'lying')
  removeStore(image)
  for (const file of [1, 2]) {
    const { bytes, isTorn } = files[file]?.cut(dice) ?? { bytes: Buffer.alloc(0), isTorn: false }
    if (isTorn) torn++
    if (bytes.length > 0 || file === 1) writeFileSync(image + NAMES[file], bytes)
  }
  judge(`${mode} at call ${cutAt} of ${calls.length}`, keptAt.filter((at) => at <= cutAt).length)
}

/** All calls up to a sync, of which one write was lost or went to another page. */
function faulty(cutAt: number): Call[] {
  const end = calls.findIndex(({ kind }, i) => i >= cutAt && kind === SYNC)
  const until = calls.slice(0, end < 0 ? calls.length : end + 1)
  const writes = until.flatMap(({ kind }, i) => (kind === WRITE ? [i] : []))
  const at = dice.pick(writes)
  return until.flatMap((call, i) => {
    if (i !== at) return [call]
    return mode === 'lost' ? [] : [{ ...call, offset: call.offset + PAGE_BYTES }]
  })
}

function judge(where: string, batches: number): void {
  const after = held(image)
  if (typeof after === 'string') {
    refused[after] = (refused[after] ?? 0) + 1
    if (mode === 'cut' || mode === 'lying') broken.push(`${where}: does not open: ${after}`)
    return
  }
  const owed = OPS.slice(0, batches * BATCH).filter(({ cid }) => !after.cids.has(cid))
  // The very last write of a log leaves no trace where the disk dropped it: only the others know.
  const isLast = owed.length <= BATCH && (mode === 'lost' || mode === 'misdirected')
  if (isLast && owed.length > 0) last[after.hadUnfinishedWrite ? 'told' : 'untold']++
  else if (owed.length > 0)
    broken.push(`${where}: ${owed.length} of ${batches * BATCH} lost that were answered for`)
  if (!isWhole(after.cids)) broken.push(`${where}: a part of a batch is there`)
}

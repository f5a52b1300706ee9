/**
 * Bundles: all counted operations of a coalition with what vouches for them, as a CAR (v1) file
 * that other IPLD tools open. One block for each operation under its CID, and at the end one that
 * lists the signatures; the roots are the founding operation and that list.
 */
import { CarBufferReader } from '@ipld/car/buffer-reader'
import { blockLength, createWriter, headerLength } from '@ipld/car/buffer-writer'
import { CID } from 'multiformats/cid'
import { type Held, isCounted } from '../../src/chain/held.ts'
import { decodeValue, encodeValue } from '../../src/op/cbor.ts'
import { cidOf, linkOf, opCidOf } from '../../src/op/cid.ts'
import type { CoalitionId, OpCid, Value } from '../../src/op/ids.ts'
import { accept, type Result, refuse } from '../../src/op/refusal.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { nodeSha256 } from '../crypto/node-sha256.ts'

/** Version of the list of signatures. */
const BUNDLE_VERSION = 1

/** An operation out of a bundle; its bytes hash to its CID. */
export interface BundledOp {
  readonly cid: OpCid
  readonly bytes: Uint8Array
  /** As the bundle gives it, not verified; `null` when a later operation vouches. */
  readonly sig: Uint8Array | null
}

/** A block that is not what its name says, or is named and not there. */
export interface DamagedBlock {
  readonly cid: string
  readonly what: string
}

/** What a bundle holds. */
export interface Bundle {
  readonly coalition: CoalitionId
  /** Whole blocks, in the order of the file. */
  readonly ops: readonly BundledOp[]
  readonly damaged: readonly DamagedBlock[]
}

/** All counted operations of a replica, ordered by key, then seq, then CID, as a CAR file. */
export async function writeBundle(replica: Replica): Promise<Uint8Array> {
  const blocks: Block[] = []
  const signatures: [CID, Uint8Array][] = []
  for (const { op } of exported(replica)) {
    const stored = replica.sendable(op.cid)
    if (stored === undefined) continue
    const cid = linkOf(op.cid)
    blocks.push({ cid, bytes: stored.bytes })
    if (stored.sig !== null) signatures.push([cid, stored.sig])
  }
  const coalition = linkOf(replica.coalition)
  const bytes = encodeValue({ v: BUNDLE_VERSION, coalition, signatures })
  const list = { cid: linkOf(cidOf(bytes, nodeSha256)), bytes }
  return carOf([coalition, list.cid], [...blocks, list])
}

/**
 * Reads a bundle and checks the hash of every block. Refuses (`bundle-damaged`) what is no CAR file
 * or has lost its list of signatures; single damaged blocks are reported beside the whole ones.
 */
export function readBundle(bytes: Uint8Array): Result<Bundle> {
  const file = readCar(bytes)
  if (!file.ok) return file
  const [coalition, listed] = file.value.roots.map(opCidOf)
  const { whole, damaged } = checkBlocks(file.value.blocks)
  if (file.value.roots.length !== 2 || !coalition || !listed)
    return unusable('its header does not name the coalition and the list of signatures')
  const list = whole.get(listed)
  if (list === undefined) return unusable('its list of signatures is damaged or missing')
  const signatures = readSignatures(list, coalition)
  if (signatures === undefined) return unusable('its list of signatures cannot be read')
  whole.delete(listed)
  if (!whole.has(coalition) && !damaged.some(({ cid }) => cid === coalition))
    damaged.push({ cid: coalition, what: 'the founding operation is missing' })
  for (const cid of signatures.keys())
    if (!whole.has(cid) && !damaged.some((block) => block.cid === cid))
      damaged.push({ cid, what: 'there is a signature, but the operation is missing' })
  const ops = [...whole].map(([cid, op]) => ({ cid, bytes: op, sig: signatures.get(cid) ?? null }))
  return accept({ coalition, ops, damaged })
}

interface Block {
  readonly cid: CID
  readonly bytes: Uint8Array
}

/** What counts and what vouches for it; an uncounted tail of a chain stays out. */
function exported({ ledger }: Replica): Held[] {
  const list: Held[] = []
  for (const chain of ledger.chains.values()) {
    const strays = [...chain.strays.values()]
    const last = strays.length > 0 ? chain.main.length - 1 : chain.main.findLastIndex(isCounted)
    let end = last + 1
    // A signature at or after the last counted operation vouches for it (design §2.2).
    while (end > 0 && end < chain.main.length && !chain.main[end - 1]?.signed) end++
    list.push(...chain.main.slice(0, end), ...strays)
  }
  return list.sort((a, b) => compare(a.op.key, b.op.key) || a.op.seq - b.op.seq || byCid(a, b))
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
const byCid = (a: Held, b: Held): number => compare(a.op.cid, b.op.cid)

function carOf(roots: CID[], blocks: readonly Block[]): Uint8Array {
  const headerSize = headerLength({ roots })
  const size = blocks.reduce((sum, block) => sum + blockLength(block), headerSize)
  const writer = createWriter(new ArrayBuffer(size), { roots, headerSize })
  for (const block of blocks) writer.write(block)
  return writer.close()
}

function readCar(bytes: Uint8Array): Result<{ roots: CID[]; blocks: Block[] }> {
  try {
    const reader = CarBufferReader.fromBytes(bytes)
    if (reader.version !== 1) return unusable('it is not a CAR file of version 1')
    return accept({ roots: reader.getRoots(), blocks: reader.blocks() })
  } catch (error) {
    // The library has no error classes: whatever it throws means that this is no whole CAR file.
    return unusable(error instanceof Error ? error.message : String(error))
  }
}

function checkBlocks(blocks: readonly Block[]): {
  whole: Map<OpCid, Uint8Array>
  damaged: DamagedBlock[]
} {
  const whole = new Map<OpCid, Uint8Array>()
  const damaged: DamagedBlock[] = []
  for (const { cid, bytes } of blocks) {
    const name = opCidOf(cid)
    if (name === cidOf(bytes, nodeSha256)) whole.set(name, new Uint8Array(bytes))
    else damaged.push({ cid: cid.toString(), what: 'its bytes do not hash to its CID' })
  }
  return { whole, damaged }
}

function readSignatures(
  bytes: Uint8Array,
  coalition: CoalitionId,
): Map<OpCid, Uint8Array> | undefined {
  const decoded = decodeValue(bytes)
  if (!decoded.ok || !isRecord(decoded.value)) return undefined
  const { v, coalition: named, signatures } = decoded.value
  if (v !== BUNDLE_VERSION || !(named instanceof CID) || opCidOf(named) !== coalition)
    return undefined
  if (!Array.isArray(signatures)) return undefined
  const read = new Map<OpCid, Uint8Array>()
  for (const entry of signatures) {
    const [link, sig] = Array.isArray(entry) ? entry : []
    const cid = link instanceof CID ? opCidOf(link) : undefined
    if (cid === undefined || !(sig instanceof Uint8Array)) return undefined
    read.set(cid, sig)
  }
  return read
}

const isRecord = (value: Value): value is { readonly [key: string]: Value } =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Uint8Array) &&
  !(value instanceof CID)

const unusable = (what: string) =>
  refuse('bundle-damaged', `this is no whole bundle: ${what}`, 'ask for a fresh export')

/**
 * Every operation of a run, once: decoded, with its bytes, its signature and a number. Nodes hold
 * references to these; what one node has checked no other need check again.
 */
import { hash } from 'node:crypto'
import type { Incoming } from '../../src/chain/run.ts'
import { cidOf, type Sha256 } from '../../src/op/cid.ts'
import type { OpCid } from '../../src/op/ids.ts'
import { decodeOp, type Op, type SignedOp } from '../../src/op/operation.ts'
import { mixWord } from '../random/stream.ts'

/** SHA-256 by OpenSSL. */
export const opensslSha256: Sha256 = (bytes) => hash('sha256', bytes, 'buffer')

/**
 * Bytes that stand for others in sync sessions, as their keyed hashes do: as good as random, and
 * cheap. Nobody in a run looks for two messages with one fingerprint.
 */
export const fingerprint: Sha256 = (bytes) => {
  let x = 0x243f6a88
  let y = 0x85a308d3
  for (const byte of bytes) {
    x = Math.imul(x ^ byte, 0x01000193)
    y = Math.imul(y ^ (x >>> 13), 0x85ebca6b)
  }
  const words = new Uint32Array(FINGERPRINT_WORDS)
  for (let i = 0; i < FINGERPRINT_WORDS; i++) words[i] = mixWord(i % 2 === 0 ? x + i : y ^ (x + i))
  return new Uint8Array(words.buffer)
}

/** As long as a SHA-256. */
const FINGERPRINT_WORDS = 8

/** An operation of the run. */
export interface RunOp {
  readonly index: number
  readonly op: Op
  readonly bytes: Uint8Array
  readonly sig: Uint8Array | null
  /** Two words that stand for it in the fingerprint of a set. */
  readonly print: readonly [number, number]
  /** The signature was checked and is good. */
  verified: boolean
}

/** The operations of a run, by number and by CID. */
export class RunOps {
  readonly list: RunOp[] = []
  private readonly byCid = new Map<OpCid, RunOp>()
  /** By a word of its bytes, where no later one has the same: spares the hash of what comes again. */
  private readonly byWord = new Map<number, RunOp>()

  /** The operation with its number; made when it is first met. */
  intern(op: Op, { bytes, sig }: SignedOp): RunOp {
    const known = this.byCid.get(op.cid)
    if (known && (known.sig || !sig)) return known
    const { cid } = op
    const made = { index: known?.index ?? this.list.length, op, bytes, sig }
    const entry = { ...made, print: printOf(cid), verified: false }
    this.list[entry.index] = entry
    this.byCid.set(cid, entry)
    this.byWord.set(wordOf(bytes), entry)
    return entry
  }

  /** An operation by its CID. */
  get(cid: OpCid): RunOp | undefined {
    return this.byCid.get(cid)
  }

  /** What came over a stream, with what the run knows of it already. */
  recall(item: SignedOp): Incoming {
    const known = this.find(item.bytes) ?? this.learn(item)
    if (!known) return item
    const { op, bytes, verified } = known
    const isSame = item.sig !== null && known.sig !== null && isEqual(item.sig, known.sig)
    return isSame ? { bytes, sig: known.sig, op, verified } : { bytes, sig: item.sig, op }
  }

  private find(bytes: Uint8Array): RunOp | undefined {
    const likely = this.byWord.get(wordOf(bytes))
    if (likely && isEqual(likely.bytes, bytes)) return likely
    return this.byCid.get(cidOf(bytes, opensslSha256))
  }

  private learn(item: SignedOp): RunOp | undefined {
    const decoded = decodeOp(item.bytes, opensslSha256)
    return decoded.ok ? this.intern(decoded.value, item) : undefined
  }
}

/** How many of its bytes say what an operation is called by. */
const SAMPLES = 16

/** A word of a few of the bytes: among them are some of a CID, which are as good as random. */
function wordOf(bytes: Uint8Array): number {
  const step = Math.max(1, Math.floor(bytes.length / SAMPLES))
  let word = bytes.length
  for (let at = 0; at < bytes.length; at += step)
    word = Math.imul(word ^ (bytes[at] as number), 0x01000193)
  return word
}

/** True for equal bytes. */
export const isEqual = (a: Uint8Array, b: Uint8Array): boolean =>
  a === b || Buffer.compare(a, b) === 0

/** The end of a CID is as good as random. */
function printOf(cid: OpCid): readonly [number, number] {
  let x = 0x811c9dc5
  let y = 0x01000193
  for (let i = cid.length - 24; i < cid.length; i++) {
    x = Math.imul(x ^ cid.charCodeAt(i), 0x01000193)
    y = Math.imul(y ^ cid.charCodeAt(i), 0x85ebca6b)
  }
  return [mixWord(x), mixWord(y ^ x)]
}

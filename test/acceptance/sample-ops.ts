/** Real signed operations for tests of stores: whole chains of a few keys. */
import { hash } from 'node:crypto'
import { nodeSigner } from '../../node/crypto/node-signer.ts'
import type { OpCid } from '../../src/op/ids.ts'
import { signOp } from '../../src/op/operation.ts'
import type { StoreBatch, StoredOp } from '../../src/replica/store.ts'

/** How sample chains look. */
export interface SampleOptions {
  /** Keys. */
  readonly keys?: number
  /** Characters of filler in each body. */
  readonly fillerLength?: number
  /** Sign every n-th operation of a chain, and always the last. */
  readonly signEvery?: number
}

/** The 32-byte seed of sample key `n`. */
export const sampleSeed = (n: number): Uint8Array => hash('sha256', `sample key ${n}`, 'buffer')

/** `count` operations spread over the chains of a few keys, oldest first within each chain. */
export function sampleOps(count: number, options: SampleOptions = {}): readonly StoredOp[] {
  const { keys = 4, fillerLength = 60, signEvery = 5 } = options
  const chains = Array.from({ length: keys }, (_, k) =>
    chain(k, Math.ceil(count / keys), signEvery, fillerLength),
  )
  return chains.flat().slice(0, count)
}

function chain(k: number, length: number, signEvery: number, fillerLength: number): StoredOp[] {
  const signer = nodeSigner(sampleSeed(k))
  const ops: StoredOp[] = []
  let prev: OpCid | null = null
  for (let seq = 0; seq < length; seq++) {
    const at: number = 1_700_000_000_000 + seq
    const body = { text: `${k}/${seq} `.padEnd(fillerLength, 'moot ') }
    const envelope = {
      v: 1,
      coalition: null,
      key: signer.key,
      seq,
      prev,
      at,
      refs: [],
      type: 'comment',
      body,
    }
    const signed: ReturnType<typeof signOp> = signOp(
      { ...envelope, coalition: seq === 0 ? null : COALITION },
      signer,
    )
    prev = signed.op.cid
    const isSigned = seq % signEvery === 0 || seq === length - 1
    ops.push({
      cid: prev,
      key: signer.key,
      seq,
      bytes: signed.bytes,
      sig: isSigned ? signed.sig : null,
      seenAt: at + 7,
    })
  }
  return ops
}

/** The CID of the sample coalition: that of the first operation of sample key 0, unpadded. */
const COALITION: OpCid = signOp(
  {
    v: 1,
    coalition: null,
    key: nodeSigner(sampleSeed(0)).key,
    seq: 0,
    prev: null,
    at: 0,
    refs: [],
    type: 'coalition.found',
    body: {},
  },
  nodeSigner(sampleSeed(0)),
).op.cid

/** A batch that changes nothing but what is given. */
export const batchOf = (part: Partial<StoreBatch>): StoreBatch => ({
  puts: [],
  drops: [],
  signatures: [],
  notes: [],
  ...part,
})

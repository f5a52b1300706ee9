/**
 * A coalition as a CAR (v1) file, for archives and audits: one block for each held operation, then
 * blocks `{ signatures: [[CID, 64 bytes] …] }` with every signature that vouches for them. The
 * root is the coalition's id, the founding operation.
 */
import * as CarBufferWriter from '@ipld/car/buffer-writer'
import type { CID } from 'multiformats/cid'
import { encodeValue } from '../../src/op/cbor.ts'
import { cidOf, linkOf } from '../../src/op/cid.ts'
import { invariant } from '../../src/op/refusal.ts'
import type { Replica } from '../../src/replica/replica.ts'
import type { StoredOp } from '../../src/replica/store.ts'
import { nodeSha256 } from '../crypto/node-sha256.ts'

/** Signatures in one block: about 400 KB. */
const SIGNATURES_PER_BLOCK = 4_000

interface Block {
  readonly cid: CID
  readonly bytes: Uint8Array
}

/** Everything that is held, as the bytes of a CAR file. */
export function exportCar(replica: Replica): Uint8Array {
  const ops = storedOps(replica)
  const roots = [linkOf(replica.coalition)]
  const blocks = [...ops.map(opBlock), ...signatureBlocks(ops)]
  const size = blocks.reduce(
    (sum, block) => sum + CarBufferWriter.blockLength(block),
    CarBufferWriter.headerLength({ roots }),
  )
  const writer = CarBufferWriter.createWriter(new ArrayBuffer(size), { roots })
  for (const block of blocks) writer.write(block)
  return writer.close()
}

/** Chain by chain, oldest first: a reader can verify as it goes. */
function storedOps(replica: Replica): StoredOp[] {
  const held = [...replica.ledger.byCid.values()].sort((a, b) =>
    a.op.key < b.op.key ? -1 : a.op.key > b.op.key ? 1 : a.op.seq - b.op.seq,
  )
  return held.map(({ op }) => {
    const stored = replica.stored(op.cid)
    invariant(stored, `operation ${op.cid} is held and not stored`)
    return stored
  })
}

const opBlock = ({ cid, bytes }: StoredOp): Block => ({ cid: linkOf(cid), bytes })

function signatureBlocks(ops: readonly StoredOp[]): Block[] {
  const signatures = ops.flatMap(({ cid, sig }) => (sig ? [[linkOf(cid), sig] as const] : []))
  const blocks: Block[] = []
  for (let at = 0; at < signatures.length; at += SIGNATURES_PER_BLOCK) {
    const bytes = encodeValue({ signatures: signatures.slice(at, at + SIGNATURES_PER_BLOCK) })
    blocks.push({ cid: linkOf(cidOf(bytes, nodeSha256)), bytes })
  }
  return blocks
}

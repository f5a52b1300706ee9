/** Operations as rows: read only if bytes, CID and the rest of the row agree (design §6.2). */
import type { SQLOutputValue } from 'node:sqlite'
import type { KeyId } from '../../src/op/ids.ts'
import { keyIdFromBytes } from '../../src/op/key-id.ts'
import type { StoredOp } from '../../src/replica/store.ts'
import { nodeSha256 } from '../crypto/node-sha256.ts'
import { asBlob, asInteger, cidOfDigest, DIGEST_BYTES, opCrc, sameBytes } from './row-check.ts'

/** A row of a query that selects `OP_COLUMNS`. */
export type OpRow = { readonly [column: string]: SQLOutputValue }

/** The columns that `readOpRow` needs, of `op` joined with `chain`. */
export const OP_COLUMNS =
  'op.digest AS digest, chain.key AS key, op.seq AS seq, op.bytes AS bytes, op.sig AS sig, ' +
  'op.seen AS seen, op.crc AS crc'

/** Turns the key bytes of rows into ids; rows of one chain share one string. */
export function keyReader(): (bytes: Uint8Array) => KeyId {
  let last: { readonly bytes: Uint8Array; readonly key: KeyId } | undefined
  return (bytes) => {
    if (last === undefined || !sameBytes(last.bytes, bytes))
      last = { bytes, key: keyIdFromBytes(bytes) }
    return last.key
  }
}

/** The operation of a row, or a sentence that says what is wrong with the row. */
export function readOpRow(row: OpRow, keyOf: (bytes: Uint8Array) => KeyId): StoredOp | string {
  const digest = asBlob(row.digest)
  const key = asBlob(row.key)
  if (digest?.length !== DIGEST_BYTES) return 'an operation without a digest'
  const cid = cidOfDigest(digest)
  const bytes = asBlob(row.bytes)
  if (bytes === undefined || !sameBytes(nodeSha256(bytes), digest))
    return `operation ${cid} does not hash to its CID`
  const seq = asInteger(row.seq)
  const seenAt = asInteger(row.seen)
  const sig = row.sig === null ? null : asBlob(row.sig)
  if (
    key?.length !== DIGEST_BYTES ||
    seq === undefined ||
    seenAt === undefined ||
    sig === undefined
  )
    return `the row of operation ${cid} has a column of the wrong type`
  if (opCrc({ digest, key, seq, seenAt, sig }) !== row.crc)
    return `the row of operation ${cid} does not match its checksum`
  return { cid, key: keyOf(key), seq, bytes, sig, seenAt }
}

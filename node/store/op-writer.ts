/** Writes a batch through prepared statements; the caller holds the transaction. */
import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite'
import type { KeyId, OpCid } from '../../src/op/ids.ts'
import { keyBytes } from '../../src/op/key-id.ts'
import { invariant } from '../../src/op/refusal.ts'
import type { StoreBatch, StoredOp } from '../../src/replica/store.ts'
import type { Images } from './images.ts'
import { asInteger, digestOf, opCrc, textCrc } from './row-check.ts'

const PUT = `
  INSERT INTO op (digest, chain, seq, bytes, sig, seen, crc) VALUES (?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (digest) DO NOTHING`
const PUT_AGAIN = `
  UPDATE op SET chain = ?2, seq = ?3, bytes = ?4, sig = ?5, seen = ?6, crc = ?7
  WHERE digest = ?1 RETURNING id`
const CHAIN = `
  INSERT INTO chain (key) VALUES (?) ON CONFLICT (key) DO UPDATE SET key = excluded.key
  RETURNING id`
const NOTE = `
  INSERT INTO note (name, value, crc) VALUES (?, ?, ?)
  ON CONFLICT (name) DO UPDATE SET value = excluded.value, crc = excluded.crc`

interface Chain {
  readonly id: number
  readonly key: Uint8Array
}

/** The statements that change the store, prepared once. */
export class OpWriter {
  private readonly chains = new Map<KeyId, Chain>()
  private readonly putOp: StatementSync
  private readonly putOpAgain: StatementSync
  private readonly putChain: StatementSync
  private readonly signOp: StatementSync
  private readonly dropOp: StatementSync
  private readonly putNote: StatementSync
  private readonly dropNote: StatementSync
  private readonly images: Images

  constructor(db: DatabaseSync, images: Images) {
    this.images = images
    this.putOp = db.prepare(PUT)
    this.putOpAgain = db.prepare(PUT_AGAIN)
    this.putChain = db.prepare(CHAIN)
    this.signOp = db.prepare('UPDATE op SET sig = ?, crc = ? WHERE digest = ? RETURNING id')
    this.dropOp = db.prepare('DELETE FROM op WHERE digest = ? RETURNING id')
    this.putNote = db.prepare(NOTE)
    this.dropNote = db.prepare('DELETE FROM note WHERE name = ?')
  }

  /** Writes all of a batch; `get` reads an operation as it stands inside the transaction. */
  write(batch: StoreBatch, get: (cid: OpCid) => StoredOp | undefined): void {
    for (const op of batch.puts) this.put(op)
    for (const [cid, sig] of batch.signatures) this.sign(get(cid), sig)
    for (const cid of batch.drops) this.drop(cid)
    for (const [name, value] of batch.notes) {
      if (value === null) this.dropNote.run(name)
      else this.putNote.run(name, value, textCrc(name, value))
    }
  }

  /** Forgets the row ids that it knew: after a rollback they may not exist. */
  forget(): void {
    this.chains.clear()
  }

  private put(op: StoredOp): void {
    const { id, key } = this.chains.get(op.key) ?? this.openChain(op.key)
    const digest = digestOf(op.cid)
    const crc = opCrc({ digest, key, seq: op.seq, seenAt: op.seenAt, sig: op.sig })
    const row = [digest, id, op.seq, op.bytes, op.sig, op.seenAt, crc] as const
    // A new row comes after all that an image knows.
    if (this.putOp.run(...row).changes === 0)
      this.images.changedRow(rowOf(this.putOpAgain.get(...row)))
  }

  private drop(cid: OpCid): void {
    const row = this.dropOp.get(digestOf(cid))
    if (row) this.images.changedRow(rowOf(row))
  }

  private sign(op: StoredOp | undefined, sig: Uint8Array): void {
    if (op === undefined) return
    const digest = digestOf(op.cid)
    const crc = opCrc({ digest, key: keyBytes(op.key), seq: op.seq, seenAt: op.seenAt, sig })
    const row = this.signOp.get(sig, crc, digest)
    if (row) this.images.signedRow(rowOf(row))
  }

  private openChain(keyId: KeyId): Chain {
    const key = keyBytes(keyId)
    const id = asInteger(this.putChain.get(key)?.id)
    invariant(id !== undefined, 'an inserted chain has a row id')
    const chain = { id, key }
    this.chains.set(keyId, chain)
    return chain
  }
}

function rowOf(row: { readonly [column: string]: SQLOutputValue } | undefined): number {
  const id = asInteger(row?.id)
  invariant(id !== undefined, 'a written row has an id')
  return id
}

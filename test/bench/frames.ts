/** Histories in frames, as a sync session sends them: taken in by a replica, and the bare floor of that. */
import { DatabaseSync } from 'node:sqlite'
import { decode } from '@ipld/dag-cbor'
import { nodeSha256 } from '../../node/crypto/node-sha256.ts'
import type { KeyId } from '../../src/op/ids.ts'
import { InvariantError, unwrap } from '../../src/op/refusal.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { decodeMessage, encodeMessage } from '../../src/sync/message.ts'
import { MAX_OPS_BYTES } from '../../src/sync/runs.ts'
import { freshPath, remove } from './disk.ts'
import type { NodeReplica } from './node-replica.ts'
import type { Lap } from './rounds.ts'
import type { HistoryOp } from './scribe.ts'

/** Chain after chain, one signature at the end of each, in frames as a session cuts them. */
export function framesOf(ops: readonly HistoryOp[]): HistoryOp[][] {
  const chains = new Map<KeyId, HistoryOp[]>()
  for (const item of ops) {
    const chain = chains.get(item.op.key)
    if (chain) chain.push(item)
    else chains.set(item.op.key, [item])
  }
  const frames: HistoryOp[][] = []
  let room = 0
  for (const [, chain] of [...chains].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const sizeBytes = chain.reduce((sum, { bytes }) => sum + bytes.length + 80, 0)
    if (sizeBytes > MAX_OPS_BYTES) throw new InvariantError('a chain is larger than a frame')
    if (sizeBytes > room) {
      frames.push([])
      room = MAX_OPS_BYTES
    }
    frames.at(-1)?.push(...chain)
    room -= sizeBytes
  }
  return frames
}

/** Frame by frame, each durable before the next; `finish` reads what follows from all. */
export function ingestFrames(
  { replica, close }: NodeReplica,
  parcels: readonly (readonly HistoryOp[])[],
  finish: (replica: Replica) => void,
): Lap {
  const frames = parcels.map((ops) => encodeMessage({ kind: 'ops', ops }))
  return {
    step(i) {
      const message = unwrap(decodeMessage(frames[i] ?? new Uint8Array()))
      if (message.kind === 'ops') replica.ingest(message.ops, 'peer')
      replica.flush()
    },
    finish: () => finish(replica),
    close,
  }
}

/** The pragmas of the shipped store, and the plainest table. */
const SETUP = `
  PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
  PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -32000;
  CREATE TABLE op (digest BLOB PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
`

/** SHA-256, decoding and insertion of the same bytes, and nothing else. */
export function bareIngest(frames: readonly (readonly HistoryOp[])[]): Lap {
  const path = freshPath()
  const db = new DatabaseSync(path)
  db.exec(SETUP)
  const insert = db.prepare('INSERT INTO op (digest, bytes) VALUES (?, ?)')
  return {
    step(i) {
      db.exec('BEGIN IMMEDIATE')
      for (const { bytes } of frames[i] ?? []) {
        decode(bytes)
        insert.run(nodeSha256(bytes), bytes)
      }
      db.exec('COMMIT')
    },
    close() {
      db.close()
      remove(path)
    },
  }
}

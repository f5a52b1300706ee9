/**
 * Documents (design §2.5): edits are taken in as any operation is, without Automerge; one that is
 * read is derived then, from a snapshot if there is one. The floor of deriving is plain Automerge:
 * each edit on a fork of the document at what it builds on.
 */
import { nodeSha256 } from '../../node/crypto/node-sha256.ts'
import { documentEdit, type Edit } from '../../src/document/ops.ts'
import type { SnapshotStore } from '../../src/document/snapshot.ts'
import type { OpCid } from '../../src/op/ids.ts'
import { InvariantError, invariant, unwrap } from '../../src/op/refusal.ts'
import { readBody } from '../../src/op/type.ts'
import { Replica } from '../../src/replica/replica.ts'
import { MemoryStore } from '../../src/replica/store.ts'
import { plainAutomerge } from '../support/plain-automerge.ts'
import type { Bench, BenchOptions, BenchResult } from './bench.ts'
import { type DocumentHistory, makeDocumentHistory } from './document-history.ts'
import { bareIngest, framesOf, ingestFrames } from './frames.ts'
import { openReader, verifier } from './node-replica.ts'
import { median, medianRatio, takeTurns } from './rounds.ts'

const INGEST_GOAL = 2
const WARM_GOAL_MS = 50
const COLD_GOAL_MS = 5
/** Edits of the document that is opened. */
const EDITS = 1_000
/** Edits of the part that plain Automerge derives: it takes tens of ms for each. */
const PLAIN_EDITS = 200

/** `documents`. */
export const documents: Bench = { name: 'documents', run }

async function run(options: BenchOptions): Promise<BenchResult[]> {
  return [await ingestRow(options), ...openRows(options)]
}

async function ingestRow({ quick, progress }: BenchOptions): Promise<BenchResult> {
  const edits = quick ? 20_000 : 100_000
  const shape = { documents: 200, edits, authors: 5, concurrency: 0.1 }
  const history = makeDocumentHistory(shape)
  const parcels = framesOf(history.ops)
  progress(`  ${edits} edits of ${shape.documents} documents in ${parcels.length} frames`)
  const expect = (replica: Replica) => expectHeld(replica, history)
  const times = await takeTurns(
    [
      { name: 'floor', open: () => bareIngest(parcels) },
      { name: 'ours', open: () => ingestFrames(openReader(history), parcels, expect) },
    ],
    { floor: [], ours: [] },
    { slices: parcels.length, rounds: quick ? 2 : 3 },
  )
  const ratio = medianRatio(times.ours, times.floor)
  const rate = (ms: readonly number[]) => (history.ops.length / median(ms)) * 1000
  return {
    name: `ingest of ${edits} edits of ${shape.documents} documents, store and views on`,
    value: rate(times.ours),
    unit: 'ops/s',
    floor: rate(times.floor),
    ratio,
    goal: `≤ ${INGEST_GOAL} × the time of bare SHA-256 + dag-cbor decode + SQLite insert`,
    met: ratio <= INGEST_GOAL,
  }
}

function expectHeld({ ledger, views }: Replica, { founded, ops, documents: ids }: DocumentHistory) {
  const held = ledger.byCid.size
  const topics = views.documents.topics().length
  if (held !== founded.ops.length + ops.length || topics !== ids.length)
    throw new InvariantError(`held ${held} operations, ${topics} documents`)
}

function openRows({ quick, progress }: BenchOptions): BenchResult[] {
  const rounds = quick ? 3 : 5
  const history = makeDocumentHistory({ documents: 1, edits: EDITS, authors: 5, concurrency: 0.1 })
  progress(`  a document of ${EDITS} edits by 5 authors, a tenth of them concurrent`)
  const kept = new Map<OpCid, Uint8Array>()
  const keeping: SnapshotStore = {
    get: (id) => kept.get(id),
    put: (id, bytes) => void kept.set(id, bytes),
  }
  const cold: number[] = []
  const warm: number[] = []
  for (let round = 0; round <= rounds; round++) {
    kept.clear()
    const coldMs = openingMs(history, keeping)
    const warmMs = openingMs(history, keeping)
    if (round > 0) cold.push(coldMs / EDITS)
    if (round > 0) warm.push(warmMs)
  }
  const plainMs = plainMsPerEdit()
  const row = (name: string, ms: number, floor: number | null, goal: number): BenchResult => ({
    name,
    value: ms,
    unit: 'ms',
    floor,
    ratio: floor === null ? null : ms / floor,
    goal: `≤ ${goal} ms`,
    met: ms <= goal,
  })
  return [
    row(`open a document of ${EDITS} edits from its snapshot`, median(warm), null, WARM_GOAL_MS),
    row(`derive a document of ${EDITS} edits, each`, median(cold), plainMs, COLD_GOAL_MS),
  ]
}

/** Opens the document in a replica that has just started, and reads its value. */
function openingMs(
  { founded, ops, documents: [id], endsAt }: DocumentHistory,
  snapshots: SnapshotStore,
): number {
  invariant(id, 'one document')
  const replica = Replica.open({
    coalition: founded.coalition,
    store: new MemoryStore(),
    clock: { now: () => endsAt },
    verifier,
    hash: nodeSha256,
    snapshots,
  })
  replica.ingest(founded.ops)
  for (const parcel of framesOf(ops)) replica.ingest(parcel)
  globalThis.gc?.()
  const start = performance.now()
  const document = unwrap(replica.views.documents.open(id))
  const { value } = document
  const tookMs = performance.now() - start
  if (typeof value !== 'string' || document.editCount !== EDITS)
    throw new InvariantError(`${document.editCount} edits count`)
  replica.views.documents.close()
  return tookMs
}

/** What plain Automerge takes for an edit, in ms, in a document of that size at its end. */
function plainMsPerEdit(): number {
  const history = makeDocumentHistory({
    documents: 1,
    edits: PLAIN_EDITS,
    authors: 5,
    concurrency: 0.1,
  })
  const [id] = history.documents
  invariant(id, 'one document')
  const edits = history.ops.flatMap(({ op }) => {
    const body = readBody(op, documentEdit)
    if (op.type !== documentEdit.type || !body.ok) return []
    const after = body.value.after.flatMap((position) => op.refs[position] ?? [])
    return { cid: op.cid, after, edits: body.value.edits as Edit[] }
  })
  const start = performance.now()
  plainAutomerge(id, 'text', edits)
  return (performance.now() - start) / PLAIN_EDITS
}

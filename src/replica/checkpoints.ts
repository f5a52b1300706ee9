/** When a node says what it has seen, and how (design §2.4). */
import type { CID } from 'multiformats/cid'
import type { SeenFrontier } from '../chain/checkpoint.ts'
import type { Chain } from '../chain/held.ts'
import { MAX_CHECKPOINT_ENTRIES } from '../chain/ops.ts'
import { proofsOf } from '../chain/recount.ts'
import { linkOf } from '../op/cid.ts'
import type { OpCid } from '../op/ids.ts'
import { keyBytes } from '../op/key-id.ts'
import type { Scene } from './closing.ts'
import type { Duties, Duty } from './duties.ts'
import type { ReplicaReader } from './reader.ts'

/** What a node remembers of its own checkpoints. */
export interface CheckpointState {
  hasNews: boolean
  /** The `at` of its last checkpoint, in ms. */
  lastAt: number
}

type CheckpointEntry = readonly [Uint8Array, number, CID]

/** Checkpoint drafts that are due: with news, and the last one older than the charter's interval. */
export function checkpointDrafts(
  replica: ReplicaReader,
  state: CheckpointState,
  scene: Scene,
  isForced: boolean,
): Duties {
  const idle: Duties = { due: [], wakeAt: Number.POSITIVE_INFINITY }
  if (!state.hasNews || replica.mayIssue('checkpoint')) return idle
  const dueAt = state.lastAt + scene.standing.current.charter.limits.checkpointEvery
  if (!isForced && scene.now < dueAt) return { due: [], wakeAt: dueAt }
  const last = lastCheckpoint(replica)
  const seen = last ? replica.views.checkpoints.frontierOf(last) : undefined
  const entries = newEntries(replica, seen)
  if (entries.length === 0) return idle
  return { due: chunks(entries, seen === undefined), wakeAt: Number.POSITIVE_INFINITY }
}

/** This node's latest checkpoint. */
export function lastCheckpoint({ ledger, signer }: ReplicaReader): OpCid | undefined {
  const chain = signer && ledger.chains.get(signer.key)?.main
  return chain?.findLast(({ op }) => op.type === 'checkpoint')?.op.cid
}

function newEntries({ ledger }: ReplicaReader, seen: SeenFrontier | undefined): CheckpointEntry[] {
  const entries: CheckpointEntry[] = []
  for (const chain of [...ledger.chains.values()].sort((a, b) => (a.key < b.key ? -1 : 1))) {
    if (!ledger.keyring.knows(chain.key)) continue
    const before = seen?.get(chain.key)
    const last = chain.main[Math.min(chain.main.length, chain.cut) - 1]?.op
    if (Number.isFinite(chain.forkedAt) && chain.forkedAt === chain.cut) {
      if (!before?.twin) entries.push(...forkEntries(chain))
    } else if (last && (before?.seq !== last.seq || before.cid !== last.cid))
      entries.push([keyBytes(chain.key), last.seq, linkOf(last.cid)])
  }
  return entries
}

/** A forked key is shown by both operations at the forked seq. */
const forkEntries = (chain: Chain): CheckpointEntry[] =>
  proofsOf(chain).map(({ op }) => [keyBytes(chain.key), op.seq, linkOf(op.cid)])

function chunks(entries: readonly CheckpointEntry[], isFirst: boolean): Duty[] {
  const duties: Duty[] = []
  for (let at = 0; at < entries.length; at += MAX_CHECKPOINT_ENTRIES) {
    const frontier = entries.slice(at, at + MAX_CHECKPOINT_ENTRIES)
    const body = { full: isFirst && at === 0, frontier }
    const draft = { type: 'checkpoint', refs: [], body }
    duties.push({ kind: 'checkpoint', ballot: null, why: 'it has news', draft })
  }
  return duties
}

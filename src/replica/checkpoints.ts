/** When a node says what it has seen, and how (design §2.4). */
import type { CID } from 'multiformats/cid'
import type { Seen, SeenFrontier } from '../chain/checkpoint.ts'
import { type Chain, type Held, hasEffect } from '../chain/held.ts'
import { checkpoint, MAX_CHECKPOINT_ENTRIES } from '../chain/ops.ts'
import { proofsOf } from '../chain/recount.ts'
import { linkOf } from '../op/cid.ts'
import type { KeyId, OpCid } from '../op/ids.ts'
import { keyBytes, keyIdFromBytes } from '../op/key-id.ts'
import type { Op } from '../op/operation.ts'
import { FIRST_PROTOCOL, readBody } from '../op/type.ts'
import type { Scene } from './closing.ts'
import type { Duties, Duty } from './duties.ts'
import type { ReplicaReader } from './reader.ts'
import { awaitingPanel } from './recourse/disputes.ts'

/**
 * What has changed since a node's last checkpoint: looking for it costs what changed, not what is.
 * Who signs nothing has no news.
 */
export class CheckpointNews {
  /** The `at` of the last own checkpoint, in ms. */
  lastAt = 0
  /** Something but checkpoints. */
  hasNews = false
  /** The last own checkpoint was full: there was more to say than fits into one. */
  isContinued = false
  private readonly own: KeyId | undefined
  private readonly changed = new Set<KeyId>()

  constructor(own: KeyId | undefined) {
    this.own = own
  }

  /** Takes in an operation that counts now. */
  hear({ op }: Held): void {
    if (this.own === undefined) return
    if (op.key === this.own && op.type === checkpoint.type) this.said(op)
    else if (op.type !== checkpoint.type) this.hasNews = true
    this.changed.add(op.key)
  }

  /** Everything was counted anew: what is held may all be news. */
  reset(chains: Iterable<Chain>): void {
    if (this.own === undefined) return
    this.changed.clear()
    this.hasNews = true
    for (const { key, main } of chains) {
      this.changed.add(key)
      if (key === this.own)
        for (const held of main)
          if (held.op.type === checkpoint.type && hasEffect(held))
            this.lastAt = Math.max(this.lastAt, held.op.at)
    }
  }

  /** Keys about which there may be something to say, in order. */
  keys(): KeyId[] {
    return [...this.changed].sort()
  }

  /** There is nothing to say of a key. */
  forget(key: KeyId): void {
    this.changed.delete(key)
  }

  private said(op: Op): void {
    this.lastAt = Math.max(this.lastAt, op.at)
    const body = readBody(op, checkpoint, FIRST_PROTOCOL)
    const frontier = body.ok ? body.value.frontier : []
    for (const [key] of frontier) this.changed.delete(keyIdFromBytes(key))
    this.isContinued = frontier.length >= FULL_CHUNK
    this.hasNews = this.isContinued && this.changed.size > 0
  }
}

/** A chunk may be one entry short, so that the two entries of a forked key stay together. */
const FULL_CHUNK = MAX_CHECKPOINT_ENTRIES - 1

type CheckpointEntry = readonly [Uint8Array, number, CID]

/** Between two checkpoints of which the second is for disputes, in ms: nobody makes us say more. */
export const DISPUTE_CHECKPOINT_MS = 60_000

/**
 * Checkpoint drafts that are due: with news, and the last one older than the charter's interval; or
 * earlier, where a panel can be drawn by our records only once we have said that we know its dispute.
 */
export function checkpointDrafts(
  replica: ReplicaReader,
  news: CheckpointNews,
  scene: Scene,
  isForced: boolean,
): Duties {
  const idle: Duties = { due: [], wakeAt: Number.POSITIVE_INFINITY }
  if (!news.hasNews || replica.mayIssue('checkpoint')) return idle
  const { checkpointEvery } = scene.standing.current.charter.limits
  const last = lastCheckpoint(replica)
  const seen = last ? replica.views.checkpoints.frontierOf(last) : undefined
  const everyMs = hidesDispute(replica, scene, seen)
    ? Math.min(checkpointEvery, DISPUTE_CHECKPOINT_MS)
    : checkpointEvery
  const dueAt = news.lastAt + everyMs
  if (!isForced && !news.isContinued && scene.now < dueAt) return { due: [], wakeAt: dueAt }
  const entries = newEntries(replica, news, seen)
  if (entries.length === 0) return idle
  return { due: chunks(entries, seen === undefined), wakeAt: Number.POSITIVE_INFINITY }
}

/** True when a dispute waits for its panel that our last checkpoint does not show (§3.8). */
function hidesDispute(
  { views, signer }: ReplicaReader,
  { standing: { current } }: Scene,
  seen: SeenFrontier | undefined,
): boolean {
  const self = signer && current.charter.panels && views.stakeholderOf(signer.key, current.charter)
  if (!self) return false
  return awaitingPanel(views.matters.disputes(), self).some(
    ({ held: { op } }) => (seen?.get(op.key)?.seq ?? -1) < op.seq,
  )
}

/** This node's latest checkpoint. */
export function lastCheckpoint({ ledger, signer }: ReplicaReader): OpCid | undefined {
  const chain = signer && ledger.chains.get(signer.key)?.main
  return chain?.findLast(({ op }) => op.type === 'checkpoint')?.op.cid
}

/** What there is to say of each key that has changed. */
function newEntries(
  { ledger }: ReplicaReader,
  news: CheckpointNews,
  seen: SeenFrontier | undefined,
): CheckpointEntry[][] {
  return news.keys().flatMap((key) => {
    const entries = ledger.keyring.knows(key) ? entriesOf(ledger.chain(key), seen?.get(key)) : []
    if (entries.length === 0) news.forget(key)
    return entries.length === 0 ? [] : [entries]
  })
}

function entriesOf(chain: Chain, before: Seen | undefined): CheckpointEntry[] {
  if (Number.isFinite(chain.forkedAt) && chain.forkedAt === chain.cut)
    return before?.twin ? [] : forkEntries(chain)
  const last = chain.main[Math.min(chain.main.length, chain.cut) - 1]?.op
  const isNew = last && (before?.seq !== last.seq || before.cid !== last.cid)
  return isNew ? [[keyBytes(chain.key), last.seq, linkOf(last.cid)]] : []
}

/** A forked key is shown by both operations at the forked seq. */
const forkEntries = (chain: Chain): CheckpointEntry[] =>
  proofsOf(chain).map(({ op }) => [keyBytes(chain.key), op.seq, linkOf(op.cid)])

function chunks(entries: readonly CheckpointEntry[][], isFirst: boolean): Duty[] {
  const frontiers: CheckpointEntry[][] = [[]]
  for (const ofKey of entries) {
    const last = frontiers.at(-1)
    if (last && last.length + ofKey.length <= MAX_CHECKPOINT_ENTRIES) last.push(...ofKey)
    else frontiers.push([...ofKey])
  }
  return frontiers.map((frontier, i) => {
    const draft = { type: checkpoint.type, refs: [], body: { full: isFirst && i === 0, frontier } }
    return { kind: 'checkpoint', ballot: null, why: 'it has news', draft }
  })
}

/** Checkpoints: the frontier that an author has seen (design §2.4), as deltas along its chain. */

import type { z } from 'zod'
import { opCidOf } from '../op/cid.ts'
import type { KeyId, OpCid } from '../op/ids.ts'
import { keyIdFromBytes } from '../op/key-id.ts'
import type { Op } from '../op/operation.ts'
import { FIRST_PROTOCOL, readBody } from '../op/type.ts'
import type { Held } from './held.ts'
import { MAX_FRONTIER_KEYS } from './limits.ts'
import { checkpoint } from './ops.ts'

/** Of so many deltas one is remembered with all before it. */
const REMEMBERED_EVERY = 64
/** Most entries of all remembered frontiers together: some tens of megabytes. */
const MAX_REMEMBERED_ENTRIES = 1_000_000

/** What a checkpoint says of one key. */
export interface Seen {
  readonly seq: number
  readonly cid: OpCid
  /** The other operation that the author had seen at this seq: the key had forked. */
  readonly twin: OpCid | null
}

/** A frontier as a checkpoint shows it. */
export type SeenFrontier = ReadonlyMap<KeyId, Seen>

type CheckpointBody = z.infer<typeof checkpoint.body>

/** Bodies that were read: each once, however many replicas of a process hold the operation. */
const bodies = new WeakMap<Op, CheckpointBody | undefined>()

/**
 * Reads checkpoints and remembers what some of them add up to: the last ones that were asked for,
 * and one in so many on the way there. So an author of many checkpoints, each a delta, who then
 * builds on them in any order, costs neither time nor memory out of proportion.
 */
export class Checkpoints {
  private readonly remembered = new Map<OpCid, SeenFrontier>()
  private rememberedEntries = 0
  private readonly previous = new Map<OpCid, OpCid | null>()
  private readonly lookup: (cid: OpCid) => Held | undefined

  constructor(lookup: (cid: OpCid) => Held | undefined) {
    this.lookup = lookup
  }

  /** The whole frontier of a checkpoint; undefined when it is none or its chain is not held. */
  frontierOf(cid: OpCid): SeenFrontier | undefined {
    const deltas: { readonly cid: OpCid; readonly body: CheckpointBody }[] = []
    let base: SeenFrontier | undefined
    for (let at: OpCid | null | undefined = cid; at !== null; at = this.checkpointBefore(at)) {
      const body = at && this.bodyOf(at)
      // Half a chain adds up to half a frontier: that must not be remembered.
      if (!at || !body) return undefined
      base = this.remembered.get(at)
      if (base) break
      deltas.push({ cid: at, body })
      if (body.full) break
    }
    if (base && deltas.length === 0) return base
    const [last] = deltas
    const alone = last?.body.full ? fullFrontierOf(last.body) : undefined
    if (alone) return alone
    const frontier = new Map(base)
    deltas.reverse().forEach((delta, i) => {
      addEntries(frontier, delta.body)
      if ((i + 1) % REMEMBERED_EVERY === 0) this.remember(delta.cid, new Map(frontier))
    })
    this.remember(cid, frontier)
    return frontier
  }

  private bodyOf(cid: OpCid): CheckpointBody | undefined {
    const op = this.lookup(cid)?.op
    if (!op) return undefined
    if (!bodies.has(op)) {
      const body = readBody(op, checkpoint, FIRST_PROTOCOL)
      bodies.set(op, body.ok && op.type === checkpoint.type ? body.value : undefined)
    }
    return bodies.get(op)
  }

  /** The checkpoint before another; null when that was the first, undefined for a gap. */
  private checkpointBefore(cid: OpCid): OpCid | null | undefined {
    const known = this.previous.get(cid)
    if (known !== undefined) return known
    for (let at = this.lookup(cid)?.op.prev ?? null; at !== null; ) {
      const op: Op | undefined = this.lookup(at)?.op
      if (!op) return undefined
      // One that is not understood hides what was before it.
      if (op.type === checkpoint.type) return this.link(cid, this.bodyOf(at) ? at : null)
      at = op.prev
    }
    return this.link(cid, null)
  }

  private link(cid: OpCid, before: OpCid | null): OpCid | null {
    this.previous.set(cid, before)
    return before
  }

  private remember(cid: OpCid, frontier: SeenFrontier): void {
    if (this.remembered.has(cid)) return
    this.remembered.set(cid, frontier)
    this.rememberedEntries += frontier.size
    for (const [oldest, { size }] of this.remembered) {
      if (this.rememberedEntries <= MAX_REMEMBERED_ENTRIES || oldest === cid) return
      this.remembered.delete(oldest)
      this.rememberedEntries -= size
    }
  }
}

/**
 * What a checkpoint says that is not a delta: it takes nothing from those before it, so the replicas
 * of one process hold it once.
 */
function fullFrontierOf(body: CheckpointBody): SeenFrontier {
  const known = fullFrontiers.get(body)
  if (known) return known
  const frontier = new Map<KeyId, Seen>()
  addEntries(frontier, body)
  fullFrontiers.set(body, frontier)
  return frontier
}

const fullFrontiers = new WeakMap<CheckpointBody, SeenFrontier>()

/** Takes in what one checkpoint adds; keys beyond the limit are not seen. */
function addEntries(frontier: Map<KeyId, Seen>, body: CheckpointBody): void {
  if (body.full) frontier.clear()
  const inThis = new Set<KeyId>()
  for (const [keyBytes, seq, link] of body.frontier) {
    const key = keyIdFromBytes(keyBytes)
    const cid = opCidOf(link)
    const before = frontier.get(key)
    if (cid === undefined || before?.twin) continue
    if (!before && frontier.size >= MAX_FRONTIER_KEYS) continue
    const isFork = inThis.has(key) && before?.seq === seq && before.cid !== cid
    frontier.set(key, { seq, cid, twin: isFork ? before.cid : null })
    inThis.add(key)
  }
}

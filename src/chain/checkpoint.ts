/** Checkpoints: the frontier that an author has seen (design §2.4), as deltas along its chain. */

import { opCidOf } from '../op/cid.ts'
import type { KeyId, OpCid } from '../op/ids.ts'
import { keyIdFromBytes } from '../op/key-id.ts'
import { FIRST_PROTOCOL, readBody } from '../op/type.ts'
import type { Held } from './held.ts'
import { checkpoint } from './ops.ts'

/** What a checkpoint says of one key. */
export interface Seen {
  readonly seq: number
  readonly cid: OpCid
  /** The other operation that the author had seen at this seq: the key had forked. */
  readonly twin: OpCid | null
}

/** A frontier as a checkpoint shows it. */
export type SeenFrontier = ReadonlyMap<KeyId, Seen>

/** Reads checkpoints and remembers what they add up to. */
export class Checkpoints {
  private readonly memo = new Map<OpCid, SeenFrontier>()
  private readonly lookup: (cid: OpCid) => Held | undefined

  constructor(lookup: (cid: OpCid) => Held | undefined) {
    this.lookup = lookup
  }

  /** The whole frontier of a checkpoint; undefined when it is none or its chain is not held. */
  frontierOf(cid: OpCid): SeenFrontier | undefined {
    const deltas: Held[] = []
    let base: SeenFrontier = new Map()
    let held: Held | null | undefined = this.checkpointAt(cid)
    for (; held; held = this.checkpointBefore(held)) {
      const known = this.memo.get(held.op.cid)
      if (known) {
        base = known
        break
      }
      deltas.push(held)
      if (held.op.body.full === true) break
    }
    // Half a chain adds up to half a frontier: that must not be remembered.
    if (held === undefined) return undefined
    for (const held of deltas.reverse()) {
      base = withEntries(base, held)
      this.memo.set(held.op.cid, base)
    }
    return this.memo.get(cid)
  }

  private checkpointAt(cid: OpCid): Held | undefined {
    const held = this.lookup(cid)
    return held && readBody(held.op, checkpoint, FIRST_PROTOCOL).ok ? held : undefined
  }

  /** The checkpoint before another; null when that was the first, undefined for a gap. */
  private checkpointBefore(held: Held): Held | null | undefined {
    for (let at = held.op.prev; at !== null; ) {
      const before = this.lookup(at)
      if (!before) return undefined
      // One that is not understood hides what was before it.
      if (before.op.type === checkpoint.type) return this.checkpointAt(at) ?? null
      at = before.op.prev
    }
    return null
  }
}

function withEntries(base: SeenFrontier, held: Held): SeenFrontier {
  const body = readBody(held.op, checkpoint, FIRST_PROTOCOL)
  if (!body.ok) return base
  const frontier = new Map(body.value.full ? [] : base)
  const inThis = new Map<KeyId, OpCid>()
  for (const [keyBytes, seq, link] of body.value.frontier) {
    const key = keyIdFromBytes(keyBytes)
    const cid = opCidOf(link)
    if (cid === undefined) continue
    const before = frontier.get(key)
    if (before?.twin) continue
    const isFork = inThis.has(key) && before?.seq === seq && before.cid !== cid
    frontier.set(key, { seq, cid, twin: isFork ? before.cid : null })
    inThis.set(key, cid)
  }
  return frontier
}

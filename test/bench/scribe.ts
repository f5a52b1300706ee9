/** Members of a founded coalition that speak in turn: what histories are made with. */
import { nodeSha256 } from '../../node/crypto/node-sha256.ts'
import { cidOf } from '../../src/op/cid.ts'
import type { OpCid } from '../../src/op/ids.ts'
import { encodeOp, type Op, type Signer, signingInput } from '../../src/op/operation.ts'
import { invariant } from '../../src/op/refusal.ts'
import type { Draft } from '../../src/replica/draft.ts'
import { type Founded, found } from '../support/coalition.ts'
import { randomFrom } from '../support/people.ts'

/** An operation of a history. */
export interface HistoryOp {
  readonly op: Op
  readonly bytes: Uint8Array
  readonly sig: Uint8Array | null
}

/** A member's node key and where its chain stands. */
export interface Speaker {
  readonly signer: Signer
  seq: number
  prev: OpCid | null
}

/** Time between two operations, in ms. */
export const STEP_MS = 20

/** How a scribe writes. */
export interface ScribeOptions {
  /** Every operation is signed, as gossip needs it. */
  readonly signsAll: boolean
  /** Takes operations as they are written; by default the scribe keeps them all. */
  readonly keep?: (item: HistoryOp) => void
  /** The member, by its place among them, that says nothing. */
  readonly silent?: number
}

/** A coalition of so many members, one key each, that only the bench knows. */
export const foundFor = (keys: number): Founded => found(Array.from({ length: keys }, () => 1))

/** Writes operations as they would have been signed; random choices from one seed. */
export class Scribe {
  readonly founded: Founded
  readonly speakers: readonly Speaker[]
  readonly ops: HistoryOp[] = []
  readonly random = randomFrom(7)
  /** Operations written so far. */
  written = 0
  private readonly signsAll: boolean
  private readonly keep: (item: HistoryOp) => void

  /** One key a member. */
  constructor(founded: Founded, { signsAll, keep, silent }: ScribeOptions) {
    this.signsAll = signsAll
    this.keep = keep ?? ((item) => void this.ops.push(item))
    this.founded = founded
    const speaking = founded.members.filter((_, i) => i !== silent)
    this.speakers = speaking.map(({ node }) => ({ signer: node, seq: 0, prev: null }))
  }

  now(): number {
    return this.founded.at + STEP_MS * this.written
  }

  pick<T>(list: readonly T[]): T {
    const picked = list[Math.floor(this.random() * list.length)]
    invariant(picked !== undefined, 'nothing to pick from')
    return picked
  }

  say(speaker: Speaker, draft: Draft): OpCid {
    const envelope = {
      v: 1,
      coalition: this.founded.coalition,
      key: speaker.signer.key,
      seq: speaker.seq,
      prev: speaker.prev,
      at: this.now(),
      ...draft,
    }
    const bytes = encodeOp(envelope)
    const cid = cidOf(bytes, nodeSha256)
    const sig = this.signsAll ? speaker.signer.sign(signingInput(bytes)) : null
    this.keep({ op: { ...envelope, cid }, bytes, sig })
    this.written++
    speaker.seq++
    speaker.prev = cid
    return cid
  }

  /** Signs the last operation of each key: that one vouches for all before it. */
  signLast(): void {
    const last = new Map(this.ops.map(({ op }, i) => [op.key, i]))
    for (const { signer } of this.speakers) {
      const i = last.get(signer.key)
      const item = i === undefined ? undefined : this.ops[i]
      if (i !== undefined && item)
        this.ops[i] = { ...item, sig: signer.sign(signingInput(item.bytes)) }
    }
  }
}

/** Judges gossip before it is delivered or forwarded (design §2.6): cheap checks, then the signature. */
import type { KeyId } from '../../src/op/ids.ts'
import { decodeOp, type Op } from '../../src/op/operation.ts'
import type { Replica } from '../../src/replica/replica.ts'
import {
  decodeGossip,
  type GossipedOp,
  type GossipMessage,
  prejudge,
} from '../../src/sync/gossip.ts'
import type { GossipJudgement } from '../../src/sync/session-types.ts'
import { nodeSha256 } from '../crypto/node-sha256.ts'
import type { GossipVerifier } from './gossip-verifier.ts'
import type { IngestQueue } from './ingest-queue.ts'

/** What a judge works with. */
export interface JudgeParts {
  readonly replica: Replica
  readonly queue: IngestQueue
  readonly verifier: GossipVerifier
  /** True while nothing can be stored: gossip is then left to later sync. */
  readonly isReadOnly: () => boolean
  /** The sender has what we lack. */
  readonly ask: (peer: KeyId) => void
}

type Announcement = Extract<GossipMessage, { kind: 'announcement' }>

/** Decodes each operation once; what it accepts is on its way into the replica already. */
export class GossipJudge {
  private readonly parts: JudgeParts

  constructor(parts: JudgeParts) {
    this.parts = parts
  }

  /** The judgement on a message. Never throws. */
  judge(message: Uint8Array, from: KeyId): GossipJudgement | Promise<GossipJudgement> {
    if (this.parts.isReadOnly() || !this.parts.queue.hasRoom(from)) return 'ignore'
    const decoded = decodeGossip(message)
    if (!decoded.ok) return 'reject'
    return decoded.value.kind === 'announcement'
      ? this.heardOf(decoded.value, from)
      : this.judgeOp(decoded.value.signed, from)
  }

  /** An announcement is never forwarded: nobody signed it. Its publisher reaches all it can. */
  private heardOf({ key, cid }: Announcement, from: KeyId): GossipJudgement {
    const { ledger } = this.parts.replica
    if (ledger.keyring.knows(key) && !ledger.byCid.has(cid)) this.parts.ask(from)
    return 'ignore'
  }

  private judgeOp(signed: GossipedOp, from: KeyId): GossipJudgement | Promise<GossipJudgement> {
    const op = decodeOp(signed.bytes, nodeSha256)
    if (!op.ok) return 'reject'
    switch (this.firstLook(op.value)) {
      case 'ignore':
        return 'ignore'
      case 'ask':
        this.parts.ask(from)
        return 'ignore'
      case 'verify':
        return this.verify(signed, op.value, from)
    }
  }

  /** What follows an operation that is under way itself fills no gap: it comes right after it. */
  private firstLook(op: Op): ReturnType<typeof prejudge> {
    const { replica, queue } = this.parts
    if (queue.has(op.cid)) return 'ignore'
    const look = prejudge(replica, op)
    return look === 'ask' && op.prev !== null && queue.has(op.prev) ? 'verify' : look
  }

  private async verify(
    { bytes, sig, input }: GossipedOp,
    op: Op,
    from: KeyId,
  ): Promise<GossipJudgement> {
    const { queue, verifier } = this.parts
    queue.enter(op.cid, from)
    let isValid = false
    try {
      isValid = await verifier.verify({ sig, message: input, key: op.key })
    } finally {
      if (!isValid) queue.leave(op.cid)
    }
    if (!isValid) return 'reject'
    queue.add({ bytes, sig, op, verified: true }, from)
    return 'accept'
  }
}

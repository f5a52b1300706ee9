/** Operations as a malicious member makes them: any number, any time, any place of its chain. */
import { randomBytes } from 'node:crypto'
import { cidOf } from '../../../src/op/cid.ts'
import type { CoalitionId, OpCid, Value } from '../../../src/op/ids.ts'
import { type SignedOp, type Signer, signOp } from '../../../src/op/operation.ts'
import { encodeGossip } from '../../../src/sync/gossip.ts'
import { encodeMessage } from '../../../src/sync/message.ts'
import { signerOf } from '../../support/people.ts'

/** A signed operation with what it says. */
export type Forged = ReturnType<typeof signOp>

/** What may be special about one. */
export interface Whim {
  readonly at?: number
  readonly seq?: number
  readonly prev?: OpCid | null
  readonly type?: string
  readonly refs?: readonly OpCid[]
  readonly body?: Readonly<Record<string, Value>>
}

/** A key and where its chain is. */
export class Forger {
  readonly coalition: CoalitionId
  readonly signer: Signer
  private seq = 0
  private prev: OpCid | null = null

  constructor(coalition: CoalitionId, seed: Uint8Array = randomBytes(32)) {
    this.coalition = coalition
    this.signer = signerOf(seed)
  }

  /** The next operation of the chain. */
  say(whim: Whim = {}): Forged {
    const forged = this.make({ seq: this.seq, prev: this.prev, ...whim })
    this.seq++
    this.prev = forged.op.cid
    return forged
  }

  /** An operation at any place; the chain does not go on from it. */
  make({ at = Date.now(), seq = 0, prev = null, type, refs = [], body }: Whim): Forged {
    return signOp(
      {
        ...{ v: 1, coalition: this.coalition, key: this.signer.key, seq, prev, at },
        ...{ refs: [...refs], type: type ?? 'node.address' },
        body: body ?? { addresses: [], salt: nonce() },
      },
      this.signer,
    )
  }
}

let count = 0
/** Another number each time: no two operations are alike. */
export const nonce = (): number => count++

/** The identifier of something that does not exist. */
export const nowhere = (): OpCid => cidOf(new TextEncoder().encode(`nowhere ${nonce()}`))

/** As a gossip message; cut where it is too large for one. */
export const asGossip = ({ bytes, sig }: SignedOp): Uint8Array =>
  (sig && encodeGossip({ bytes, sig })) ?? bytes

/** As a frame of a sync session. */
export const asFrame = (ops: readonly SignedOp[]): Uint8Array => encodeMessage({ kind: 'ops', ops })

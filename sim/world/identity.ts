/** The founding of a coalition: what every node of a run starts from. */
import { countersignInput } from '../../src/chain/keyring.ts'
import type { Charter } from '../../src/charter/schema.ts'
import { cidOf } from '../../src/op/cid.ts'
import type { CoalitionId, Value } from '../../src/op/ids.ts'
import { keyBytes } from '../../src/op/key-id.ts'
import { encodeOp, type Op, type SignedOp, type Signer, signOp } from '../../src/op/operation.ts'
import { CAPABILITIES } from '../../src/op/type.ts'
import type { Draft } from '../../src/replica/draft.ts'
import { nodeKeyOf, rootOf } from '../scenario/root-keys.ts'

/** Virtual time 0 by a clock without skew: 2027-01-01, in ms since 1970. */
export const EPOCH_MS = 1_798_761_600_000
/** The coalition was founded so long before: no clock of a scenario is that wrong. */
const FOUNDED_BEFORE_MS = 30 * 86_400_000

/** A signed operation, decoded. */
export type Said = SignedOp & { readonly op: Op }

/** Makes a chain by hand, honest or not. */
export class Author {
  readonly signer: Signer
  readonly ops: Said[] = []
  private readonly coalition: CoalitionId

  constructor(signer: Signer, coalition: CoalitionId) {
    this.signer = signer
    this.coalition = coalition
  }

  /** Signs the next operation of the chain, or, with `seq`, one more at a place that is taken. */
  say(draft: Draft, at: number, seq: number = this.ops.length): Said {
    const prev = seq === 0 ? null : (this.ops[seq - 1]?.op.cid ?? null)
    const { coalition, signer } = this
    const signed = signOp({ v: 1, coalition, key: signer.key, seq, prev, at, ...draft }, signer)
    if (seq === this.ops.length) this.ops.push(signed)
    return signed
  }
}

/** A founded coalition: what every node of a run starts from. */
export interface Founded {
  readonly coalition: CoalitionId
  /** Founding, ratifications, delegations. */
  readonly ops: readonly Said[]
  readonly roots: ReadonlyMap<string, Author>
}

/** A root's word that a node key speaks for it. */
export const delegationDraft = (coalition: CoalitionId, root: Signer, node: Signer): Draft => ({
  type: 'key.delegate',
  refs: [],
  body: {
    key: keyBytes(node.key),
    countersignature: node.sign(countersignInput(coalition, root.key)),
    can: [...CAPABILITIES],
  },
})

/** Who is not there at the founding. */
export interface Absent {
  /** Members that delegate no key yet. */
  readonly late: ReadonlySet<string>
  /** Members that run no node: they neither ratify nor delegate. */
  readonly idle: ReadonlySet<string>
  /** Who joins by an amendment. */
  readonly newcomers: readonly string[]
}

/** Founds a coalition on a charter. */
export function found(charter: Charter, { late, idle, newcomers }: Absent): Founded {
  const at = EPOCH_MS - FOUNDED_BEFORE_MS
  const ids = charter.stakeholders.map(({ id }) => id)
  const founder = rootOf(ids[0] ?? '')
  // cast: a checked charter is plain data of the kinds that operations carry
  const body = { charter } as unknown as { readonly [key: string]: Value }
  const first = { v: 1, coalition: null, key: founder.key, seq: 0, prev: null, at, refs: [] }
  const envelope = { ...first, type: 'coalition.found', body }
  const coalition = cidOf(encodeOp(envelope)) as CoalitionId
  const roots = new Map(ids.map((id) => [id, new Author(rootOf(id), coalition)]))
  const founding = signOp(envelope, founder)
  const ops: Said[] = [founding]
  for (const [id, root] of roots) {
    if (root.signer.key === founder.key) root.ops.push(founding)
    if (idle.has(id)) continue
    ops.push(root.say({ type: 'charter.ratify', refs: [coalition], body: { charter: 0 } }, at))
    if (!late.has(id))
      ops.push(root.say(delegationDraft(coalition, root.signer, nodeKeyOf(id)), at))
  }
  for (const id of newcomers) roots.set(id, new Author(rootOf(id), coalition))
  return { coalition, ops, roots }
}

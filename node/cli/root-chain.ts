/**
 * What an invite shows of a root's own chain: whoever joins again with a root that has spoken before
 * goes on where it stands, or the root would fork (design §2.2, §2.3).
 */
import { keyDelegate } from '../../src/chain/ops.ts'
import type { KeyId } from '../../src/op/ids.ts'
import { keyIdFromBytes } from '../../src/op/key-id.ts'
import { decodeOp, type Op, type SignedOp, signingInput } from '../../src/op/operation.ts'
import { accept, type Result, refuse } from '../../src/op/refusal.ts'
import type { Verifier } from '../../src/op/signature.ts'
import { readBody } from '../../src/op/type.ts'
import { readBundle } from '../api/bundle.ts'
import type { NodeApi } from '../api/node-api.ts'
import { MAX_ROOT_OPS } from '../api/own-root.ts'
import { nodeSha256 } from '../crypto/node-sha256.ts'
import { need } from './errors.ts'
import type { Invite } from './invite.ts'

/** An operation of a root, decoded. */
export type RootOp = SignedOp & { readonly op: Op }

/** Everything that the roots of all members are known to have said. */
export async function rootChains(api: NodeApi): Promise<SignedOp[]> {
  const keys = await api.keys()
  const roots = new Set<string>(keys.filter(({ role }) => role === 'root').map(({ key }) => key))
  const { ops } = need(readBundle(await api.exportCar()))
  return decodeAll(ops).filter(({ op }) => roots.has(op.key))
}

/**
 * The chain of a root as the invite shows it, oldest first; empty for a root that has not spoken.
 * Refuses `chain-broken` for one with a gap or without a good signature at its end, and
 * `chain-unknown` for that of the founder when the invite shows only the founding.
 */
export function chainOf(invite: Invite, root: KeyId, verifier: Verifier): Result<RootOp[]> {
  const shown = new Map(
    decodeAll([invite.founding, ...invite.roots])
      .filter(({ op }) => op.key === root)
      .map((one) => [one.op.cid, one]),
  )
  const chain = [...shown.values()].sort((a, b) => a.op.seq - b.op.seq)
  if (chain.length > MAX_ROOT_OPS || !isWhole(chain, invite, verifier)) return broken()
  const [first] = chain
  return chain.length === 1 && first?.op.cid === invite.coalition ? unknown() : accept(chain)
}

/** True when the chain delegates the node key: it has been in use before. */
export const hasDelegated = (chain: readonly RootOp[], node: KeyId): boolean =>
  chain.some(({ op }) => {
    const body = op.type === keyDelegate.type ? readBody(op, keyDelegate) : undefined
    return body?.ok === true && keyIdFromBytes(body.value.key) === node
  })

/** Links from seq 0 without a gap or a fork, vouched for by the root's signature at the end. */
function isWhole(chain: readonly RootOp[], { coalition }: Invite, verifier: Verifier): boolean {
  const last = chain.at(-1)
  if (last === undefined) return true
  const links = chain.every(
    ({ op }, i) =>
      op.seq === i &&
      op.prev === (chain[i - 1]?.op.cid ?? null) &&
      (op.coalition ?? op.cid) === coalition,
  )
  const { sig, bytes, op } = last
  return links && sig !== null && verifier.verify(sig, signingInput(bytes), op.key)
}

const decodeAll = (ops: readonly SignedOp[]): RootOp[] =>
  ops.flatMap(({ bytes, sig }) => {
    const op = decodeOp(bytes, nodeSha256)
    return op.ok ? { bytes, sig, op: op.value } : []
  })

const ASK = 'ask a member whose node is up for a fresh invite (`folkmoot invite`)'
const broken = () =>
  refuse('chain-broken', 'the invite shows what our root said before only in part, or forked', ASK)
const unknown = () =>
  refuse('chain-unknown', 'our root founded this coalition, and what else it said is not here', ASK)

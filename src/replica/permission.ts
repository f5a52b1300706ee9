/** What this node may sign, by its keyring, its build and its guard against amnesia (§2.1, §2.3). */
import { cutReason } from '../chain/cut.ts'
import { isSettleType } from '../op/operation.ts'
import { type Refusal, refuse } from '../op/refusal.ts'
import { FIRST_PROTOCOL, type OpType } from '../op/type.ts'
import { STALE_NOTE } from './local.ts'
import type { ReplicaReader } from './reader.ts'

/** Why the node may not sign an operation of that type now; undefined when it may. */
export function mayIssue(replica: ReplicaReader, type: string): Refusal | undefined {
  const { signer, local, types } = replica
  if (!signer) return refuse('no-key', 'this replica has no key to sign with')
  const known = types.get(type)
  if (!known) return refuse('unknown-type', `this build knows no operation type "${type}"`)
  const { needs } = known
  if (needs === 'root')
    return refuse(
      'root-only',
      `only a root key signs "${type}"`,
      'use the command that asks for the passphrase',
    )
  const early = tooEarly(replica, known)
  if (early) return early
  const stale = local.get(STALE_NOTE)
  if (stale)
    return refuse('stale-key', `this key must not sign again: ${stale}`, 'folkmoot keys rotate')
  const missing = missingCapability(replica, needs)
  if (missing) return missing
  return needs === 'vote' || isSettleType(type) || type === 'tally' ? tooOld(replica) : undefined
}

function missingCapability(replica: ReplicaReader, needs: string): Refusal | undefined {
  const { signer, ledger, clock } = replica
  if (!signer) return undefined
  const { keyring } = ledger
  const delegations = keyring.delegationsOf(signer.key)
  if (delegations.length === 0)
    return refuse('not-delegated', 'no root has delegated this node key', 'folkmoot join <invite>')
  const chain = ledger.chains.get(signer.key)
  const reason = chain && cutReason(keyring, chain)
  if (reason)
    return refuse(
      'key-frozen',
      reason === 'revoked'
        ? `our root has revoked this key: from its operation ${chain.cut} on nothing counts`
        : `this key is frozen from operation ${chain.cut} on`,
      'folkmoot stop; folkmoot keys rotate; folkmoot up',
    )
  const now = clock.now()
  if (delegations.every(({ notAfter }) => notAfter !== undefined && notAfter < now))
    return refuse('key-expired', 'the delegation of this key has ended', 'folkmoot keys rotate')
  if (needs === 'any' || delegations.some(({ can }) => can.some((one) => one === needs)))
    return undefined
  return refuse('no-capability', `this key may not "${needs}"`, 'folkmoot keys delegate')
}

/** What no member's build has to understand yet is not said (§2.1). */
function tooEarly(
  { charter }: ReplicaReader,
  { type, since }: OpType<unknown>,
): Refusal | undefined {
  const counted = charter?.charter.protocol ?? FIRST_PROTOCOL
  if (since <= counted) return undefined
  return refuse(
    'not-counted-yet',
    `"${type}" counts from protocol ${since} on, the charter in force counts by ${counted}`,
    `propose an amendment that raises the charter's protocol to ${since}`,
  )
}

function tooOld(replica: ReplicaReader): Refusal | undefined {
  const needed = replica.charter?.charter.protocol ?? 0
  if (needed <= replica.protocol) return undefined
  return refuse(
    'build-too-old',
    `the charter counts by protocol ${needed}, this build knows ${replica.protocol}`,
    'upgrade folkmoot; until then this node keeps and relays, but does not vote or seal',
  )
}

/**
 * How long members have said nothing, by this node's own clock (design §3.3): what it holds, and when
 * it first saw it. Local, in no digest.
 */
import type { Ledger } from '../chain/ledger.ts'
import type { KeyId, StakeholderId } from '../op/ids.ts'
import { keyIdFromBytes } from '../op/key-id.ts'
import type { Ballot } from './ballot.ts'
import { ACTIVE_NOTE, charterNote, type Local } from './local.ts'

/** Who listens: what it holds, what it noted, what its clock says. */
export interface Listener {
  readonly ledger: Ledger
  readonly local: Local
  readonly now: number
}

/** A member whom a reconstitution names, as this node knows it. */
export interface Silence {
  readonly id: StakeholderId
  /** When it was last heard, in ms; where it never was, since when this node has listened. */
  readonly since: number
  /** It has said nothing for as long as the charter asks. */
  readonly isLong: boolean
}

/** A ballot as far as it names members as silent. */
interface Named extends Pick<Ballot, 'charter' | 'charterId'> {
  readonly body: Pick<Ballot['body'], 'removesSilent'>
}

/** What is known of the members whom a ballot removes as silent; none for other ballots. */
export function silencesOf({ charter, charterId, body }: Named, listener: Listener): Silence[] {
  const { removesSilent = [] } = body
  const after = charter.reconstitution?.after ?? Number.POSITIVE_INFINITY
  const { local, now } = listener
  const listening = local.moment(charterNote(charterId)) ?? local.moment(ACTIVE_NOTE) ?? now
  return charter.stakeholders
    .filter(({ id }) => removesSilent.includes(id))
    .map(({ id, root }) => {
      const since = heardAt(keyIdFromBytes(root), listener) ?? listening
      return { id: id as StakeholderId, since, isLong: now >= since + after }
    })
}

/** When this node last saw something new of a root or of a key that it ever delegated, in ms. */
export function heardAt(
  root: KeyId,
  { ledger, now }: Pick<Listener, 'ledger' | 'now'>,
): number | undefined {
  const { keyring, chains, pending } = ledger
  let last: number | undefined
  for (const key of [root, ...keyring.keysOf(root)]) {
    // It has said more than is understood yet.
    if (pending.has(key)) return now
    const chain = chains.get(key)
    for (const { seenAt } of [...(chain?.main ?? []), ...(chain?.strays.values() ?? [])])
      last = Math.max(last ?? seenAt, seenAt)
  }
  return last
}

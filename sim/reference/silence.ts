/** The rule book on silence (§3.3), read from what a node holds and when it first saw it. */
import type { OpCid } from '../../src/op/ids.ts'
import { keyIdFromBytes } from '../../src/op/key-id.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { bookOf } from './book.ts'

/**
 * True where, by the node's own clock, nobody whom a ballot removes as silent has said anything for as
 * long as the charter asks; of ballots that remove nobody so.
 */
export function areSilentByReference(replica: Replica, ballot: OpCid): boolean {
  const book = bookOf(replica)
  const known = book.ballots.get(ballot)
  if (!known || known.silent.length === 0) return true
  const ids = new Set(known.silent.map(({ id }) => id))
  const roots = new Set(known.silent.map(({ root }) => keyIdFromBytes(root)))
  const after = known.charter.reconstitution?.after ?? Number.POSITIVE_INFINITY
  const since = replica.clock.now() - after
  for (const { op, seenAt } of replica.ledger.byCid.values()) {
    const isTheirs = roots.has(op.key) || ids.has(book.stakeholderOf(op.key, known) ?? '')
    if (isTheirs && seenAt > since) return false
  }
  return true
}

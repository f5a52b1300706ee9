/** Everything about a replica that must not depend on how operations came to it (design §2.7). */
import { isCounted } from '../../src/chain/held.ts'
import type { Replica } from '../../src/replica/replica.ts'

/** A replica as text, line by line, to be compared. */
export function portraitOf(replica: Replica): string[] {
  const { ledger } = replica
  const { ops, state } = replica.digest()
  const lines = [`ops ${ops}`, `state ${state}`]
  for (const { op, standing, complete } of [...ledger.byCid.values()].filter(isCounted))
    lines.push(`op ${op.cid} ${op.type} ${op.key.slice(0, 8)}/${op.seq} ${standing} ${complete}`)
  for (const { key, cut, main } of ledger.chains.values())
    if (ledger.keyring.knows(key)) {
      const length = Math.min(main.length, cut)
      const owner = ledger.keyring.rootOf(key)?.slice(0, 8)
      lines.push(`key ${key} of ${owner}: cut ${cut}, ${length} below it`)
    }
  return lines.sort()
}

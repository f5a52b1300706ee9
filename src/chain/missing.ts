/** What a ledger asks for by CID, so that no author of references can crowd out the others. */
import type { KeyId, OpCid } from '../op/ids.ts'
import type { Held } from './held.ts'
import type { LedgerState } from './ledger-state.ts'
import { MAX_MISSING } from './limits.ts'

/**
 * References of counted operations that are not held, predecessors that these need, and, where one
 * of them waits already, what its key's waiting runs follow: of every author in turn, each one's
 * oldest first, at most `MAX_MISSING`. (A faulty key may refer to as many operations that never
 * existed as it likes: it crowds out only its own.)
 */
export function missingOf(ledger: LedgerState): OpCid[] {
  const { byCid, options } = ledger
  if (!byCid.has(options.coalition)) return [options.coalition]
  const wishes = new Wishes(ledger)
  for (const wanted of [ledger.wantedPrevs, ledger.waiters])
    for (const [cid, referrers] of wanted) if (!byCid.has(cid)) wishes.add(cid, referrers)
  return inTurn(wishes.lists())
}

/** What each author's operations lack. */
class Wishes {
  private readonly ledger: LedgerState
  private readonly byAuthor = new Map<KeyId, Set<OpCid>>()
  /** Keys whose waiting runs were looked at, for each author. */
  private readonly seen = new Set<string>()

  constructor(ledger: LedgerState) {
    this.ledger = ledger
  }

  add(cid: OpCid, referrers: Iterable<Held>): void {
    const waitingKey = this.ledger.pending.keyOf(cid)
    for (const author of new Set([...referrers].map(({ op }) => op.key))) {
      const list = this.byAuthor.get(author) ?? new Set()
      this.byAuthor.set(author, list.add(cid))
      if (waitingKey && !this.seen.has(author + waitingKey)) {
        this.seen.add(author + waitingKey)
        for (const prev of this.ledger.pending.predecessors(waitingKey))
          if (!this.ledger.byCid.has(prev)) list.add(prev)
      }
    }
  }

  lists(): Set<OpCid>[] {
    return [...this.byAuthor.values()]
  }
}

function inTurn(lists: readonly Set<OpCid>[]): OpCid[] {
  const names = new Set<OpCid>()
  let turns = lists.map((list) => list.values())
  while (turns.length > 0 && names.size < MAX_MISSING)
    turns = turns.filter((turn) => {
      const next = turn.next()
      if (!next.done && names.size < MAX_MISSING) names.add(next.value)
      return !next.done
    })
  return [...names]
}

/** The reference model reads every operation of the run anew and must come to every outcome (§5.3). */
import type { OpCid } from '../../src/op/ids.ts'
import { outcomesByReference } from '../reference/settling.ts'
import type { Judge, NodeView, OracleFactory } from './oracle.ts'

/** Outcomes as an independent reading of the rule book derives them from the same operations. */
export const ruleBook: OracleFactory = () => {
  const seen = new Set<OpCid>()
  return {
    name: 'rule-book',
    about: 'an independent reading of the rules comes to the same outcome of every ballot',
    observe(record, view, judge) {
      // The first to read an outcome has the least to read it from.
      if (record.what !== 'settled' || seen.has(record.ballot)) return
      seen.add(record.ballot)
      const node = view.node(record.node)
      if (node) compare(node, judge, record.ballot)
    },
    conclude(view, judge) {
      // All hold the same by now, or `convergence` says so: one reading is enough.
      const [node] = view.honest
      if (node) compare(node, judge)
    },
  }
}

function compare({ name, replica }: NodeView, judge: Judge, only?: OpCid): void {
  const book = outcomesByReference(replica)
  for (const [ballot, { outcome, endedBy }] of replica.views.standing()?.outcomes ?? []) {
    if (endedBy !== undefined || (only && only !== ballot)) continue
    const expected = book.get(ballot) ?? 'that there is no such ballot'
    if (outcome === expected) judge.holds()
    else
      judge.fails(`the rule book says ${expected}, ${name} reads ${outcome}`, {
        nodes: [name],
        ops: [ballot],
      })
  }
}

/** The reference model reads every operation of the run anew and must come to every outcome (§5.3). */
import { outcomesByReference } from '../reference/settling.ts'
import type { OracleFactory } from './oracle.ts'

/** Outcomes as an independent reading of the rule book derives them from the same operations. */
export const ruleBook: OracleFactory = () => ({
  name: 'rule-book',
  about: 'an independent reading of the rules comes to the same outcome of every ballot',
  conclude(view, judge) {
    // All hold the same by now, or `convergence` says so: one reading is enough.
    const [node] = view.honest
    if (!node) return
    const standing = node.replica.views.standing()
    for (const [ballot, expected] of outcomesByReference(node.replica)) {
      const outcome = standing?.outcomes.get(ballot)
      if (!outcome || outcome.endedBy !== undefined) continue
      if (outcome.outcome === expected) judge.holds()
      else
        judge.fails(`the rule book says ${expected}, the node reads ${outcome.outcome}`, {
          nodes: [node.name],
          ops: [ballot],
        })
    }
  },
})

/** Agreement (§3.6): no ballot ends one way at one honest node and another way at another. */
import type { OpCid } from '../../src/op/ids.ts'
import type { OracleFactory } from './oracle.ts'

/** Never two outcomes of one ballot. */
export const agreement: OracleFactory = () => {
  const first = new Map<OpCid, { readonly outcome: string; readonly node: string }>()
  return {
    name: 'agreement',
    about: 'every honest node that reads an outcome of a ballot reads the same one',
    observe(record, _view, judge) {
      if (record.what !== 'settled') return
      const { ballot, outcome, node } = record
      const before = first.get(ballot)
      if (!before) first.set(ballot, { outcome, node })
      else if (before.outcome === outcome) judge.holds()
      else
        judge.fails(`${before.node} reads ${before.outcome}, ${node} reads ${outcome}`, {
          nodes: [before.node, node],
          ops: [ballot],
        })
    },
  }
}

/** No seal by somebody who has forgotten (§2.3): neither a second one, nor with a key that is stale. */
import { isSettleType } from '../../src/op/operation.ts'
import type { OracleFactory } from './oracle.ts'

/** A node seals a ballot once, whatever happens to its process; a stale key says nothing any more. */
export const noAmnesiacSeal: OracleFactory = () => {
  const sealed = new Map<string, string>()
  const stale = new Map<string, string>()
  return {
    name: 'no-amnesiac-seal',
    about:
      'no honest node seals a ballot twice or forks its key, and no key signs after its store was found stale',
    observe(record, view, judge) {
      if (record.what === 'stale') {
        const key = view.node(record.node)?.replica.signer?.key
        if (key !== undefined) stale.set(record.node, key)
      }
      if (record.what === 'sealed') {
        const name = `${record.node} ${record.ballot}`
        const before = sealed.get(name)
        sealed.set(name, record.verdict)
        if (before === undefined) judge.holds()
        else
          judge.fails(`${record.node} seals ${record.verdict} after it sealed ${before}`, {
            nodes: [record.node],
            ops: [record.ballot],
          })
      }
      if (record.what === 'fork-seen' && record.by !== null) {
        const own = view.nodes.filter(({ stakeholder }) => stakeholder === record.by)
        if (own.every(({ honest }) => honest))
          judge.fails(`${record.by} is honest and said two things at one place`, {
            nodes: [record.node],
          })
      }
      if (record.what !== 'issued' || !stale.has(record.node)) return
      const key = view.node(record.node)?.replica.signer?.key
      if (key !== stale.get(record.node)) judge.holds()
      else if (isSettleType(record.type))
        judge.fails(`${record.node} seals with a key that is stale`, {
          nodes: [record.node],
          ops: [record.cid],
        })
    },
  }
}

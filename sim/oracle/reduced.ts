/** What a reduced coalition must keep to (§3.7). */
import type { OpCid } from '../../src/op/ids.ts'
import { stateHere } from '../../src/replica/overlay.ts'
import type { OracleFactory } from './oracle.ts'

/** Provisional outcomes are somebody honest's, end, and end alike everywhere. */
export const provisionalResolved: OracleFactory = () => {
  const sealed = new Set<OpCid>()
  return {
    name: 'provisional-resolved',
    about:
      'a provisional outcome has an honest seal, ends as ratified or lapsed, and alike at every honest node',
    observe(record, _view, judge) {
      if (record.what === 'issued' && record.type === 'seal.provisional' && record.ballot)
        if (record.honest) sealed.add(record.ballot)
      if (record.what !== 'overlay' || record.state !== 'provisional') return
      if (sealed.has(record.ballot)) judge.holds()
      else
        judge.fails(`${record.node} reads a provisional outcome that nobody honest sealed`, {
          nodes: [record.node],
          ops: [record.ballot],
        })
    },
    conclude(view, judge) {
      const first = new Map<OpCid, string>()
      for (const { name, replica } of view.honest) {
        const states = replica.views.standing()?.provisional ?? new Map()
        for (const id of states.keys()) {
          const ballot = replica.views.ballot(id)
          const state = ballot.ok ? stateHere(ballot.value, states, replica.clock.now()) : undefined
          const before = first.get(id) ?? state ?? 'none'
          first.set(id, before)
          if (state === before && (state === 'ratified' || state === 'lapsed')) judge.holds()
          else
            judge.fails(
              `a provisional outcome is ${state ?? 'gone'} at ${name}, ${before} elsewhere`,
              {
                nodes: [name],
                ops: [id],
              },
            )
        }
      }
    },
  }
}

/** What outcomes must keep to (§3.6): one for each ballot, for ever, one winner a slot generation. */
import type { OpCid } from '../../src/op/ids.ts'
import type { OracleFactory, WorldView } from './oracle.ts'

/** Never two outcomes of one ballot, and no alarm that says there are two certificates. */
export const agreement: OracleFactory = () => {
  const first = new Map<OpCid, { readonly outcome: string; readonly node: string }>()
  return {
    name: 'agreement',
    about: 'every honest node that reads an outcome of a ballot reads the same one',
    observe(record, _view, judge) {
      if (record.what === 'violation')
        judge.fails(`${record.node} raises the alarm: ${record.kind}`, {
          nodes: [record.node],
          ops: record.ballots,
        })
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

/** What a node read as settled it reads for ever. */
export const irrevocability: OracleFactory = () => {
  const read = new Map<string, Map<OpCid, string>>()
  return {
    name: 'irrevocability',
    about: 'an outcome that a node has read never changes there',
    observe(record, _view, judge) {
      if (record.what === 'unsettled')
        judge.fails(`${record.node} lost sight of an outcome that it had read`, {
          nodes: [record.node],
          ops: [record.ballot],
        })
      if (record.what !== 'settled') return
      const { node, ballot, outcome } = record
      const own = read.get(node) ?? new Map<OpCid, string>()
      read.set(node, own)
      const before = own.get(ballot)
      if (before !== undefined && before !== outcome)
        judge.fails(`${node} read ${before} before and ${outcome} now`, {
          nodes: [node],
          ops: [ballot],
        })
      own.set(ballot, outcome)
    },
    conclude(view, judge) {
      for (const node of view.honest)
        for (const [ballot, outcome] of read.get(node.name) ?? []) {
          const now = node.replica.views.standing()?.outcomes.get(ballot)?.outcome
          if (now === outcome) judge.holds()
          else
            judge.fails(`${node.name} read ${outcome} before and reads ${now ?? 'nothing'} now`, {
              nodes: [node.name],
              ops: [ballot],
            })
        }
    },
  }
}

/** At most one adopted ballot a slot generation. */
export const slotExclusivity: OracleFactory = () => ({
  name: 'slot-exclusivity',
  about: 'of all ballots that would replace the same holder of a slot at most one is adopted',
  conclude(view, judge) {
    const winners = new Map<string, OpCid>()
    for (const node of view.honest)
      for (const { id, generation } of node.replica.views.ballots()) {
        if (node.replica.views.standing()?.outcomes.get(id)?.outcome !== 'adopted') continue
        const slot = `${generation.slot} after ${generation.replaces ?? 'nothing'}`
        const winner = winners.get(slot) ?? id
        winners.set(slot, winner)
        if (winner === id) judge.holds()
        else
          judge.fails(`slot ${slot} has two adopted ballots`, {
            nodes: [node.name],
            ops: [winner, id],
          })
      }
  },
})

/** Every ballot settles once the honest can talk. */
export const termination: OracleFactory = () => ({
  name: 'termination',
  about: 'once everything healed every ballot settles at every honest node',
  conclude(view, judge) {
    for (const node of view.honest)
      for (const { id, outcome } of lineOutcomes(node.replica)) {
        if (outcome !== 'open') judge.holds()
        else judge.fails(`${node.name} never settled a ballot`, { nodes: [node.name], ops: [id] })
      }
  },
})

/** Outcomes of the ballots whose charter is or was in force. */
function lineOutcomes({ views }: WorldView['nodes'][number]['replica']) {
  const standing = views.standing()
  const line = new Set(standing?.line.map(({ id }) => id))
  return views.ballots().flatMap(({ id, charterId }) => {
    const outcome = standing?.outcomes.get(id)?.outcome ?? 'open'
    return line.has(charterId) ? [{ id, outcome }] : []
  })
}

/** What a reduced coalition must keep to (§3.7). */
import type { OpCid } from '../../src/op/ids.ts'
import type { Ballot } from '../../src/replica/ballot.ts'
import { stateHere } from '../../src/replica/overlay.ts'
import type { Judge, NodeView, OracleFactory, WorldView } from './oracle.ts'

/** Provisional outcomes are somebody honest's, end, and end alike everywhere. */
export const provisionalResolved: OracleFactory = () => {
  const sealed = new Set<OpCid>()
  return {
    name: 'provisional-resolved',
    about:
      'a provisional outcome has an honest seal, ends as ratified or lapsed, and alike at every honest node',
    observe(record, view, judge) {
      if (record.what === 'issued' && record.type === 'seal.provisional' && record.ballot)
        if (record.honest) sealed.add(record.ballot)
      if (record.what === 'fault' && record.phase === 'ends') lapseInTime(view, judge)
      if (record.what !== 'overlay') return
      const { node, ballot, state } = record
      const about = { nodes: [node], ops: [ballot] }
      if (state === 'provisional' && !sealed.has(ballot))
        judge.fails(`${node} reads a provisional outcome that nobody honest sealed`, about)
      else if (state === 'lapsed' && isOpenEarly(view.node(node), ballot))
        judge.fails(`${node} lets a provisional outcome lapse before its time, unsettled`, about)
      else judge.holds()
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

/** Neither it nor another ballot of its slot is settled, and its time is not over by the node's clock. */
function isOpenEarly(node: NodeView | undefined, id: OpCid): boolean {
  const ballot = node?.replica.views.ballot(id)
  const standing = node?.replica.views.standing()
  if (!node || !ballot?.ok || !standing) return false
  const { slot, replaces } = ballot.value.generation
  const ofSlot = node.replica.views
    .ballots()
    .filter(({ generation }) => generation.slot === slot && generation.replaces === replaces)
  const isOpen = ofSlot.every((one) => standing.outcomes.get(one.id)?.outcome === 'open')
  return isOpen && node.replica.clock.now() < endsAt(ballot.value)
}

const endsAt = ({ provisional }: Ballot): number =>
  provisional?.formedAt === undefined
    ? Number.POSITIVE_INFINITY
    : provisional.formedAt + provisional.contingency.ratifyWithin

/** What is not settled within `ratifyWithin` has lapsed. */
function lapseInTime({ honest }: WorldView, judge: Judge): void {
  for (const { name, replica } of honest) {
    const standing = replica.views.standing()
    for (const id of standing?.provisional.keys() ?? []) {
      const ballot = replica.views.ballot(id)
      const now = replica.clock.now()
      if (!ballot.ok || standing?.outcomes.get(id)?.outcome !== 'open') continue
      if (now < endsAt(ballot.value)) continue
      if (stateHere(ballot.value, standing.provisional, now) === 'lapsed') judge.holds()
      else
        judge.fails(`a provisional outcome stands at ${name} long after its time`, {
          nodes: [name],
          ops: [id],
        })
    }
  }
}

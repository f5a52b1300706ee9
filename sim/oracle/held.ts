/** What nodes must hold in the end: the same, all of it, and never too much. */
import { MAX_PENDING_BYTES } from '../../src/chain/limits.ts'
import type { OpCid } from '../../src/op/ids.ts'
import type { Judge, NodeView, OracleFactory } from './oracle.ts'

/** After healing all that are honest hold and derive the same. */
export const convergence: OracleFactory = () => ({
  name: 'convergence',
  about:
    'once everything healed all honest nodes count the same operations and derive the same state',
  conclude(view, judge) {
    const [first, ...others] = view.honest
    const expected = first?.replica.digest()
    for (const { name, replica } of others) {
      const { ops, state } = replica.digest()
      if (ops === expected?.ops && state === expected.state) judge.holds()
      else
        judge.fails(
          `${name} ${ops === expected?.ops ? 'derives another state' : 'counts other operations'} than ${first?.name ?? ''}`,
          { nodes: [name, first?.name ?? ''] },
        )
    }
  },
})

/** Who came late knows in the end what those know who were there from the beginning. */
export const lateJoinerEqual: OracleFactory = () => ({
  name: 'late-joiner-equal',
  about: 'a node that joined late ends up like one that was there from the beginning',
  conclude(view, judge) {
    const veteran = view.honest.find(({ startedAt }) => startedAt === 0)
    const expected = veteran?.replica.digest().state
    for (const { name, startedAt, replica } of view.honest) {
      if (startedAt === 0) continue
      if (replica.digest().state === expected) judge.holds()
      else judge.fails(`${name} joined late and knows something else`, { nodes: [name] })
    }
  },
})

/** What a node has said and acknowledged is never lost: its disk has it, and everybody in the end. */
export const noAckedOpLost: OracleFactory = () => {
  const issued = new Map<OpCid, string>()
  const restored = new Set<string>()
  return {
    name: 'no-acknowledged-op-lost',
    about:
      'what an honest node has acknowledged it holds after every restart, and every honest node in the end',
    observe(record, view, judge) {
      if (record.what === 'issued' && record.honest) issued.set(record.cid, record.node)
      // A backup does not hold what was said after it: its owner gave that up.
      if (record.what === 'fault' && record.event.do === 'restore') restored.add(record.event.node)
      const node = record.what === 'started' ? view.node(record.node) : undefined
      if (!node?.honest || restored.has(node.name)) return
      for (const [cid, author] of issued) if (author === node.name) judgeKept(node, cid, judge)
    },
    conclude(view, judge) {
      const faulty = new Set(view.nodes.flatMap(({ name, honest }) => (honest ? [] : [name])))
      for (const [cid, author] of issued) {
        if (faulty.has(author) || restored.has(author)) continue
        const lacking = view.honest.find(({ replica }) => !replica.ledger.byCid.has(cid))
        if (!lacking) judge.holds()
        else
          judge.fails(`${lacking.name} lacks what ${author} has acknowledged`, {
            nodes: [lacking.name, author],
            ops: [cid],
          })
      }
    },
  }
}

function judgeKept({ name, replica }: NodeView, cid: OpCid, judge: Judge): void {
  if (replica.ledger.byCid.has(cid)) judge.holds()
  else
    judge.fails(`${name} started again and lacks what it had acknowledged`, {
      nodes: [name],
      ops: [cid],
    })
}

/** A run comes to its end: no node finds work for ever. */
export const boundedWork: OracleFactory = () => ({
  name: 'bounded-work',
  about: 'a run comes to its end within its limits of events and operations',
  observe(record, _view, judge) {
    if (record.what === 'cut')
      judge.fails(
        `no end in sight after ${record.events} events and ${record.ops} operations: the run was cut`,
      )
  },
  conclude: (_view, judge) => judge.holds(),
})

/** What waits is bounded, whatever is sent. */
export const boundedBuffers: OracleFactory = () => ({
  name: 'bounded-buffers',
  about: 'what waits at a node never exceeds its limit',
  observe(record, view, judge) {
    if (record.what !== 'closed' && record.what !== 'heal') return
    const nodes = record.what === 'heal' ? view.honest : [view.node(record.node)]
    for (const node of nodes) {
      const waiting = node?.up ? node.replica.ledger.pending.sizeBytes : 0
      if (waiting <= MAX_PENDING_BYTES) judge.holds()
      else judge.fails(`${waiting} bytes wait`, { nodes: [node?.name ?? ''] })
    }
  },
})

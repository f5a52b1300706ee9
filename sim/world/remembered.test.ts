/**
 * What a replica remembers of its views is what one reads that remembers nothing: at moments of
 * whole runs, with forks, revocations, amendments and restarts in them.
 */
import { expect, test } from 'vitest'
import type { Ballot } from '../../src/replica/ballot.ts'
import type { Replica } from '../../src/replica/replica.ts'
import type { OracleFactory } from '../oracle/oracle.ts'
import { runScenario } from '../run-scenario.ts'
import { loadScenario } from '../scenario/catalogue.ts'
import { SimNode } from './node.ts'

/** Of so many records of the trace one is looked at: opening a replica takes long. */
const EVERY = 23

/** What is said of a ballot, and what decisions are made from. */
const shownOf = ({ id, gates, tally, verdict, withdrawn, board, provisional }: Ballot) => ({
  id,
  gates,
  tally,
  verdict,
  withdrawn,
  rounds: board.summary(),
  certificates: board.settlements().map(({ outcome, round }) => [outcome, round]),
  provisional: provisional && {
    ...provisional,
    seals: [...provisional.seals].sort(byCid),
    recordedBy: [...provisional.recordedBy].sort(),
  },
})

const byCid = (a: { readonly cid: string }, b: { readonly cid: string }): number =>
  a.cid < b.cid ? -1 : 1

const byId = (a: { readonly id: string }, b: { readonly id: string }): number =>
  a.id < b.id ? -1 : 1

/** All that a replica reads and owes. */
function readingOf(replica: Replica) {
  const { line, outcomes, holders, violations } = replica.views.standing() ?? {}
  return {
    digest: replica.digest(),
    ballots: replica.views.ballots().map(shownOf).sort(byId),
    line: line?.map(({ id }) => id),
    outcomes: [...(outcomes ?? [])]
      .map(([id, { outcome, isRecorded }]) => [id, outcome, isRecorded])
      .sort(),
    holders: [...(holders ?? [])].sort(),
    violations,
    // References stand in the order in which they came.
    due: replica
      .duties(undefined, false)
      .due.map(({ kind, ballot, draft }) => [kind, ballot, draft?.type, draft?.refs.toSorted()]),
  }
}

/** A replica on the same disk that has read nothing yet; clock readings are not on the disk. */
function freshOf(node: SimNode): Replica {
  const fresh = node.reopened()
  for (const { id } of fresh.views.ballots())
    Object.assign(fresh.local.clock(id), structuredClone(node.replica.local.clock(id)))
  for (const [key, at] of node.replica.local.syncedAt) fresh.local.syncedAt.set(key, at)
  return fresh
}

test.each(['healing-and-ratification', 'amendment-meets-ballot', 'betrayal', 'stolen-key'])(
  '%s: what is remembered is what is read afresh',
  { timeout: 120_000 },
  (name) => {
    let records = 0
    let compared = 0
    const watcher: OracleFactory = () => ({
      name: 'remembered',
      about: 'what is remembered is what is read afresh',
      observe(record, view, judge) {
        if (++records % EVERY !== 0 || !('node' in record)) return
        const node = view.node(record.node)
        if (!(node instanceof SimNode) || !node.up || node.store.isFull) return
        node.replica.flush()
        expect(readingOf(freshOf(node)), `${record.what} at ${record.node}`).toEqual(
          readingOf(node.replica),
        )
        compared++
        judge.holds()
      },
    })
    runScenario(loadScenario(name), 1, { oracles: [watcher] })
    expect(compared).toBeGreaterThan(5)
  },
)

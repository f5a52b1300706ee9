/** Who is told what first (design §2.6): oldest first over all chains, in runs that verify. */
import { describe, expect, test } from 'vitest'
import { Dice } from '../../test/convergence/moot.ts'
import type { Made } from '../../test/convergence/pen.ts'
import { Stage } from '../../test/convergence/stage.ts'
import { Decided } from '../../test/rest/decided.ts'
import { rememberingVerifier } from '../../test/settle/node.ts'
import { TestClock } from '../../test/support/people.ts'
import { syncOnce } from '../../test/sync/link.ts'
import type { Held } from '../chain/held.ts'
import { Replica } from '../replica/replica.ts'
import { MemoryStore } from '../replica/store.ts'
import { framesOf, type HeldRun } from './runs.ts'
import { oldestFirst, type Tail, TURN_OPS } from './turns.ts'

const verifier = rememberingVerifier()
const seqs = (run: HeldRun): number[] => run.map(({ op }) => op.seq)
const notes = (stage: Stage, count: number): Made[] =>
  Array.from({ length: count }, (_, i) => stage.note(stage.node(0), `${i}`))

/** The chain of the first node key from its beginning. */
function tailOf(stage: Stage, replica: Replica): Tail {
  return { chain: replica.ledger.chain(stage.node(0).key), from: 0 }
}

test('a turn is so many operations, and the next takes up where it ended', () => {
  const stage = new Stage()
  const replica = stage.replica()
  replica.ingest(notes(stage, TURN_OPS))
  expect([...oldestFirst([tailOf(stage, replica)])].map(({ length }) => length)).toEqual([TURN_OPS])
  replica.ingest([stage.note(stage.node(0), 'one more')])
  const runs = [...oldestFirst([tailOf(stage, replica)])]
  expect(runs.map(({ length }) => length)).toEqual([TURN_OPS, 1])
  expect(runs.flatMap(seqs)).toEqual(Array.from({ length: TURN_OPS + 1 }, (_, seq) => seq))
})

test('a turn ends at its last signature, or goes on to the next one', () => {
  const stage = new Stage()
  const replica = stage.replica()
  const unsigned = ({ op, bytes }: Made) => ({ op, bytes, sig: null })
  const made = notes(stage, TURN_OPS + 30)
  const [few, many] = [made.slice(0, 10), made.slice(10)]
  for (const part of [few, many])
    replica.ingest([...part.slice(0, -1).map(unsigned), ...part.slice(-1)])
  const runs = [...oldestFirst([tailOf(stage, replica)])]
  expect(runs.map(({ length }) => length)).toEqual([few.length, many.length])
  expect(runs.every((run) => run.at(-1)?.signed)).toBe(true)
})

test('whose next operation was seen first goes first, and what is in a turn is one chain’s', () => {
  const stage = new Stage()
  const replica = stage.replica()
  const said: Held[] = []
  for (let i = 0; i < 3 * TURN_OPS; i++)
    for (const n of [2, 0, 1]) {
      stage.clock.time++
      const note = stage.note(stage.node(n), `${i}`)
      replica.ingest([note])
      said.push(...[replica.ledger.byCid.get(note.op.cid)].filter((held) => held !== undefined))
    }
  const tails = [0, 1, 2].map((n) => ({ chain: replica.ledger.chain(stage.node(n).key), from: 0 }))
  const runs = [...oldestFirst(tails)]
  expect(runs.map((run) => tails.findIndex(({ chain }) => chain.key === run[0]?.op.key))).toEqual([
    2, 0, 1, 2, 0, 1, 2, 0, 1,
  ])
  expect(new Set(runs.flat())).toEqual(new Set(said))
  expect(runs.flat()).toHaveLength(said.length)
})

test('a chain that is cut while it is told ends there', () => {
  const stage = new Stage()
  const replica = stage.replica()
  const made = notes(stage, 2 * TURN_OPS)
  replica.ingest(made)
  const turns = oldestFirst([tailOf(stage, replica)])
  expect(turns.next().value).toHaveLength(TURN_OPS)
  replica.ingest([stage.revoke(stage.root(0), stage.node(0), made[TURN_OPS + 4] ?? null)])
  expect(turns.next().value).toHaveLength(5)
  expect(turns.next().done).toBe(true)
})

test('chains that were heard at once take turns, as listed', () => {
  const stage = new Stage()
  const replica = stage.replica()
  const pens = [1, 0, 2].map((n) => stage.node(n))
  for (const pen of pens)
    replica.ingest(Array.from({ length: 2 * TURN_OPS }, (_, i) => stage.note(pen, `${i}`)))
  const tails = pens.map(({ key }) => ({ chain: replica.ledger.chain(key), from: 0 }))
  const keys = [...oldestFirst(tails)].map((run) => run[0]?.op.key)
  expect(keys).toEqual([...pens, ...pens].map(({ key }) => key))
})

describe('a session that is cut on its way', () => {
  const ROUNDS = 2 * TURN_OPS
  const NODES = [0, 1, 2]
  const text = 'a long word '.repeat(1_000)
  const LINK_FRAMES = 4

  /** Says the same round by round; `aheadMs` is how far the clock was ahead when the founding came. */
  function source(stage: Stage, aheadMs = 0): Replica {
    stage.clock.time += aheadMs
    const replica = stage.replica()
    stage.clock.time -= aheadMs
    for (let i = 0; i < ROUNDS; i++)
      for (const n of NODES) {
        stage.clock.time++
        replica.ingest([stage.note(stage.node(n), `${i} ${text}`)])
      }
    return replica
  }

  const lengthsAfter = (stage: Stage, from: Replica, frames: number): number[] => {
    const joiner = stage.empty()
    syncOnce(from, joiner, { cutAfter: frames })
    return NODES.map((n) => joiner.ledger.chain(stage.node(n).key).main.length)
  }

  test('leaves all chains about as long', () => {
    const stage = new Stage()
    const from = source(stage)
    const { frames } = syncOnce(from, stage.empty())
    const lengths = lengthsAfter(stage, from, Math.ceil(frames / 2))
    expect(Math.max(...lengths)).toBeLessThan(ROUNDS)
    expect(Math.min(...lengths)).toBeGreaterThanOrEqual(TURN_OPS / 2)
  })

  test('has told the roots first, whatever the clock said when they were heard', () => {
    const stage = new Stage()
    const lengths = lengthsAfter(stage, source(stage, 3_600_000), LINK_FRAMES + 1)
    expect(Math.max(...lengths)).toBeGreaterThan(0)
  })
})

/** Most ballots that looked open at once to whoever heard these runs, one after the other. */
function mostOpen({ founded, ballots }: Decided, from: Replica, runs: Iterable<HeldRun>): number {
  const { coalition, ops } = founded
  const clock = new TestClock(from.clock.now())
  const joiner = Replica.open({ coalition, verifier, clock, store: new MemoryStore() })
  joiner.ingest(ops)
  let most = 0
  for (const run of runs) {
    for (const frame of framesOf([run], from)) joiner.ingest(frame)
    const open = joiner.views.ballots().filter(({ board }) => board.settlements().length === 0)
    most = Math.max(most, open.length)
  }
  expect(joiner.digest()).toEqual(from.digest())
  expect(joiner.views.ballots()).toHaveLength(ballots.length)
  return most
}

test('to a late joiner few ballots look open at any time, not all that there ever were', () => {
  const decided = new Decided(new Dice(1))
  for (let i = 0; i < 40; i++) decided.decide()
  const { founded } = decided
  const clock = new TestClock(founded.at)
  const source = Replica.open({
    ...{ coalition: founded.coalition, verifier, clock, store: new MemoryStore() },
  })
  source.ingest(founded.ops)
  for (const { op, bytes, sig } of decided.ops) {
    clock.time = op.at
    source.ingest([{ op, bytes, sig }])
  }
  const tails = [...source.ledger.chains.values()].map((chain) => ({ chain, from: 0 }))
  const chainByChain = tails.flatMap((tail) => [...oldestFirst([tail])])
  expect(mostOpen(decided, source, chainByChain)).toBeGreaterThan(30)
  expect(mostOpen(decided, source, oldestFirst(tails))).toBeLessThan(20)
})

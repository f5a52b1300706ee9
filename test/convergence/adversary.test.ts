/** What one faulty key can make others compute stays bounded: seconds, not minutes. */
import { expect, test, vi } from 'vitest'
import type { Made } from './pen.ts'
import { PROPERTY_TIMEOUT_MS } from './seeds.ts'
import { asRun, Stage } from './stage.ts'

vi.setConfig({ testTimeout: PROPERTY_TIMEOUT_MS })

const OPS = 20_000
const FORKS = 200
/** Generous: the machine may be busy; what is quadratic takes many times longer. */
const MOST_MS = 40_000

/** A replica with long chains of four keys. */
function busy(stage: Stage) {
  const replica = stage.replica()
  for (const pen of stage.nodes) {
    const notes = Array.from({ length: OPS / 4 }, (_, i) => stage.note(pen, `${i}`))
    for (let at = 0; at < notes.length; at += 500) replica.ingest(asRun(notes.slice(at, at + 500)))
  }
  return replica
}

function timed(work: () => void): number {
  const start = performance.now()
  work()
  return Math.round(performance.now() - start)
}

test(`a key that forks at ever lower seqs ${FORKS} times among ${OPS} operations`, () => {
  const stage = new Stage()
  const replica = busy(stage)
  const pen = stage.node(0)
  const forks = Array.from({ length: FORKS }, (_, i) =>
    stage.note(pen, `fork ${i}`, pen.fork(OPS / 4 - 1 - i * 20)),
  )
  const tookMs = timed(() => {
    for (const made of forks) replica.ingest([made])
  })
  console.log(`${FORKS} ever lower forks among ${OPS} operations: ${tookMs} ms`)
  expect(replica.ledger.chain(pen.key).cut).toBe(OPS / 4 - 1 - (FORKS - 1) * 20)
  expect(tookMs).toBeLessThan(MOST_MS)
})

test('references into a broken chain, a thousand to its end and as many to its middle', () => {
  const stage = new Stage()
  const pen = stage.node(0)
  const notes = Array.from({ length: 3000 }, (_, i) => stage.note(pen, `${i}`))
  const replica = stage.replica()
  replica.ingest(asRun(notes))
  replica.ingest([stage.note(pen, 'fork', pen.fork(1))])
  const pick = (from: number): Made[] => notes.slice(from, from + 64)
  const tookMs = timed(() => {
    for (let i = 0; i < 16; i++)
      replica.ingest([
        stage.refer(stage.node(1), pick(2900 - i)),
        stage.refer(stage.node(2), pick(i * 90)),
      ])
    for (let at = 0; at < notes.length; at += 500) replica.ingest(asRun(notes.slice(at, at + 500)))
  })
  expect(replica.missing()).toEqual([])
  expect(tookMs).toBeLessThan(MOST_MS)
})

test('runs that wait by the thousand cost nothing when others come', () => {
  const stage = new Stage()
  const pen = stage.node(0)
  const notes = Array.from({ length: 8000 }, (_, i) => stage.note(pen, `${i}`))
  const replica = stage.replica()
  const tookMs = timed(() => {
    for (const made of notes.slice(2000).reverse()) replica.ingest([made])
    for (const made of notes.slice(0, 2000)) replica.ingest([made])
  })
  expect(replica.ledger.chain(pen.key).main).toHaveLength(8000)
  expect(tookMs).toBeLessThan(MOST_MS)
})

/** Sync at the edges of its limits (design §2.6): large operations, long chains, many keys. */
import { expect, test } from 'vitest'
import { MAX_RUN_BYTES } from '../../src/chain/limits.ts'
import { decodeMessage, encodeMessage, MAX_WANTS } from '../../src/sync/message.ts'
import { MAX_FRAME_BYTES } from '../../src/sync/session-types.ts'
import type { Made } from '../convergence/pen.ts'
import { portraitOf } from '../convergence/portrait.ts'
import { asRun, Stage } from '../convergence/stage.ts'
import { CostBench } from './cost.ts'
import { syncOnce, syncUntilEqual } from './link.ts'

const KIB = 1024

test('operations of 250 KiB travel in frames of at most 1 MiB', () => {
  const stage = new Stage()
  const [a, b] = [stage.replica(), stage.replica()]
  for (let i = 0; i < 9; i++) a.ingest([stage.note(stage.node(i % 2), `${i}`.repeat(250 * KIB))])
  const report = syncOnce(a, b)
  expect(report.complete).toBe(true)
  expect(report.largestFrameBytes).toBeGreaterThan(700 * KIB)
  expect(report.largestFrameBytes).toBeLessThanOrEqual(MAX_FRAME_BYTES)
  expect(portraitOf(b)).toEqual(portraitOf(a))
})

test('the largest run that is taken can be passed on', () => {
  const stage = new Stage()
  const [a, b] = [stage.replica(), stage.replica()]
  const notes: Made[] = []
  const text = 'x'.repeat(1000)
  for (let size = 0; size < MAX_RUN_BYTES - 2 * KIB; size += 1300)
    notes.push(stage.note(stage.node(0), text))
  a.ingest(asRun(notes))
  const report = syncOnce(a, b)
  expect(report.faults).toEqual([])
  expect(portraitOf(b)).toEqual(portraitOf(a))
})

test('where two branches together exceed a frame, each operation goes with its own voucher', () => {
  const stage = new Stage()
  const pen = stage.node(0)
  const large = (texts: string, branch = 0) =>
    [...texts].map((text) => stage.note(pen, text.repeat(220 * KIB), branch))
  const prefix = large('ab')
  const ours = large('cd')
  const theirs = large('efgh', pen.fork(2))
  const a = stage.replica()
  a.ingest(asRun([...prefix, ...ours]))
  a.ingest(asRun(theirs.slice(0, 4)))
  a.ingest([stage.refer(stage.node(1), [...ours.slice(1), ...theirs.slice(3)])])
  a.ingest(asRun(ours))
  a.ingest(asRun(theirs))
  expect(a.missing()).toEqual([])
  const b = stage.replica()
  syncUntilEqual(a, b)
  expect(portraitOf(b)).toEqual(portraitOf(a))
})

test('a joiner takes a chain of 12,000 operations, and a cut session goes on where it stopped', () => {
  const bench = new CostBench(12_500, 1)
  const length = bench.longest
  expect(length).toBeGreaterThan(12_000)
  const joiner = bench.joiner()
  const report = syncOnce(bench.a, joiner, { cutAfter: 7 })
  expect(report.complete).toBe(false)
  const held = joiner.ledger.byCid.size
  expect(held).toBeGreaterThan(1000)
  expect(held).toBeLessThan(length)
  const rest = syncOnce(bench.a, joiner, { nonce: 1 })
  expect(rest.complete).toBe(true)
  expect(joiner.digest()).toEqual(bench.a.digest())
  const [sent] = rest.bytes
  expect(sent).toBeLessThan(report.bytes[0] * ((length - held) / held) * 1.5)
})

test('a joiner meets 5,000 keys in one session', () => {
  const bench = new CostBench(12_000, 5000)
  const joiner = bench.joiner()
  const report = syncOnce(bench.a, joiner)
  expect(report).toMatchObject({ complete: true, faults: [] })
  expect(report.flights).toBeLessThan(12)
  expect(report.largestFrameBytes).toBeLessThanOrEqual(MAX_FRAME_BYTES)
  expect(joiner.digest()).toEqual(bench.a.digest())
})

test('more keys than are listed flat, and differences in every bucket', () => {
  const bench = new CostBench(3000, 1000)
  for (const holder of ['a', 'b'] as const) {
    const { flights } = bench.measure({ differences: 900, holder })
    expect(flights).toBeLessThanOrEqual(5)
  }
  expect(bench.a.digest()).toEqual(bench.b.digest())
})

test('when more buckets differ than are split, their keys are listed', () => {
  const bench = new CostBench(4000, 2000)
  const joiner = bench.joiner()
  // Both sides are told that there are a billion keys: they would go down four levels.
  let deepest = 0
  const report = syncOnce(bench.a, joiner, {
    tamper: (frame) => {
      const message = decodeMessage(frame)
      if (!message.ok) return frame
      if (message.value.kind === 'buckets') deepest = Math.max(deepest, message.value.level)
      if (message.value.kind !== 'hello') return frame
      return encodeMessage({ ...message.value, keys: 1_000_000_000 })
    },
  })
  expect(deepest).toBe(2)
  expect(report).toMatchObject({ complete: true, faults: [] })
  expect(joiner.digest()).toEqual(bench.a.digest())
})

test('more references than one message asks for are all fetched in one session', () => {
  const stage = new Stage()
  const pen = stage.node(0)
  const count = 2 * MAX_WANTS + 100
  const seals = Array.from({ length: count }, () => stage.refer(pen, [], { type: 'seal' }))
  const a = stage.replica()
  a.ingest(asRun(seals))
  for (let at = 0; at < count; at += 64)
    a.ingest([stage.refer(stage.node(1), seals.slice(at, at + 64))])
  a.ingest([stage.note(pen, 'fork', pen.fork(0))])
  const b = stage.replica()
  syncOnce(a, b)
  expect(b.missing()).toEqual([])
  expect(portraitOf(b)).toEqual(portraitOf(a))
})

test('references that nobody can answer do not keep a session from asking for the others', () => {
  const stage = new Stage()
  const pen = stage.node(0)
  const seals = Array.from({ length: 70 }, () => stage.refer(pen, [], { type: 'seal' }))
  const nowhere = new Stage()
  nowhere.clock.advance(1)
  const [a, b] = [stage.replica(), stage.replica()]
  a.ingest([...seals, stage.note(pen, 'fork', pen.fork(0))])
  for (let i = 0; i < 100; i++) {
    const refs = Array.from({ length: 64 }, () => nowhere.note(nowhere.node(3)))
    a.ingest([stage.refer(stage.node(2), refs)])
  }
  a.ingest([stage.refer(stage.node(1), seals.slice(0, 60))])
  a.ingest(asRun(seals))
  syncUntilEqual(a, b, 3)
  expect(portraitOf(b)).toEqual(portraitOf(a))
})

test('a joiner with little room for what waits still gets everything', () => {
  const stage = new Stage()
  const a = stage.replica()
  const keys = Array.from({ length: 30 }, () => stage.newPen())
  for (const key of keys) a.ingest([stage.delegate(stage.root(0), key), stage.note(key)])
  const b = stage.replica({ pendingLimits: { totalBytes: 2000, perPeerBytes: 1000 } })
  expect(syncUntilEqual(a, b)).toBeLessThanOrEqual(3)
})

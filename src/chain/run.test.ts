/** Runs: one signature vouches for a chain (design §2.2); a run is taken whole or not at all. */
import { describe, expect, test } from 'vitest'
import type { Made } from '../../test/convergence/pen.ts'
import { asRun, cidsOf, Stage, standingOf } from '../../test/convergence/stage.ts'
import { MAX_RUN_BYTES, RUN_BYTES_PER_OP } from './limits.ts'
import { runsOf } from './run.ts'

const threeNotes = (stage: Stage) => ['a', 'b', 'c'].map((text) => stage.note(stage.node(0), text))

describe('cutting', () => {
  test('each signature ends a run', () => {
    const stage = new Stage()
    const [a, b, c] = threeNotes(stage)
    const list = [...asRun([a, b].flatMap((made) => made ?? [])), ...asRun(c ? [c] : [])]
    const lengths = [...runsOf(list)].map((run) => (run.ok ? run.value.ops.length : run.code))
    expect(lengths).toEqual([2, 1])
  })

  test('what does not follow, or has no signature at its end, is refused', () => {
    const stage = new Stage()
    const [a, b, c] = asRun(threeNotes(stage))
    const codes = (list: ReturnType<typeof asRun>): string[] =>
      [...runsOf(list)].map((run) => (run.ok ? 'ok' : run.code))
    expect(codes([a, c].flatMap((item) => item ?? []))).toEqual(['unvouched'])
    expect(codes([a, b].flatMap((item) => item ?? []))).toEqual(['unvouched'])
    expect(codes([{ bytes: Uint8Array.of(1), sig: null }])).toEqual(['malformed'])
  })
})

describe('vouching', () => {
  test('one signature at the end is enough, and all are kept at once', () => {
    const stage = new Stage()
    const notes = threeNotes(stage)
    const replica = stage.replica()
    expect(replica.ingest(asRun(notes)).accepted).toHaveLength(3)
    expect(notes.map(({ op }) => replica.ledger.byCid.get(op.cid)?.signed)).toEqual([
      false,
      false,
      true,
    ])
  })

  test('a run whose end does not verify is dropped whole, the one after it is not', () => {
    const stage = new Stage()
    const [first, ...rest] = asRun(threeNotes(stage))
    const other = stage.note(stage.node(1))
    const forged = rest.map((item) => ({ ...item, sig: item.sig && new Uint8Array(64) }))
    const replica = stage.replica()
    const report = replica.ingest([...(first ? [first] : []), ...forged, other])
    expect(report.refused.map(({ reason }) => reason.code)).toEqual(['bad-signature'])
    expect(report.accepted.map(({ cid }) => cid)).toEqual(cidsOf([other]))
  })

  test('a signature that comes later is kept with its operation, also before it is on disk', () => {
    const stage = new Stage()
    const [a, b] = threeNotes(stage)
    if (!a || !b) throw new RangeError('three notes')
    const replica = stage.replica()
    replica.ingest(asRun([a, b]))
    replica.flush()
    replica.ingest([a])
    expect(replica.stored(a.op.cid)?.sig).toEqual(a.sig)
    replica.flush()
    expect(replica.stored(a.op.cid)?.sig).toEqual(a.sig)
  })

  test('operations of another coalition are refused, however well they are signed', () => {
    const stage = new Stage()
    const other = stage.note(stage.penElsewhere(0))
    const report = stage.replica().ingest([other])
    expect(report.refused.map(({ reason }) => reason.code)).toEqual(['bad-signature'])
  })
})

describe('size', () => {
  const weight = (notes: readonly Made[]): number =>
    notes.reduce((sum, { bytes }) => sum + bytes.length + RUN_BYTES_PER_OP, 0)

  /** A run of five operations that takes exactly that many bytes. */
  function runOfSize(stage: Stage, sizeBytes: number): Made[] {
    const pen = stage.node(0)
    const long = 100_000
    const notes = Array.from({ length: 4 }, (_, i) => stage.note(pen, `${i}`.repeat(2 * long)))
    const trial = stage.note(pen, 'x'.repeat(long))
    pen.branch().pop()
    const more = sizeBytes - weight([...notes, trial])
    return [...notes, stage.note(pen, 'x'.repeat(long + more))]
  }

  test('a run of exactly the limit is taken, and one byte more is refused', () => {
    for (const over of [0, 1]) {
      const stage = new Stage()
      const notes = runOfSize(stage, MAX_RUN_BYTES + over)
      expect(weight(notes)).toBe(MAX_RUN_BYTES + over)
      const report = stage.replica().ingest(asRun(notes))
      expect(report.refused.map(({ reason }) => reason.code)).toEqual(over ? ['run-too-large'] : [])
      expect(report.accepted).toHaveLength(over ? 0 : 5)
    }
  })
})

test('operations that we hold already are skipped, and the rest of the run is taken', () => {
  const stage = new Stage()
  const notes = threeNotes(stage)
  const replica = stage.replica()
  replica.ingest(notes.slice(0, 2))
  expect(replica.ingest(asRun(notes)).accepted.map(({ cid }) => cid)).toEqual(
    cidsOf(notes.slice(2)),
  )
  expect(notes.every((made) => standingOf(replica, made) === 'regular')).toBe(true)
})

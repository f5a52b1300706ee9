/** What arrives too early waits within bounds: it is delayed, never judged nor lost for good. */
import { describe, expect, test } from 'vitest'
import { asRun, cidsOf, Stage, standingOf } from '../../test/convergence/stage.ts'
import { MAX_AHEAD_MS } from '../op/limits.ts'
import { MAX_PENDING_TWINS, RUN_BYTES_PER_OP } from './limits.ts'

const FAR = Number.POSITIVE_INFINITY

/** Ten notes of one key. */
const tenNotes = (stage: Stage) =>
  Array.from({ length: 10 }, (_, i) => stage.note(stage.node(0), `${i}`))

describe('room', () => {
  test('one peer fills its own room, not that of others', () => {
    const stage = new Stage()
    const [first, ...notes] = tenNotes(stage)
    const [one] = notes
    const sizeBytes = (one?.bytes.length ?? 0) + RUN_BYTES_PER_OP
    const replica = stage.replica({
      pendingLimits: { perPeerBytes: 3 * sizeBytes, totalBytes: FAR },
    })
    const codes = notes.slice(0, 5).map((made) => {
      const { waiting, refused } = replica.ingest([made], 'greedy')
      return refused[0]?.reason.code ?? `waits ${waiting.length}`
    })
    expect(codes).toEqual(['waits 1', 'waits 1', 'waits 1', 'pending-full', 'pending-full'])
    expect(replica.ingest(notes.slice(3, 4), 'modest').refused).toEqual([])
    expect(replica.ledger.pending.sizeBytes).toBe(4 * sizeBytes)
    replica.ingest(first ? [first] : [])
    expect(replica.ledger.pending.sizeBytes).toBe(0)
    // What did not fit comes again, and is taken then.
    for (const made of notes) replica.ingest([made], 'greedy')
    expect(notes.every((made) => standingOf(replica, made) === 'regular')).toBe(true)
  })

  test('all peers together fill no more than there is', () => {
    const stage = new Stage()
    const [, ...notes] = tenNotes(stage)
    const sizeBytes = (notes[0]?.bytes.length ?? 0) + RUN_BYTES_PER_OP
    const replica = stage.replica({
      pendingLimits: { perPeerBytes: FAR, totalBytes: 2 * sizeBytes },
    })
    const refused = notes.map((made, i) => replica.ingest([made], `peer ${i}`).refused.length)
    expect(refused).toEqual([0, 0, 1, 1, 1, 1, 1, 1, 1])
  })

  test('where all room is taken, whoever has most of it gives way', () => {
    const stage = new Stage()
    const [first, ...notes] = tenNotes(stage)
    const sizeBytes = (notes[0]?.bytes.length ?? 0) + RUN_BYTES_PER_OP
    const replica = stage.replica({
      pendingLimits: { perPeerBytes: FAR, totalBytes: 4 * sizeBytes },
    })
    for (const made of notes.slice(0, 4)) replica.ingest([made], 'greedy')
    const refused = notes.slice(4).map((made) => replica.ingest([made], 'modest').refused.length)
    expect(refused).toEqual([0, 0, 1, 1, 1])
    expect(replica.ledger.pending.sizeBytes).toBe(4 * sizeBytes)
    replica.ingest(first ? [first] : [])
    for (const made of notes) replica.ingest([made], 'greedy')
    expect(
      notes.every((made) => standingOf(replica, made) === 'regular'),
      'it comes again',
    ).toBe(true)
  })

  test('of a peer whose room is full no signature is looked at', () => {
    const stage = new Stage()
    const [, ...notes] = tenNotes(stage)
    const sizeBytes = (notes[0]?.bytes.length ?? 0) + RUN_BYTES_PER_OP
    const replica = stage.replica({
      pendingLimits: { perPeerBytes: 3 * sizeBytes, totalBytes: FAR },
    })
    for (const made of notes.slice(0, 3)) replica.ingest([made], 'greedy')
    const forged = { bytes: notes[4]?.bytes ?? new Uint8Array(), sig: new Uint8Array(64) }
    const codes = ['greedy', 'modest'].map(
      (from) => replica.ingest([forged], from).refused[0]?.reason.code,
    )
    expect(codes).toEqual(['pending-full', 'bad-signature'])
  })

  test('the same again takes no more room', () => {
    const stage = new Stage()
    const [, one] = tenNotes(stage)
    const replica = stage.replica()
    for (let i = 0; i < 5; i++) replica.ingest(one ? [one] : [])
    expect(replica.ledger.pending.sizeBytes).toBe((one?.bytes.length ?? 0) + RUN_BYTES_PER_OP)
  })
})

describe('signatures', () => {
  test('a forged copy that came first does not keep out the real one', () => {
    const stage = new Stage()
    const pen = stage.newPen()
    const note = stage.note(pen)
    const replica = stage.replica()
    replica.ingest([{ bytes: note.bytes, sig: new Uint8Array(64) }], 'forger')
    replica.ingest([note], 'honest')
    replica.ingest([stage.delegate(stage.root(0), pen)])
    expect(standingOf(replica, note)).toBe('regular')
  })

  test('so many copies of one peer wait, and no more; those of others beside', () => {
    const stage = new Stage()
    const pen = stage.newPen()
    const note = stage.note(pen)
    const replica = stage.replica()
    const forged = Array.from({ length: MAX_PENDING_TWINS + 3 }, (_, i) => ({
      bytes: note.bytes,
      sig: new Uint8Array(64).fill(i),
    }))
    const kept = forged.filter((one) => replica.ingest([one], 'forger').refused.length === 0)
    expect(kept).toHaveLength(MAX_PENDING_TWINS)
    replica.ingest([note], 'honest')
    replica.ingest([stage.delegate(stage.root(0), pen)])
    expect(standingOf(replica, note)).toBe('regular')
  })

  test('what waited on behalf of a forger is not the fault of who made it due', () => {
    const stage = new Stage()
    const pen = stage.newPen()
    const note = stage.note(pen)
    const replica = stage.replica()
    replica.ingest([{ bytes: note.bytes, sig: new Uint8Array(64) }], 'forger')
    const report = replica.ingest([stage.delegate(stage.root(0), pen)], 'honest')
    expect(report.refused).toEqual([])
  })

  test('of a known key nothing waits whose signature is bad', () => {
    const stage = new Stage()
    const [, later] = tenNotes(stage)
    const replica = stage.replica()
    const report = replica.ingest([
      { bytes: later?.bytes ?? new Uint8Array(), sig: new Uint8Array(64) },
    ])
    expect(report.refused[0]?.reason.code).toBe('bad-signature')
    expect(replica.ledger.pending.sizeBytes).toBe(0)
  })
})

describe('time', () => {
  test('an operation is taken up to five minutes ahead of our clock; beyond, it waits', () => {
    const stage = new Stage()
    const replica = stage.replica()
    const now = stage.clock.now()
    const line = { type: 'node.address', refs: [], body: { addresses: [] } }
    const edge = stage.node(0).say({ ...line, at: now + MAX_AHEAD_MS })
    const beyond = stage.node(0).say({ ...line, at: now + MAX_AHEAD_MS + 1 })
    expect(cidsOf([edge])).toEqual(replica.ingest([edge]).accepted.map(({ cid }) => cid))
    expect(replica.ingest([beyond]).waiting).toEqual(cidsOf([beyond]))
    expect(replica.tick().accepted).toEqual([])
    stage.clock.advance(1)
    expect(replica.tick().accepted.map(({ cid }) => cid)).toEqual(cidsOf([beyond]))
  })

  test('a run with one operation from the future waits whole', () => {
    const stage = new Stage()
    const replica = stage.replica()
    const line = { type: 'node.address', refs: [], body: { addresses: [] } }
    const now = stage.clock.now()
    const run = [now, now + 2 * MAX_AHEAD_MS, now].map((at) => stage.node(0).say({ ...line, at }))
    expect(replica.ingest(asRun(run)).waiting).toEqual(cidsOf(run))
    stage.clock.advance(MAX_AHEAD_MS)
    expect(replica.tick().accepted).toHaveLength(3)
  })
})

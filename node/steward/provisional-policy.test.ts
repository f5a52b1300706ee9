import { describe, expect, test } from 'vitest'
import { renderExplanation } from '../../src/ballot/explain.ts'
import { unwrap } from '../../src/op/refusal.ts'
import type { Party } from '../../test/support/coalition.ts'
import { HandTimers } from '../../test/support/hand-timers.ts'
import { AFTER, HOUR, PartedCoalition, RATIFY_WITHIN } from '../../test/support/parted.ts'
import { replicaAlarms } from '../api/alarms.ts'
import { digestOf } from '../api/digest/digest.ts'
import { EventLog } from '../api/event-log.ts'
import { EventWatch } from '../api/event-watch.ts'
import { ballotCounts, explanationOf, proposalLines } from '../api/proposal-view.ts'
import { answerSealLine, sealLines } from '../api/seal-view.ts'
import { silentLog } from '../daemon/log.ts'
import type { DutyMode } from '../home/config-schema.ts'
import { Steward } from './steward.ts'

/** Three of five are there; the first has a steward with the given mode; the others do nothing. */
function stuckWith(mode: DutyMode) {
  const coalition = new PartedCoalition(5)
  const [side = []] = coalition.part(3, 2)
  const [self] = side
  if (!self) throw new RangeError('three are there')
  const id = coalition.propose(self)
  coalition.vote(id, side)
  const published: string[] = []
  const modes = () => mode
  const timers = new HandTimers(coalition.clock)
  const steward = new Steward({
    replica: self.replica,
    timers,
    log: silentLog,
    sealModes: modes,
    checkpoints: 'off',
    isReadOnly: () => false,
    publish: (issued) => void published.push(...issued.map(({ op }) => op.type)),
    journal() {},
    taken() {},
    storeFailed() {},
  })
  coalition.clock.time += HOUR + AFTER
  steward.start()
  timers.run()
  return { coalition, self, others: side.slice(1), id, published, modes, timers, steward }
}

const countOf = (types: readonly string[], type: string): number =>
  types.filter((one) => one === type).length

describe('a provisional seal', () => {
  test('is given by itself where seals are', () => {
    const { published } = stuckWith('auto')
    expect(countOf(published, 'seal.provisional')).toBe(1)
  })

  test('waits for a person who is asked, and is given once they approve', () => {
    const { self, id, modes, published, timers, steward } = stuckWith('ask')
    expect(countOf(published, 'seal.provisional')).toBe(0)
    const lines = sealLines(self.replica, modes).filter(({ verdict }) => verdict === 'provisional')
    expect(lines).toMatchObject([{ ballot: id, track: 'standard' }])
    // The first answer is to the seal itself, which waited all along.
    for (const verdict of ['endorse', 'provisional'])
      expect(
        unwrap(answerSealLine(self.replica, modes, { ballot: id, approve: true })).verdict,
      ).toBe(verdict)
    steward.poke()
    timers.run()
    expect(countOf(published, 'seal.provisional')).toBe(1)
    expect(sealLines(self.replica, modes)).toEqual([])
  })

  test('is not given after a person said no, nor where it is off', () => {
    const { coalition, self, id, modes, published, timers, steward } = stuckWith('ask')
    for (const approve of [true, false])
      unwrap(answerSealLine(self.replica, modes, { ballot: id, approve }))
    coalition.clock.time += HOUR
    steward.poke()
    timers.run()
    expect(countOf(published, 'seal.provisional')).toBe(0)
    expect(answerSealLine(self.replica, modes, { ballot: id, approve: true })).toMatchObject({
      ok: false,
      code: 'no-such-seal',
    })
    expect(countOf(stuckWith('off').published, 'seal.provisional')).toBe(0)
  })
})

describe('what people are shown of a ballot that is stuck', () => {
  const shown = ({ replica }: Party, id: string) =>
    renderExplanation(unwrap(explanationOf(replica, id)), { width: 100 })

  test('every rule of the contingency before, and PROVISIONAL while it holds', () => {
    const { coalition, self, others, id } = stuckWith('off')
    expect(shown(self, id)).toContain('those who are there may go ahead now')
    expect(shown(self, id)).toContain('✓ floor: 3 of 5 is there; at least 2 (2/5) is needed.')
    for (const party of others) self.replica.ingest(party.doDuties())
    expect(shown(self, id)).toContain('PROVISIONAL: adopted for now by s2, s3')
    expect(proposalLines(self.replica)).toMatchObject([{ id, outcome: 'provisional' }])
    coalition.clock.time += RATIFY_WITHIN
    expect(shown(self, id)).toContain('LAPSED: adopted provisionally, and not settled within 20h.')
    expect(proposalLines(self.replica)).toMatchObject([
      { id, outcome: 'open', provisional: 'lapsed' },
    ])
  })

  test('a lapse by time alone is an event, once, and in the digest of its span', () => {
    const { coalition, self, others } = stuckWith('off')
    const events = new EventLog(() => coalition.clock.now())
    const watch = new EventWatch(self.replica, events)
    for (const party of others) self.replica.ingest(party.doDuties())
    const from = coalition.clock.now()
    const news = events.lastId
    coalition.clock.time += RATIFY_WITHIN - 1
    watch.check()
    expect(events.lastId).toBe(news)
    coalition.clock.time += 1
    watch.check()
    watch.check()
    expect(events.lastId).toBe(news + 1)
    const digest = (span: { from: number; to: number }) =>
      JSON.stringify(unwrap(digestOf(self.replica, span)).happened)
    const to = coalition.clock.now()
    expect(digest({ from, to: to - 1 })).not.toContain('lapsed')
    expect(digest({ from, to })).toContain('its provisional adoption has lapsed')
    expect(digest({ from: to, to: to + HOUR })).not.toContain('lapsed')
  })

  test('two of one slot are held: said in an alarm and beside the outcome, until one is settled', () => {
    const coalition = new PartedCoalition(5)
    const [left = [], right = []] = coalition.part(3, 2)
    const ids = [left, right].map((side) => {
      const [first] = side
      if (!first) throw new RangeError('somebody is there')
      const id = coalition.propose(first)
      coalition.vote(id, side)
      return id
    })
    coalition.later(HOUR + AFTER)
    const [{ replica } = expect.unreachable()] = left
    expect(replicaAlarms(replica)).toEqual([])
    for (const { said } of right) replica.ingest(said)
    expect(proposalLines(replica).map(({ provisional }) => provisional)).toEqual(['held', 'held'])
    expect(replicaAlarms(replica)).toMatchObject([{ code: 'held:policy@a', severity: 'warning' }])
    expect(ballotCounts(replica)).toMatchObject({ open: 2, provisional: 2 })
    expect(ids).toHaveLength(2)
  })
})

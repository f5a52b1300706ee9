import { describe, expect, it } from 'vitest'
import { heldOps, openReplica, simpleProposal, testTrack } from '../../../test/support/coalition.ts'
import { randomFrom } from '../../../test/support/people.ts'
import { ServedCoalition } from '../../../test/support/service.ts'
import type { Choice } from '../../ballot/ops.ts'
import type { OpCid } from '../../op/ids.ts'
import { unwrap } from '../../op/refusal.ts'
import { smallMembers } from './ballot-facts.ts'
import { influenceReport } from './influence.ts'
import { quarterOf } from './quarter.ts'

const HOUR = 3_600_000
const standard = testTrack({ approval: { at: { num: 2, den: 3 }, of: 'cast' } })
const charter = { tracks: { standard, emergency: standard, constitutional: standard } }

/** Members of weight 4, 3, 2 and 1 who decide one thing each way. */
class Year extends ServedCoalition {
  constructor() {
    super([4, 3, 2, 1], { charter })
  }

  async propose(n: number, slot: string): Promise<OpCid> {
    const signed = unwrap(await this.node(n).service.propose(simpleProposal(slot)))
    this.exchange()
    return (signed.cid ?? '') as OpCid
  }

  async decide(id: OpCid, choices: readonly (Choice | null)[]): Promise<void> {
    for (const [n, choice] of choices.entries())
      if (choice) unwrap(await this.node(n).service.vote(id, choice, undefined))
    this.exchange()
    this.clock.advance(25 * HOUR)
    this.settle()
  }

  async comment(n: number, proposal: OpCid, kind: 'objection' | 'concern' | 'answer', to?: string) {
    this.clock.advance(1000)
    const signed = await this.node(n).service.comment({
      ...{ proposal, kind, text: 'Well.' },
      ...(kind === 'objection' && { disposition: 'a test' }),
      ...(to !== undefined && { answers: to as OpCid }),
    })
    this.exchange()
    return unwrap(signed).cid ?? ''
  }

  report(n = 0, query = {}) {
    return unwrap(influenceReport(this.node(n).replica, query))
  }
}

describe('the influence report', async () => {
  const year = new Year()
  const first = await year.propose(0, 'policy@a')
  const objection = await year.comment(3, first, 'objection')
  await year.comment(0, first, 'answer', objection)
  await year.comment(2, first, 'concern')
  await year.decide(first, ['yes', 'yes', 'no', null])
  year.clock.advance(100 * 24 * HOUR)
  const second = await year.propose(3, 'policy@b')
  await year.decide(second, ['no', 'abstain', null, 'yes'])
  await year.propose(3, 'policy@c')
  const report = year.report()

  it('counts ballots, and says who decided them', () => {
    expect(report.ballots).toEqual({ settled: 2, adopted: 1, open: 1, byVotes: 2 })
    const told = report.members.map(({ stakeholder, decisive, pivotal, decided }) => ({
      ...{ stakeholder, decisive, pivotal, decided },
    }))
    expect(told).toEqual([
      // Without its yes, 3 of 5 are too few; with its yes the second would have passed.
      { stakeholder: 's1', decisive: 1, pivotal: 2, decided: 2 },
      // Without its yes, 4 of 6 are still two thirds; against it, 4 of 9 are not.
      { stakeholder: 's2', decisive: 0, pivotal: 1, decided: 2 },
      { stakeholder: 's3', decisive: 0, pivotal: 0, decided: 2 },
      { stakeholder: 's4', decisive: 0, pivotal: 0, decided: 2 },
    ])
  })

  it('shows who took part, silence as a state of its own', () => {
    const [, s2, s3, s4] = report.members
    expect(s2?.stances).toMatchObject({ yes: 1, abstain: 1, silent: 0 })
    expect(s3?.stances).toMatchObject({ no: 1, silent: 1 })
    expect(s4?.tookPart).toEqual({ part: 1, whole: 2 })
    const [standardTrack] = report.tracks
    expect(standardTrack).toMatchObject({ track: 'standard', settled: 2, adopted: 1 })
    expect(standardTrack?.turnout).toEqual({ part: 9 + 8, whole: 20 })
  })

  it('says how few control a track', () => {
    const [standardTrack] = report.tracks
    expect(standardTrack?.gini).toEqual({ num: 1, den: 4 })
    // 7 of 10 are two thirds of everybody; 4 are more than F and more than a third.
    expect(standardTrack?.decide).toMatchObject({ kind: 'exact', count: 2 })
    expect(standardTrack?.stop).toMatchObject({ kind: 'exact', count: 1, who: ['s1'] })
  })

  it('hears the small: comments, objections answered, proposals', () => {
    expect(report.small).toMatchObject({
      ...{ members: ['s3', 's4'], weight: { part: 3, whole: 10 } },
      ...{ comments: 2, objections: 1, answered: 1, proposals: 2, adopted: 0 },
      ...{ tookPart: { part: 2, whole: 4 }, decisive: { part: 0, whole: 1 } },
    })
    expect(report.others).toMatchObject({ comments: 1, objections: 0, proposals: 1, adopted: 1 })
  })

  it('goes by quarter and by charter', () => {
    expect(report.quarters.map(({ period, settled }) => [period, settled])).toEqual([
      ['2027-Q1', 1],
      ['2027-Q2', 1],
    ])
    expect(report.quarters[0]?.decisive).toEqual({ part: 1, whole: 4 })
    expect(report.quarters[1]?.smallProposals).toEqual({ part: 2, whole: 2 })
    expect(report.charters).toMatchObject([
      { period: 'version 1', settled: 2, members: 4, gini: { num: 1, den: 4 } },
    ])
  })

  it('can be of one track, and of what opens since a moment', () => {
    const since = year.clock.now() - 50 * 24 * HOUR
    expect(year.report(0, { since }).ballots).toMatchObject({ settled: 1, adopted: 0 })
    expect(year.report(0, { track: 'emergency' }).ballots.settled).toBe(0)
    expect(influenceReport(year.node(0).replica, { track: 'urgent' })).toMatchObject({
      ...{ ok: false, code: 'track' },
      hint: expect.stringContaining('emergency'),
    })
  })

  it('is the same at every node, in whatever order it learned of it', () => {
    const bytes = JSON.stringify(report)
    for (const n of [1, 2, 3]) expect(JSON.stringify(year.report(n))).toBe(bytes)
    const random = randomFrom(7)
    const ops = heldOps(year.node(0).replica)
    for (let run = 0; run < 5; run++) {
      const replica = openReplica(year.founded, { clock: year.clock })
      for (const op of ops.toSorted(() => random() - 0.5)) replica.ingest([op])
      expect(JSON.stringify(unwrap(influenceReport(replica)))).toBe(bytes)
    }
  })
})

describe('what nobody’s votes decided', () => {
  it('is no ballot on which anybody was pivotal', async () => {
    const year = new Year()
    const id = await year.propose(0, 'policy@a')
    for (const n of [0, 1, 2, 3]) unwrap(await year.node(n).service.vote(id, 'yes', undefined))
    unwrap(await year.node(0).service.withdraw(id, undefined))
    year.exchange()
    year.settle()
    const report = year.report(1)
    expect(report.ballots).toMatchObject({ settled: 1, adopted: 0, byVotes: 0 })
    expect(report.members.every(({ pivotal, decided }) => pivotal + decided === 0)).toBe(true)
  })
})

describe('small members', () => {
  const small = (weights: readonly number[]): string[] => {
    const { founded } = new ServedCoalition(weights)
    return [...smallMembers(founded.charter)]
  }

  it('are below the median; none where all weigh the same', () => {
    expect(small([1, 1, 1])).toEqual([])
    expect(small([5, 3, 3, 1])).toEqual(['s4'])
    // Between 2 and 3: who weighs 2 is below it.
    expect(small([4, 3, 2, 1])).toEqual(['s3', 's4'])
    expect(small([9])).toEqual([])
  })
})

it('a quarter is of the calendar in UTC, whatever an author claims', () => {
  expect(quarterOf(Date.UTC(2026, 11, 31, 23, 59))).toBe('2026-Q4')
  expect(quarterOf(Date.UTC(2027, 0, 1))).toBe('2027-Q1')
  expect(quarterOf(0)).toBe('1970-Q1')
  expect(quarterOf(8.64e15)).toBe('275760-Q3')
  expect(quarterOf(8.64e15 + 1)).toBe('beyond the calendar')
})

import { describe, expect, it } from 'vitest'
import { simpleProposal, testTrack } from '../../../test/support/coalition.ts'
import { ServedCoalition } from '../../../test/support/service.ts'
import type { Choice } from '../../ballot/ops.ts'
import type { OpCid } from '../../op/ids.ts'
import { unwrap } from '../../op/refusal.ts'
import { REVIEW_SLOT, reviewReport } from './review.ts'
import { reviewInput } from './review-acts.ts'
import { summaryOf } from './spans.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const standard = testTrack({
  windows: { ...testTrack().windows, deliberation: 2 * HOUR, appeal: HOUR },
  veto: { owners: false, coalition: { num: 1, den: 4 }, override: null },
})
const charter = {
  tracks: { standard, emergency: standard, constitutional: standard },
  appeals: { track: 'emergency' },
  review: { every: 30 * DAY },
}

class Term extends ServedCoalition {
  constructor(over: object = charter) {
    super([1, 1, 1, 1], { charter: over })
  }

  async propose(slot: string): Promise<OpCid> {
    const signed = unwrap(await this.node(0).service.propose(simpleProposal(slot)))
    this.exchange()
    return (signed.cid ?? '') as OpCid
  }

  async decide(id: OpCid, choices: readonly (Choice | null)[]): Promise<void> {
    this.exchange()
    this.clock.advance(2 * HOUR)
    for (const [n, choice] of choices.entries())
      if (choice) unwrap(await this.node(n).service.vote(id, choice, 'so'))
    this.exchange()
    this.clock.advance(25 * HOUR)
    this.settle()
  }

  report(since?: number) {
    return unwrap(reviewReport(this.node(1).replica, since))
  }

  track(since?: number) {
    return this.report(since).tracks.find(({ track }) => track === 'standard')
  }
}

describe('a review', async () => {
  const term = new Term()
  const adopted = await term.propose('policy@a')
  await term.decide(adopted, ['yes', 'yes', 'yes', null])
  unwrap(await term.node(2).service.recourse.appeal({ proposal: adopted, grounds: 'it breaks us' }))
  await term.decide(await term.propose('policy@b'), ['yes', null, null, null])
  await term.decide(await term.propose('policy@c'), ['yes', 'yes', 'yes', 'veto'])

  it('counts quorum misses, vetoes and appeals, track by track', () => {
    expect(term.track()).toMatchObject({
      ...{ settled: 3, adopted: 1, quorumMissed: 1, vetoes: 1, vetoed: 1 },
      turnout: { part: 3 + 1 + 4, whole: 12 },
      appeals: { appealed: 1, upheld: 0, rejected: 1 },
      contingency: { provisional: 0, held: 0, ratified: 0, lapsed: 0 },
      overrides: { asked: 0, adopted: 0 },
    })
  })

  it('measures how long each part took, by first sight', () => {
    const { spans } = term.track() ?? expect.unreachable()
    expect(spans.openToVoting).toEqual({ count: 3, median: 2 * HOUR, p90: 2 * HOUR })
    expect(spans.votingToSeal).toEqual({ count: 3, median: 25 * HOUR, p90: 25 * HOUR })
    expect(spans.sealToSettlement).toEqual({ count: 3, median: 0, p90: 0 })
    expect(spans.openToSettlement).toEqual({ count: 3, median: 27 * HOUR, p90: 27 * HOUR })
  })

  it('is due so long after the coalition began, to the millisecond, and recorded by a ballot', async () => {
    const dueAt = term.report().due.dueAt ?? 0
    expect(dueAt).toBe(term.founded.at + 30 * DAY)
    term.clock.time = dueAt - 1
    expect(term.report().due.isDue).toBe(false)
    term.clock.time = dueAt
    expect(term.report().due).toMatchObject({ isDue: true, last: null, open: null })
    const input = unwrap(reviewInput(term.node(0).replica, 'Quorum is missed too often.'))
    expect(input).toMatchObject({ slot: REVIEW_SLOT, track: 'standard' })
    expect(input.text).toContain('| `standard` | 3 | 1 | 66 % | 1 | 1 (1) | 0 | 0 of 0 | 1: 0, 1 |')
    expect(input.text).toContain('Quorum is missed too often.')
    const id = (unwrap(await term.node(0).service.propose(input)).cid ?? '') as OpCid
    term.exchange()
    expect(term.report().due.open).toBe(id)
    expect(reviewInput(term.node(1).replica, '')).toMatchObject({ ok: false, code: 'review-open' })
    await term.decide(id, ['yes', 'yes', 'yes', 'yes'])
    const at = term.clock.now()
    expect(term.report().due).toMatchObject({
      ...{ isDue: false, last: { ballot: id, at }, dueAt: at + 30 * DAY, open: null },
    })
  })

  it('looks at what was settled since the last one, or since a moment', async () => {
    expect(term.report().since).toBe(term.report().due.last?.at)
    expect(term.track()).toMatchObject({ settled: 1, quorumMissed: 0 })
    expect(term.track(0)).toMatchObject({ settled: 4, quorumMissed: 1 })
    expect(term.track(term.clock.now() + 1)).toMatchObject({ settled: 0, spans: SPANS_UNKNOWN })
  })
})

const SPANS_UNKNOWN = {
  ...{ openToVoting: null, votingToSeal: null },
  ...{ sealToSettlement: null, openToSettlement: null },
}

it('is never due where the charter asks for none, and possible all the same', () => {
  const { review: _review, ...plain } = charter
  const term = new Term(plain)
  term.clock.advance(1000 * DAY)
  expect(term.report().due).toMatchObject({ every: null, dueAt: null, isDue: false })
  expect(unwrap(reviewInput(term.node(0).replica, '')).text).toContain('Nothing was settled.')
})

it('median and ninetieth percentile are lengths that some ballot had', () => {
  expect(summaryOf([])).toBeNull()
  expect(summaryOf([null, 7])).toEqual({ count: 1, median: 7, p90: 7 })
  expect(summaryOf([3, 1, 2])).toEqual({ count: 3, median: 2, p90: 3 })
  expect(summaryOf([10, 9, 8, 7, 6, 5, 4, 3, 2, 1])).toEqual({ count: 10, median: 5, p90: 9 })
})

/** The long haul finds a leak, and takes what operations cost for none. */
import { describe, expect, it } from 'vitest'
import { faultsOf, type HaulFigures, HEAP_PER_OP_BYTES, trendOf } from './figures.ts'
import type { Sample } from './member.ts'

const MIB = 1024 * 1024
const MINUTE_MS = 60_000
const OPERATIONS_A_MINUTE = 300

/** An hour of readings, one a minute, with as much growth a minute as is asked for. */
const samples = (heapPerMinute: number, descriptorsPerMinute = 0): Sample[] =>
  Array.from({ length: 60 }, (_, minute) => ({
    number: minute,
    atMs: minute * MINUTE_MS,
    rssBytes: 200 * MIB,
    // What is loaded late is there before the warm-up is over, and noise is no trend.
    heapBytes: (minute < 10 ? 50 : 80) * MIB + minute * heapPerMinute + (minute % 2) * MIB,
    bufferBytes: 10 * MIB,
    cpuMs: minute * 600,
    sentBytes: 0,
    receivedBytes: 0,
    descriptors: 60 + Math.round(minute * descriptorsPerMinute),
    operations: minute * OPERATIONS_A_MINUTE,
  }))

const figures = (of: readonly Sample[], over: Partial<HaulFigures> = {}): HaulFigures => ({
  minutes: 60,
  members: 10,
  happened: { ballots: 0, upgrades: 0, edits: 0, stops: 0, kills: 0, splits: 0, refusals: 0 },
  operations: 0,
  unsettled: [],
  digestsEqual: true,
  trends: [trendOf(of)],
  ...over,
})

const INDEX = OPERATIONS_A_MINUTE * HEAP_PER_OP_BYTES

describe('the verdict of a long haul', () => {
  it('takes memory that operations explain for flat', () => {
    expect(faultsOf(figures(samples(INDEX)))).toEqual([])
  })

  it('finds memory that grows by itself', () => {
    const [fault] = faultsOf(figures(samples(INDEX + 0.5 * MIB)))
    expect(fault).toMatch(/memory of s1 grows by (29|30)/)
  })

  it('finds descriptors that are left open', () => {
    expect(faultsOf(figures(samples(0, 0.2)))).toEqual(['s1 opens 12.0 descriptors more an hour'])
  })

  it('names ballots that did not settle, and digests that differ', () => {
    const over = { unsettled: ['bafy'], digestsEqual: false }
    expect(faultsOf(figures(samples(0), over))).toEqual([
      '1 ballots did not settle alike',
      'digests differ',
    ])
  })

  it('tells what a core was used', () => {
    expect(trendOf(samples(0)).cpuShare).toBeCloseTo(0.01)
  })
})

/** What the long haul comes to: trends of those that were never restarted, and whether they are flat. */
import { type Point, slopeOf } from '../gauge/statistics.ts'
import type { Happenings } from './life.ts'
import type { Sample } from './member.ts'

/** Part of the readings that is warm-up. */
const WARM_UP = 0.2
const HOUR_MS = 3_600_000
const MIB = 1024 * 1024
/** What an operation that is kept may cost a node in memory: the index, the views, what was said. */
export const HEAP_PER_OP_BYTES = 5_000
/** Growth an hour beyond that which counts as flat, in MiB: a few times the noise of a heap. */
const FLAT_MIB = 4
/** Growth of open descriptors an hour that counts as flat. */
const FLAT_DESCRIPTORS = 3

/** What one process took, after warm-up; slopes by least squares. */
export interface Trend {
  readonly readings: number
  readonly heapMib: readonly [first: number, last: number]
  readonly heapMibPerHour: number
  /** Operations that were added in an hour: their memory is no leak. */
  readonly operationsPerHour: number
  readonly rssMib: readonly [first: number, last: number]
  readonly rssMibPerHour: number
  readonly descriptors: readonly [first: number, last: number]
  readonly descriptorsPerHour: number
  /** Share of one core. */
  readonly cpuShare: number
}

/** A whole run. */
export interface HaulFigures {
  readonly minutes: number
  readonly members: number
  readonly happened: Happenings
  readonly operations: number
  /** Ballots that did not end alike everywhere. */
  readonly unsettled: readonly string[]
  readonly digestsEqual: boolean
  readonly trends: readonly Trend[]
}

/** The trend of one process. */
export function trendOf(samples: readonly Sample[]): Trend {
  const kept = samples.slice(Math.floor(samples.length * WARM_UP))
  const perHour = (of: (sample: Sample) => number): number =>
    slopeOf(kept.map((sample): Point => [sample.atMs / HOUR_MS, of(sample)]))
  const ends = (of: (sample: Sample) => number): [number, number] => {
    const [first, last] = [kept[0], kept.at(-1)]
    return [first ? of(first) : Number.NaN, last ? of(last) : Number.NaN]
  }
  const heap = ({ heapBytes, bufferBytes }: Sample): number => (heapBytes + bufferBytes) / MIB
  const rss = ({ rssBytes }: Sample): number => rssBytes / MIB
  return {
    readings: kept.length,
    heapMib: ends(heap),
    heapMibPerHour: perHour(heap),
    operationsPerHour: perHour(({ operations }) => operations),
    rssMib: ends(rss),
    rssMibPerHour: perHour(rss),
    descriptors: ends(({ descriptors }) => descriptors),
    descriptorsPerHour: perHour(({ descriptors }) => descriptors),
    cpuShare: perHour(({ cpuMs }) => cpuMs) / HOUR_MS,
  }
}

/** Growth of live memory an hour that operations do not explain, in MiB. */
export const unexplained = ({ heapMibPerHour, operationsPerHour }: Trend): number =>
  heapMibPerHour - (operationsPerHour * HEAP_PER_OP_BYTES) / MIB

/** What was promised and is not so; nothing when all is well. */
export function faultsOf({ unsettled, digestsEqual, trends }: HaulFigures): string[] {
  return [
    ...(unsettled.length > 0 ? [`${unsettled.length} ballots did not settle alike`] : []),
    ...(digestsEqual ? [] : ['digests differ']),
    ...trends.flatMap((trend, i) => [
      ...(unexplained(trend) > FLAT_MIB
        ? [`memory of s${i + 1} grows by ${unexplained(trend).toFixed(1)} MiB an hour`]
        : []),
      ...(trend.descriptorsPerHour > FLAT_DESCRIPTORS
        ? [`s${i + 1} opens ${trend.descriptorsPerHour.toFixed(1)} descriptors more an hour`]
        : []),
    ]),
  ]
}

/** A table for people. */
export function tableOf(figures: HaulFigures): string {
  const { minutes, members, happened, operations, unsettled, digestsEqual, trends } = figures
  const [first, ...rest] = Object.entries(happened).map(([name, count]) => `${count} ${name}`)
  const one = (value: number): string => value.toFixed(1)
  const pair = ([from, to]: readonly [number, number]): string => `${one(from)} → ${one(to)}`
  const rows = trends.map((trend, i) => [
    `s${i + 1}`,
    `${pair(trend.heapMib)} (${one(trend.heapMibPerHour)}/h, ${one(unexplained(trend))} beyond operations)`,
    `${pair(trend.rssMib)} (${one(trend.rssMibPerHour)}/h)`,
    `${trend.descriptors.join(' → ')} (${one(trend.descriptorsPerHour)}/h)`,
    `${one(trend.cpuShare * 100)} %`,
  ])
  return [
    `${one(minutes)} minutes of ${members} daemons: ${[first, ...rest].join(', ')}; ${operations} operations`,
    `${unsettled.length} ballots not settled alike; digests ${digestsEqual ? 'equal' : 'DIFFER'}`,
    '',
    '| never restarted | live memory, MiB | resident, MiB | descriptors | of a core |',
    '|---|---|---|---|---|',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    '',
  ].join('\n')
}

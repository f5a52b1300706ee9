/**
 * A run as lanes of marks over time, ready to be drawn: who was where, what each did and read. Knows
 * nothing of pixels.
 */
import type { OpCid } from '../../src/op/ids.ts'
import type { TimedEvent } from '../scenario/event.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { TraceRecord } from '../trace/record.ts'

/** What a mark stands for. */
export type MarkKind = 'propose' | 'vote' | 'close' | 'seal' | 'provisional' | 'settle' | 'alarm'

/** Something at a moment of a lane. */
export interface Mark {
  readonly kind: MarkKind
  readonly at: number
  /** Place of its proposal among those of the run; −1 for none. */
  readonly proposal: number
  /** A yes, an endorsement, an adoption. */
  readonly isYes: boolean
  readonly text: string
  /** The operation that it is, where another mark may refer to it. */
  readonly cid: OpCid | undefined
  /** Operations that it counts. */
  readonly counts: readonly OpCid[]
}

/** A stretch of a lane. */
export interface LaneSpan {
  readonly kind: 'down' | 'faulty' | 'troubled'
  readonly from: number
  readonly to: number
  readonly text: string
}

/** One stakeholder. */
export interface Lane {
  readonly name: string
  readonly weight: number
  readonly region: string
  readonly marks: readonly Mark[]
  readonly spans: readonly LaneSpan[]
}

/** A partition: which lanes are on which side, by their places; −1 for neither. */
export interface Parting {
  readonly from: number
  readonly to: number
  readonly sides: readonly number[]
}

/** All of it. */
export interface Lanes {
  readonly lanes: readonly Lane[]
  readonly partings: readonly Parting[]
  readonly proposals: readonly string[]
  readonly healedAt: number | undefined
  readonly endMs: number
}

interface Growing {
  readonly name: string
  readonly marks: Mark[]
  readonly spans: LaneSpan[]
  downSince: number | undefined
  /** The vote that was signed last: the record of voting follows at once. */
  lastVote: OpCid | undefined
}

/** Lays out a run. */
export function lanesOf({ coalition }: Scenario, records: readonly TraceRecord[]): Lanes {
  const lanes = new Map<string, Growing>(coalition.members.map(({ id }) => [id, beginning(id)]))
  const ballots = new Map<OpCid, number>()
  const proposals: string[] = []
  for (const record of records) {
    if (record.what !== 'proposed') continue
    ballots.set(record.ballot, proposals.length)
    proposals.push(record.proposal)
  }
  const endMs = records.reduce(
    (most, record) => (isTold(record) ? Math.max(most, record.at) : most),
    1,
  )
  const healedAt = records.find(({ what }) => what === 'heal')?.at
  for (const record of records) {
    if (record.what === 'fault') spread(record, lanes, healedAt ?? endMs)
    else if ('node' in record) note(record, lanes.get(record.node), ballots)
  }
  for (const lane of lanes.values()) back(lane, endMs)
  const names = [...lanes.keys()]
  return {
    lanes: coalition.members.map(({ id, weight, region }) => {
      const { marks = [], spans = [] } = lanes.get(id) ?? {}
      return { name: id, weight, region, marks, spans }
    }),
    partings: partingsOf(records, names, healedAt ?? endMs),
    proposals,
    healedAt,
    endMs,
  }
}

const beginning = (name: string): Growing => ({
  name,
  marks: [],
  spans: [],
  downSince: undefined,
  lastVote: undefined,
})

/** What a reader waits for: the end of the picture is the last of these. */
const isTold = ({ what }: TraceRecord): boolean => what !== 'issued' && what !== 'started'

function spread(
  { at, event, phase }: Extract<TraceRecord, { what: 'fault' }>,
  lanes: ReadonlyMap<string, Growing>,
  endMs: number,
): void {
  if (phase === 'ends' || !('node' in event)) return
  const kind = SPANS[event.do]
  if (kind === undefined) return
  const to = 'until' in event ? Math.min(event.until, endMs) : endMs
  lanes.get(event.node)?.spans.push({ kind, from: at, to, text: event.do })
}

const SPANS: Readonly<Partial<Record<TimedEvent['do'], LaneSpan['kind']>>> = {
  byzantine: 'faulty',
  steal: 'faulty',
  clog: 'troubled',
  slow: 'troubled',
  skew: 'troubled',
  'disk-full': 'troubled',
}

function note(
  record: Extract<TraceRecord, { node: string }>,
  lane: Growing | undefined,
  ballots: ReadonlyMap<OpCid, number>,
): void {
  if (!lane) return
  if (record.what === 'stopped') lane.downSince ??= record.at
  else if (record.what === 'started') back(lane, record.at)
  else if (record.what === 'issued') {
    if (record.type === 'vote.cast') lane.lastVote = record.cid
  } else {
    const mark = markOf(record, ballots, lane.lastVote)
    if (mark) lane.marks.push(mark)
  }
}

function back(lane: Growing, at: number): void {
  if (lane.downSince === undefined) return
  lane.spans.push({ kind: 'down', from: lane.downSince, to: at, text: 'down' })
  lane.downSince = undefined
}

function markOf(
  record: Extract<TraceRecord, { node: string }>,
  ballots: ReadonlyMap<OpCid, number>,
  lastVote: OpCid | undefined,
): Mark | undefined {
  const ballot = 'ballot' in record ? record.ballot : null
  const proposal = (ballot === null ? undefined : ballots.get(ballot)) ?? -1
  const made = (kind: MarkKind, isYes: boolean, text: string): Mark => {
    return { kind, at: record.at, proposal, isYes, text, cid: undefined, counts: [] }
  }
  switch (record.what) {
    case 'proposed':
      return made('propose', true, 'proposes')
    case 'voted':
      return {
        ...made('vote', record.choice === 'yes', `votes ${record.choice}`),
        cid: lastVote,
      }
    case 'closed':
      return made(
        'close',
        record.endorse,
        record.endorse ? 'closes: passes' : 'closes: does not pass',
      )
    case 'sealed':
      return {
        ...made('seal', record.verdict === 'endorse', `seals: ${record.verdict}`),
        counts: record.votes,
      }
    case 'overlay':
      return made('provisional', record.state !== 'lapsed', record.state)
    case 'settled':
      return made('settle', record.outcome === 'adopted', `final: ${record.outcome}`)
    case 'violation':
      return made('alarm', false, `alarm: ${record.kind}`)
    default:
      return undefined
  }
}

function partingsOf(
  records: readonly TraceRecord[],
  names: readonly string[],
  endMs: number,
): Parting[] {
  return records.flatMap((record) => {
    if (record.what !== 'fault' || record.phase === 'ends') return []
    const { event, at } = record
    if (event.do !== 'partition') return []
    const sides = names.map((name) => event.sides.findIndex((side) => side.includes(name)))
    return [{ from: at, to: Math.min(event.until, endMs), sides }]
  })
}

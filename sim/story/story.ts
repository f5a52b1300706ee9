/**
 * A run told in sentences (design §5.4): who did what when, those who did the same told together, so
 * that what went wrong can be followed without reading a trace.
 */
import { formatDuration } from '../../src/charter/duration.ts'
import type { OpCid } from '../../src/op/ids.ts'
import type { OracleFailure, OracleResult } from '../run-result.ts'
import type { TimedEvent } from '../scenario/event.ts'
import type { TraceKind, TraceRecord } from '../trace/record.ts'
import { listOf, momentOf } from './moment.ts'

/** One sentence, and when it begins. */
export interface Sentence {
  readonly at: number
  readonly text: string
  /** What the run failed in. */
  readonly isFailure: boolean
}

/** A sentence in the making: `say` puts in whoever does the same. */
interface Telling {
  readonly at: number
  readonly say: (who: string, isOne: boolean) => string
  readonly who: string[]
}

/** What tells of everything else by itself: an event of the scenario, which says who stops and starts. */
const UNTOLD: ReadonlySet<string> = new Set(['issued', 'stopped', 'started'])

/** Tells a run: its trace, and what its oracles found. */
export function tellStory(
  records: readonly TraceRecord[],
  oracles: readonly OracleResult[],
): Sentence[] {
  const names = new Map<OpCid, string>()
  const nameOf = (ballot: OpCid): string => names.get(ballot) ?? `…${ballot.slice(-6)}`
  const told: Sentence[] = []
  let open = new Map<string, Telling>()
  const close = (): void => {
    for (const { at, say, who } of open.values())
      told.push({ at, text: say(listOf(who), who.length === 1), isFailure: false })
    open = new Map()
  }
  for (const record of records) {
    if (record.what === 'proposed') names.set(record.ballot, record.proposal)
    if (UNTOLD.has(record.what)) continue
    const { key, node, say } = telling(record, nameOf)
    // Events of the scenario part the story into scenes; within one, doing the same is one sentence.
    if (node === undefined) close()
    const known = open.get(key)
    if (known === undefined)
      open.set(key, { at: record.at, say, who: node === undefined ? [] : [node] })
    else if (node !== undefined && !known.who.includes(node)) known.who.push(node)
    if (node === undefined) close()
  }
  close()
  const failures = oracles.flatMap(({ name, failure }) =>
    failure ? [failureOf(name, failure)] : [],
  )
  return [...told, ...failures].toSorted((a, b) => a.at - b.at)
}

/** A story as lines of text. */
export const formatStory = (story: readonly Sentence[]): string =>
  story
    .map(({ at, text, isFailure }) => `${momentOf(at).padEnd(15)} ${isFailure ? '✗ ' : ''}${text}`)
    .join('\n')

const failureOf = (name: string, { at, sentence, nodes }: OracleFailure): Sentence => ({
  at,
  text: `${name} fails: ${sentence}${nodes.length > 0 && !nodes.some((node) => sentence.includes(node)) ? ` (${listOf(nodes)})` : ''}.`,
  isFailure: true,
})

interface Told {
  /** Records of one key and one scene are one sentence. */
  readonly key: string
  /** Who does it; absent for what befalls the run. */
  readonly node: string | undefined
  readonly say: (who: string, isOne: boolean) => string
}

type Naming = (ballot: OpCid) => string
type RecordOf<Kind extends TraceKind> = Extract<TraceRecord, { readonly what: Kind }>
type Tellers = { readonly [Kind in TraceKind]: (record: RecordOf<Kind>, nameOf: Naming) => Told }

const alone = (text: string): Told => ({ key: text, node: undefined, say: () => text })

/** What one node does, or several: the verb for one, the verb for many, and the rest of the sentence. */
const done = (node: string, one: string, many: string, rest: string): Told => ({
  key: `${one} ${rest}`,
  node,
  say: (who, isOne) => `${who} ${isOne ? one : many} ${rest}.`,
})

/** How each kind of record is told. */
const TELLERS: Tellers = {
  fault: ({ event, phase }) => alone(phase === 'begins' ? beginning(event) : ending(event)),
  heal: () => alone('Everything that can be mended is: links, processes, disks, clocks.'),
  converged: () => alone('All honest nodes hold the same.'),
  cut: ({ events }) => alone(`After ${events} events there is no end in sight; the run is cut.`),
  proposed: ({ node, proposal }) => alone(`${node} opens the ballot on ${proposal}.`),
  refused: ({ node, wish, code }) =>
    done(node, 'is refused', 'are refused', `a wish: “${wish}” (${code})`),
  voted: ({ node, choice, ballot }, nameOf) =>
    done(node, 'votes', 'vote', `${choice} on ${nameOf(ballot)}`),
  closed: ({ node, ballot, endorse, votes }, nameOf) => {
    const judged = endorse ? 'it passes' : 'it does not pass'
    return done(node, 'closes', 'close', `${nameOf(ballot)} on ${votes.length} votes: ${judged}`)
  },
  sealed: ({ node, ballot, verdict }, nameOf) =>
    done(node, 'seals', 'seal', `${nameOf(ballot)}: ${verdict}`),
  settled: ({ node, ballot, outcome, endedBy }, nameOf) => {
    const how = endedBy === null ? '' : ', ended by an amendment'
    return done(node, 'reads', 'read', `the final outcome of ${nameOf(ballot)}: ${outcome}${how}`)
  },
  unsettled: ({ node, ballot }, nameOf) =>
    done(node, 'reads', 'read', `the final outcome of ${nameOf(ballot)} no more`),
  overlay: ({ node, ballot, state }, nameOf) =>
    done(node, 'sees', 'see', `${nameOf(ballot)} ${OVERLAYS[state]}`),
  'fork-seen': ({ node, by }) =>
    done(node, 'holds', 'hold', `proof that ${by ?? 'a key'} said two things at one place`),
  violation: ({ node, kind, ballots }, nameOf) =>
    done(node, 'raises', 'raise', `the alarm: ${kind} of ${listOf(ballots.map(nameOf))}`),
  stale: ({ node }) =>
    done(node, 'will not sign', 'will not sign', 'any more: the store is behind its key'),
  issued: ({ node, type }) => done(node, 'signs', 'sign', type),
  stopped: ({ node }) => done(node, 'stops', 'stop', 'running'),
  started: ({ node }) => done(node, 'starts', 'start', 'running'),
}

const telling = <Kind extends TraceKind>(
  record: RecordOf<Kind> & { readonly what: Kind },
  nameOf: Naming,
): Told => TELLERS[record.what](record, nameOf)

const OVERLAYS = {
  provisional: 'stand provisionally',
  held: 'held, as another of its slot stands too',
  ratified: 'ratified',
  lapsed: 'lapse',
} as const

/** What an event of the scenario does. */
export function beginning(event: TimedEvent): string {
  switch (event.do) {
    case 'propose':
      return `${event.by} proposes ${event.proposal} for ${event.slot} on the ${event.track} track.`
    case 'vote':
      return `${event.by} is to vote ${event.choice} on ${event.proposal}.`
    case 'withdraw':
      return `${event.by} takes ${event.proposal} back.`
    case 'partition':
      return partition(event)
    case 'crash':
      return `${event.node} crashes.`
    case 'clog':
      return `${event.node} is cut off from everybody.`
    case 'slow':
      return `Every link of ${event.node} takes ${formatDuration(Math.round(event.byMs))} longer.`
    case 'loss':
      return `The network loses ${percent(event.share)} of all messages.`
    case 'skew':
      return `${event.node}’s clock is ${skew(event)}.`
    case 'disk-full':
      return `The disk of ${event.node} is full.`
    case 'restore':
      return `${event.node} is restored from a backup that is ${formatDuration(event.ageMs)} old.`
    case 'join':
      return `${event.node} joins late: its node starts now.`
    case 'leave':
      return `${event.node} leaves for good.`
    case 'byzantine':
      return `${event.node} is faulty from now on (${event.strategies.join(', ')}).`
    case 'steal':
      return `A thief runs a node with the key of ${event.node} (${event.strategies.join(', ')}).`
    case 'revoke':
      return `The root of ${event.node} revokes its node key and names another.`
  }
}

function partition({ sides, shape, share }: Extract<TimedEvent, { do: 'partition' }>): string {
  const [first = [], ...others] = sides.map(listOf)
  if (shape === 'one-way') return `Nothing from ${first} reaches ${others.join(' or ')} any more.`
  const cut = shape === 'partial' ? `${percent(share)} of the links are cut` : 'nothing passes'
  return `A partition: ${cut} between ${first} on one side and ${others.join('; on another ')} on the other.`
}

function skew({ byMs, driftPpm, jitterMs }: Extract<TimedEvent, { do: 'skew' }>): string {
  const by = formatDuration(Math.abs(Math.round(byMs)))
  return [
    byMs === 0 ? 'right at first' : `${by} ${byMs > 0 ? 'ahead' : 'behind'}`,
    ...(driftPpm === 0 ? [] : [`drifts by ${driftPpm} ppm`]),
    ...(jitterMs === 0 ? [] : [`reads up to ${formatDuration(Math.round(jitterMs))} off`]),
  ].join(', ')
}

const percent = (share: number): string => `${Number((100 * share).toFixed(1))} %`

function ending(event: TimedEvent): string {
  switch (event.do) {
    case 'partition':
      return 'The partition is over.'
    case 'crash':
      return `${event.node} starts again from its store.`
    case 'clog':
    case 'slow':
      return `The links of ${event.node} are fine again.`
    case 'skew':
      return `${event.node}’s clock is right again.`
    case 'disk-full':
      return `${event.node} has room on its disk again.`
    case 'loss':
      return 'The network loses no more than before.'
    default:
      return 'That is over.'
  }
}

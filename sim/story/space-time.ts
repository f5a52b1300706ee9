/**
 * A space-time diagram as SVG: one lane a stakeholder, time to the right, partitions as bands in the
 * colour of each side. Colours are variables of the page; a file of its own brings a style for them.
 */

import { seriesColour } from '../report/chart/series-colour.ts'
import { escapeHtml } from '../report/html.ts'
import { elastic } from './elastic.ts'
import type { Lane, LaneSpan, Lanes, Mark, MarkKind } from './lanes.ts'
import { momentOf } from './moment.ts'

/** Most lanes that are drawn: the heaviest. */
export const MAX_LANES = 60
/** With so few lanes each count of a vote is an arrow. */
export const MAX_ARROW_LANES = 8

const WIDTH = 1000
const LEFT = 64
const RIGHT = 26
const TOP = 26
const BOTTOM = 10
const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
/** Distances between lines of the time axis. */
const STEPS_MS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000].map((days) => days * DAY_MS)
/** Least distance of two of them. */
const LINE_PX = 34

/** A moment that the diagram points out: where an oracle failed. */
export interface Flag {
  readonly at: number
  readonly text: string
}

interface Scale {
  readonly x: (ms: number) => number
  readonly y: (lane: number) => number
  readonly laneHeight: number
  readonly bottom: number
  readonly endMs: number
}

/** The diagram of a run. */
export function spaceTime(run: Lanes, flags: readonly Flag[] = []): string {
  const shown = heaviest(run.lanes)
  const laneHeight = shown.length > 30 ? 14 : shown.length > 12 ? 20 : 28
  const bottom = TOP + shown.length * laneHeight
  const endMs = Math.max(run.endMs, ...flags.map(({ at }) => at))
  const place = elastic([...momentsOf(run, shown), ...flags.map(({ at }) => at), endMs])
  const x = (ms: number): number => round(LEFT + (WIDTH - LEFT - RIGHT) * place(ms))
  const y = (lane: number): number => TOP + (lane + 0.5) * laneHeight
  const scale = { x, y, laneHeight, bottom, endMs }
  const parts = [
    timeAxis(scale),
    ...partings(run, shown, scale),
    ...shown.map(({ lane }, i) => laneBase(lane, i, scale)),
    ...(shown.length <= MAX_ARROW_LANES
      ? arrows(
          shown.map(({ lane }) => lane),
          scale,
        )
      : []),
    ...shown.map(({ lane }, i) =>
      lane.marks.map((mark) => drawMark(mark, lane, i, { run, scale })).join(''),
    ),
    run.healedAt === undefined
      ? ''
      : flagLine({ at: run.healedAt, text: 'everything heals' }, 'heal', scale),
    ...flags.map((flag) => flagLine(flag, 'alarm', scale)),
  ]
  const label = `Votes, seals and outcomes of ${shown.length} stakeholders over time`
  return `<svg class="space-time" viewBox="0 0 ${WIDTH} ${bottom + BOTTOM}" role="img" aria-label="${label}" xmlns="http://www.w3.org/2000/svg">${parts.join('\n')}</svg>`
}

/** Every moment that something is drawn at. */
const momentsOf = ({ partings: all, healedAt }: Lanes, shown: readonly Shown[]): number[] => [
  ...all.flatMap(({ from, to }) => [from, to]),
  ...(healedAt === undefined ? [] : [healedAt]),
  ...shown.flatMap(({ lane }) => [
    ...lane.marks.map(({ at }) => at),
    ...lane.spans.flatMap(({ from, to }) => [from, to]),
  ]),
]

interface Shown {
  readonly lane: Lane
  /** Its place among all. */
  readonly place: number
}

function heaviest(lanes: readonly Lane[]): Shown[] {
  const all = lanes.map((lane, place) => ({ lane, place }))
  if (all.length <= MAX_LANES) return all
  const chosen = new Set(all.toSorted((a, b) => b.lane.weight - a.lane.weight).slice(0, MAX_LANES))
  return all.filter((one) => chosen.has(one))
}

/** Lines at whole days, as many as there is room for; of less than two days, at hours. */
function timeAxis({ x, bottom, endMs }: Scale): string {
  const step = endMs < 2 * DAY_MS ? HOUR_MS : (STEPS_MS.find((ms) => endMs / ms <= 60) ?? DAY_MS)
  const lines = Array.from({ length: Math.floor(endMs / step) + 1 }, (_, i) => i * step)
  let last = Number.NEGATIVE_INFINITY
  return lines
    .map((ms) => {
      const at = x(ms)
      const line = `<line class="grid" x1="${at}" y1="${TOP - 4}" x2="${at}" y2="${bottom}"/>`
      if (at - last < LINE_PX) return line
      last = at
      const text = step === HOUR_MS ? `${ms / HOUR_MS} h` : `day ${ms / DAY_MS + 1}`
      return `${line}<text class="tick" x="${at}" y="${TOP - 9}">${text}</text>`
    })
    .join('')
}

const partings = ({ partings: all }: Lanes, shown: readonly Shown[], scale: Scale): string[] =>
  all.map(({ from, to, sides }) =>
    shown
      .map(({ place }, i) => {
        const side = sides[place] ?? -1
        if (side < 0) return ''
        const { x, y, laneHeight } = scale
        return `<rect class="side" style="fill:var(--side-${side % 4})" x="${x(from)}" y="${y(i) - laneHeight / 2}" width="${round(Math.max(1, x(to) - x(from)))}" height="${laneHeight}"/>`
      })
      .join(''),
  )

function laneBase({ name, weight, spans }: Lane, i: number, { x, y, endMs }: Scale): string {
  const at = y(i)
  const isFaulty = spans.some(({ kind }) => kind === 'faulty')
  const label = `<text class="lane${isFaulty ? ' faulty' : ''}" x="${LEFT - 8}" y="${at}">${escapeHtml(name)}<title>${escapeHtml(name)}, weight ${weight}</title></text>`
  const line = `<line class="thread" x1="${LEFT}" y1="${at}" x2="${x(endMs)}" y2="${at}"/>`
  const stretch = ({ kind, from, to, text }: LaneSpan): string =>
    `<line class="${kind}" x1="${x(from)}" y1="${at}" x2="${x(to)}" y2="${at}"><title>${escapeHtml(`${name}: ${text}, ${momentOf(from)} to ${momentOf(to)}`)}</title></line>`
  return `${label}${line}${spans.map(stretch).join('')}`
}

/** From each vote to the first seal of every node that counts it. */
function arrows(lanes: readonly Lane[], { x, y }: Scale): string[] {
  const votes = new Map(
    lanes.flatMap(({ marks }, i) =>
      marks.flatMap((mark) =>
        mark.kind === 'vote' && mark.cid ? [[mark.cid, { mark, i }] as const] : [],
      ),
    ),
  )
  return lanes.flatMap(({ marks }, i) =>
    marks.flatMap((seal) =>
      seal.counts.flatMap((cid) => {
        const vote = votes.get(cid)
        if (!vote || vote.i === i) return []
        const [x1, y1, x2, y2] = [x(vote.mark.at), y(vote.i), x(seal.at), y(i)]
        const middle = round((x1 + x2) / 2)
        return `<path class="flow" style="stroke:${colourOf(seal)}" d="M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}"/>`
      }),
    ),
  )
}

const colourOf = ({ proposal }: Mark): string =>
  proposal < 0 ? 'var(--muted)' : seriesColour(proposal)

/** Shapes around the origin: filled for a yes, hollow for a no. */
export const SHAPES: Readonly<Record<MarkKind, string>> = {
  propose: 'M0 -6.5L6.5 0L0 6.5L-6.5 0Z',
  vote: 'M0 -4.5L4.2 3.4L-4.2 3.4Z',
  close: 'M-1.2 -5H1.2V5H-1.2Z',
  seal: 'M-4 -4H4V4H-4Z',
  provisional: 'M0 -5.5A5.5 5.5 0 0 1 0 5.5M0 -5.5A5.5 5.5 0 0 0 0 5.5',
  settle: 'M0 -5A5 5 0 1 1 0 5A5 5 0 1 1 0 -5Z',
  alarm: 'M-5 -5L5 5M-5 5L5 -5',
}

function drawMark(
  mark: Mark,
  { name }: Lane,
  lane: number,
  { run, scale }: { readonly run: Lanes; readonly scale: Scale },
): string {
  const about = run.proposals[mark.proposal] ?? ''
  const title = `${momentOf(mark.at)}: ${name} ${mark.text}${about === '' ? '' : ` (${about})`}`
  const flip = mark.kind === 'vote' && !mark.isYes ? ' rotate(180)' : ''
  const small = scale.laneHeight < 20 ? ' scale(.72)' : ''
  const state = `${mark.kind} ${mark.isYes ? 'yes' : 'no'}`
  return `<path class="mark ${state}" style="--c:${colourOf(mark)}" transform="translate(${scale.x(mark.at)} ${scale.y(lane)})${flip}${small}" d="${SHAPES[mark.kind]}"><title>${escapeHtml(title)}</title></path>`
}

const flagLine = ({ at, text }: Flag, kind: string, { x, bottom }: Scale): string =>
  `<line class="flag ${kind}" x1="${x(at)}" y1="${TOP - 4}" x2="${x(at)}" y2="${bottom}"><title>${escapeHtml(`${momentOf(at)}: ${text}`)}</title></line>`

const round = (value: number): number => Math.round(10 * value) / 10

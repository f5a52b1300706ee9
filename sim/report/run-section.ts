/** One run on the page: its space-time diagram, its network in motion, its story. */
import type { Delivery } from '../run-result.ts'
import { type Lanes, lanesOf, type MarkKind } from '../story/lanes.ts'
import { momentOf } from '../story/moment.ts'
import { SHAPES, spaceTime } from '../story/space-time.ts'
import { type Sentence, tellStory } from '../story/story.ts'
import { escapeHtml, scriptJson } from './html.ts'
import type { ToldRun } from './subject.ts'

/** Most deliveries that a replay shows; of more, every so-manieth. */
export const MAX_DELIVERIES = 20_000

/** All of a run. */
export function runSection(run: ToldRun, isHidden: boolean): string {
  const lanes = lanesOf(run.scenario, run.records)
  const story = tellStory(run.records, run.result.oracles)
  const flags = story.filter(({ isFailure }) => isFailure)
  return `<div class="run" id="${run.id}"${isHidden ? ' hidden' : ''}>
<p>${escapeHtml(run.about)} <code>${escapeHtml(run.replay)}</code></p>
<figure><h3>Who did what, and what each could know</h3><p>One lane a stakeholder. Bands are the sides of a partition.</p>
<div class="scroll">${spaceTime(lanes, flags)}</div>${key()}</figure>
${replay(run, lanes, story)}
<figure><details${story.length > 40 ? '' : ' open'}><summary>The story in ${story.length} sentences</summary>${storyList(story)}</details></figure>
</div>`
}

/** Each mark: what it is, its words, and the colour of a node in motion that did it last. */
const KEY: readonly (readonly [MarkKind, boolean, string, string])[] = [
  ['propose', true, 'proposes', 'var(--series-5)'],
  ['vote', true, 'votes yes', 'var(--series-2)'],
  ['vote', false, 'votes no', 'var(--series-3)'],
  ['close', true, 'closes the ballot', 'var(--series-7)'],
  ['seal', true, 'seals: endorse', 'var(--series-4)'],
  ['seal', false, 'seals: decline', 'var(--series-6)'],
  ['provisional', true, 'stands provisionally', 'var(--series-1)'],
  ['provisional', false, 'lapses', 'var(--alarm)'],
  ['settle', true, 'final: adopted', 'var(--accent)'],
  ['settle', false, 'final: declined', 'var(--ink)'],
  ['alarm', false, 'alarm', 'var(--alarm)'],
]

/** What a node did last; it closes a ballot in one colour, whatever comes of that. */
const stateOf = (kind: MarkKind, isYes: boolean): string =>
  `${kind} ${isYes || kind === 'close' ? 'yes' : 'no'}`

/** What the colours of nodes mean, of what happens in the run. */
function colourKey({ lanes }: Lanes): string {
  const found = new Set(
    lanes.flatMap(({ marks }) => marks.map(({ kind, isYes }) => stateOf(kind, isYes))),
  )
  const items = KEY.filter(([kind, isYes]) => found.has(stateOf(kind, isYes))).map(
    ([, , text, colour]) =>
      `<li><svg viewBox="-8 -8 16 16" aria-hidden="true"><circle r="7" style="fill:${colour}"/></svg>${text}</li>`,
  )
  return `<ul class="key">${items.join('')}</ul>`
}

function key(): string {
  const items = KEY.map(([kind, isYes, text]) => {
    const flip = kind === 'vote' && !isYes ? ' transform="rotate(180)"' : ''
    return `<li><svg viewBox="-8 -8 16 16" aria-hidden="true"><path class="mark ${kind} ${isYes ? 'yes' : 'no'}"${flip} d="${SHAPES[kind]}"/></svg>${text}</li>`
  })
  return `<ul class="key">${items.join('')}</ul>`
}

function replay(run: ToldRun, told: Lanes, story: readonly Sentence[]): string {
  const { lanes, partings, endMs } = told
  const place = new Map(lanes.map(({ name }, i) => [name, i]))
  const data = {
    endMs,
    mostWeight: Math.max(1, ...lanes.map(({ weight }) => weight)),
    nodes: lanes.map(({ name, weight, marks, spans }) => ({
      name,
      weight,
      marks: marks.map(({ at, kind, isYes }) => ({ at, state: stateOf(kind, isYes) })),
      spans,
    })),
    partings,
    colours: Object.fromEntries(
      KEY.map(([kind, isYes, , colour]) => [stateOf(kind, isYes), colour]),
    ),
    story: story.map(({ at, text }) => ({ at, text })),
    deliveries: thinned(run.deliveries).flatMap(({ at, from, to }) => {
      const [source, target] = [place.get(from), place.get(to)]
      return source === undefined || target === undefined ? [] : [[Math.round(at), source, target]]
    }),
  }
  return `<figure><h3>The network in motion</h3><p>Operations travel between those who can reach each other; a partition parts the rings. A node has the colour of what it did last, a red rim if it is faulty, and is faint while it is down.</p>
${colourKey(told)}
<div class="replay" data-run="${run.id}-data">
<svg viewBox="0 0 900 440" role="img" aria-label="Replay of the network"></svg>
<p class="caption" aria-live="polite"></p>
<div class="controls"><button type="button">Play</button><input type="range" min="0" max="1000" value="0" aria-label="Time"><output></output><select aria-label="Speed"><option value="0.25">¼ ×</option><option value="1" selected>1 ×</option><option value="4">4 ×</option></select></div>
</div><script type="application/json" id="${run.id}-data">${scriptJson(data)}</script></figure>`
}

function thinned(deliveries: readonly Delivery[]): readonly Delivery[] {
  const every = Math.ceil(deliveries.length / MAX_DELIVERIES)
  return every <= 1 ? deliveries : deliveries.filter((_, i) => i % every === 0)
}

const storyList = (story: readonly Sentence[]): string =>
  `<ol class="story">${story
    .map(
      ({ at, text, isFailure }) =>
        `<li${isFailure ? ' class="failure"' : ''}><time>${momentOf(at)}</time><span>${escapeHtml(text)}</span></li>`,
    )
    .join('')}</ol>`

/** Charters for people: how many it takes for what, and what changes from one to the next. */
import type {
  Analysis,
  PowerAnswer,
  Reach,
  TrackAnalysis,
} from '../../../src/charter/analyser/analysis.ts'
import type { CharterDiff } from '../../../src/charter/analyser/diff.ts'
import { listed, namesOf } from '../../../src/charter/analyser/finding.ts'
import type { FindingChange } from '../../../src/charter/analyser/finding-diff.ts'
import { DIMENSIONS, type Dimension } from '../../../src/charter/analyser/grouping.ts'
import type { Fewest } from '../../../src/charter/analyser/need.ts'
import { POWER_WORDS, POWERS, type PowerName } from '../../../src/charter/analyser/powers.ts'
import type { Charter } from '../../../src/charter/schema.ts'
import { findingLines } from '../founding.ts'
import { changeLines, memberLines, shiftLines } from './charter-diff.ts'
import type { Paint } from './paint.ts'
import { type Column, tableLines } from './table.ts'
import { count, plain, plainLines } from './text.ts'

interface Page {
  readonly tableWidth: number
  readonly paint: Paint
}

/** How many of a kind it takes: `3`, `3–5` where only bounds are known, `never`. */
export function amount(fewest: Fewest | null | undefined): string {
  if (!fewest) return '–'
  if (fewest.kind === 'never') return 'never'
  return fewest.kind === 'exact' ? `${fewest.count}` : `${fewest.atLeast}–${fewest.atMost}`
}

const takes =
  (power: PowerName) =>
  ({ powers }: TrackAnalysis): string =>
    amount(powers[power]?.member.fewest)

const placeOf = ({ track, component }: TrackAnalysis): string =>
  component === null ? track : `${track} of ${component}`

const COLUMNS: readonly Column<TrackAnalysis>[] = [
  { title: 'members needed to', of: placeOf },
  { title: 'of', of: ({ members }) => `${members.length}` },
  { title: 'pass', of: takes('pass') },
  { title: 'force', of: takes('force') },
  { title: 'block', of: takes('block') },
  { title: 'stop by absence', of: takes('silence') },
  { title: 'act provisionally', of: takes('provisional') },
  { title: 'stop settling', of: takes('stall') },
]

/** One line a track: how many members it takes for what. */
export const powerTable = ({ tracks }: Analysis, page: Page): string[] =>
  tableLines(COLUMNS, tracks, page)

/** Everything of every track. */
export const explainLines = (charter: Charter, { tracks }: Analysis, page: Page): string[] =>
  tracks.flatMap((found, i) => [...(i === 0 ? [] : ['']), ...trackLines(charter, found, page)])

function trackLines(charter: Charter, found: TrackAnalysis, { paint }: Page): string[] {
  const { members, weight, faulty, quorum, gini } = found
  const lines = [
    `  ${count(members.length, 'member')} of weight ${weight}; Gini coefficient ${(gini.num / gini.den).toFixed(2)}`,
    `  weight ${quorum} settles, ${faulty} may be faulty in any way`,
    ...POWERS.flatMap((power) => powerLines(charter, power, found.powers[power])),
    ...found.vetoes.flatMap(({ component, owners, alone, fewest }) => [
      `  stop what touches ${component} by the veto of an owner (${listed(namesOf(charter, owners))})`,
      ...reachLines(charter, 'member', { alone, fewest }),
    ]),
    ...apartLines(charter, found),
  ]
  return [paint('title', placeOf(found)), ...lines.flatMap(plainLines)]
}

function powerLines(charter: Charter, power: PowerName, answer: PowerAnswer | null): string[] {
  if (answer === null) return []
  const grouped = DIMENSIONS.filter((dimension) => answer[dimension].fewest.kind !== 'never')
  return [
    `  ${POWER_WORDS[power]}`,
    ...reachLines(charter, 'member', answer.member),
    ...grouped.flatMap((dimension) => reachLines(charter, dimension, answer[dimension])),
  ]
}

/** Blanks before what it takes. */
const INDENT = '      '

function reachLines(
  charter: Charter,
  by: 'member' | Dimension,
  { alone, fewest }: Reach,
): string[] {
  if (fewest.kind === 'never') return [`${INDENT}not even all together`]
  const names = (ids: readonly string[]) => (by === 'member' ? namesOf(charter, ids) : ids)
  const unit = by === 'jurisdiction' ? 'jurisdictions' : `${by}s`
  const word = amount(fewest) === '1' ? by : unit
  const also = alone.filter((id) => !fewest.who.includes(id))
  const others = also.length > 0 ? `; as well ${listed(names(also))}` : ''
  return [
    `${INDENT}${amount(fewest)} ${word}: ${listed(names(fewest.who))}, weight ${fewest.weight}${others}`,
  ]
}

function apartLines(charter: Charter, { apart }: TrackAnalysis): string[] {
  if (apart === null) return []
  if (apart.kind === 'no') return ['  no two parts of a partition can both act provisionally']
  if (apart.kind !== 'yes')
    return ['  two parts of a partition may both act provisionally: not decided, beyond the limits']
  const [a, b] = apart.sides.map((ids) => listed(namesOf(charter, ids)))
  return ['  two parts of a partition can both act provisionally', `${INDENT}${a}`, `${INDENT}${b}`]
}

/** What changes, in sections; one line when nothing does. */
export function diffLines(diff: CharterDiff, after: Charter): string[] {
  const sections = [
    section(
      'Members',
      memberLines(diff.members).map((line) => `  ${line}`),
    ),
    section(
      'Who gains and loses what',
      shiftLines(diff.shifts).map((line) => `  ${line}`),
    ),
    section(
      'How many it takes',
      changeLines(diff.powers, amount).map((line) => `  ${line}`),
    ),
    section(
      'Rules',
      diff.rules.map(({ path, before, after }) => `  ${path}: ${before ?? '–'} → ${after ?? '–'}`),
    ),
    section(
      'New risks',
      findingLines(diff.appeared).map((line) => `  ${line}`),
    ),
    section('Risks that change', diff.changed.flatMap(changedRisk)),
    section(
      'Risks that are gone',
      diff.gone.map(({ code, sentence }) => `  ${code}: ${sentence}`),
    ),
  ].filter((lines) => lines.length > 0)
  if (sections.length === 0) return [`✓ no difference to "${plain(after.name)}"`]
  return sections.flatMap((lines, i) => (i === 0 ? lines : ['', ...lines])).flatMap(plainLines)
}

/** A risk before and after; where only whom it is about has changed it reads the same, and is no news. */
const changedRisk = ({ before, after }: FindingChange): string[] =>
  before.sentence === after.sentence
    ? []
    : [`  ${after.code}: ${after.sentence}`, `${INDENT}before: ${before.sentence}`]

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [title, ...lines]

/** `docs/mutation.md`, made from what the last runs found and from the list of equivalent changes. */
import { readdirSync } from 'node:fs'
import { type Equivalent, unlisted } from './equivalent.ts'
import { guiding, type Hint } from './hints.ts'
import type { Count, FileResult, Mutant, Result } from './result.ts'

/** Where the page is, from the root of the repository. */
export const MUTATION_PAGE = 'docs/mutation.md'

/** Why changes are no fault although no answer tells them. */
export interface Lists {
  readonly equivalents: readonly Equivalent[]
  readonly hints: readonly Hint[]
}

/** Of one kind of change, how many there are and what became of them. */
export interface KindScore extends Count {
  /** Survivors in code that only guides a search. */
  readonly hints: number
  readonly left: readonly Mutant[]
}

/** One line of the table. */
export interface Score {
  readonly file: string
  readonly comparisons: KindScore
  readonly others: KindScore
}

/** The scores of all files. */
export const scoresOf = (result: Result, { equivalents, hints }: Lists): Score[] =>
  Object.entries(result).map(([file, found]: readonly [string, FileResult]) => {
    const kind = (count: Count, alive: readonly Mutant[]): KindScore => {
      const open = unlisted(alive, file, equivalents)
      const guides = guiding(open, file, hints)
      return {
        ...count,
        hints: guides.length,
        left: open.filter((one) => !guides.includes(one)),
      }
    }
    return {
      file,
      comparisons: kind(found.comparisons, found.aliveComparisons),
      others: kind(found.others, found.aliveOthers),
    }
  })

const COLUMNS = ['killed', 'cost', 'hints', 'equivalent', 'left']
const HEAD = ['file', 'comparisons', ...COLUMNS, 'logic', ...COLUMNS]

/** The table of scores, as Markdown that a terminal shows as well. */
export function tableOf(scores: readonly Score[]): string[] {
  const rows = scores.map((score) => [score.file.replace('src/', ''), ...cells(score)])
  const sums = scores
    .map(cells)
    .reduce(
      (sum, row) => sum.map((n, i) => n + (row[i] ?? 0)),
      Array<number>(HEAD.length - 1).fill(0),
    )
  const all = [HEAD, ...rows, ['all', ...sums]].map((row) => row.map(String))
  const widths = HEAD.map((_, i) => Math.max(...all.map((row) => row[i]?.length ?? 0)))
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(' | ')} |`
  const rule = `|${widths.map((width, i) => (i === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`
  const [head = '', ...rest] = all.map(line)
  return [head, rule, ...rest]
}

const cells = ({ comparisons, others }: Score): number[] => [
  ...kindCells(comparisons),
  ...kindCells(others),
]

const kindCells = ({ all, killed, cost = 0, hints, left }: KindScore): number[] => [
  all,
  killed - cost,
  cost,
  hints,
  all - killed - hints - left.length,
  left.length,
]

/** Folders whose files are measured. */
const FOLDERS = ['src/ballot', 'src/charter', 'src/charter/analyser']
/** Shapes and texts: nothing in them is compared. */
const NO_RULES = /\/(ops|presets|schema)\.ts$/

/** Files of the rules of which no run is kept. */
export const unmeasured = (result: Result): string[] =>
  FOLDERS.flatMap((folder) =>
    readdirSync(new URL(`../../${folder}/`, import.meta.url)).map((name) => `${folder}/${name}`),
  )
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && !NO_RULES.test(path))
    .filter((path) => !Object.hasOwn(result, path))
    .sort()

/** The page; the same result, list and files give the same bytes. */
export function mutationPage(result: Result, lists: Lists): string {
  const scores = scoresOf(result, lists)
  const hints = lists.hints.filter(({ file }) => Object.hasOwn(result, file))
  const others = unmeasured(result).map((path) => `\`${path.replace('src/', '')}\``)
  const left = scores.filter((one) => one.comparisons.left.length + one.others.left.length > 0)
  const lines = [
    ...INTRODUCTION,
    '',
    ...tableOf(scores),
    '',
    ...runLines(result),
    ...(others.length === 0 ? [] : [UNMEASURED, '', `${others.join(', ')}.`, '']),
    ...(left.length === 0 ? [] : ['## Left', '', LEFT, '', ...left.flatMap(leftLines)]),
    ...(hints.length === 0 ? [] : ['## Hints', '', HINTS, '', ...hints.flatMap(hintLines)]),
    '## Equivalent changes',
    '',
    EQUIVALENT,
    '',
    ...[...Map.groupBy(lists.equivalents, ({ file }) => file)]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(equivalentLines),
  ]
  return `${lines.join('\n').trimEnd()}\n`
}

/** Of which commit each result is. */
function runLines(result: Result): string[] {
  const runs = [...Map.groupBy(Object.entries(result), ([, { commit }]) => commit)]
  const [[commit] = [], ...others] = runs
  if (commit === undefined) return []
  if (others.length === 0) return [`All of it was found at commit \`${commit}\`.`, '']
  const lines = runs.map(([commit, files]) => {
    const names = files.map(([path]) => `\`${path.replace('src/', '')}\``)
    return `- \`${commit}\`: ${names.join(', ')}`
  })
  return ['It was found at these commits:', '', ...lines, '']
}

const leftLines = ({ file, comparisons, others }: Score): string[] => [
  `### Left in \`${file}\``,
  '',
  ...diffLines([...comparisons.left, ...others.left]),
]

const hintLines = ({ file, in: names, reason }: Hint): string[] => [
  `- \`${file}\`${names === undefined ? '' : ` (${names.map((name) => `\`${name}\``).join(', ')})`}: ${reason}`,
  '',
]

const equivalentLines = ([file, entries]: readonly [string, readonly Equivalent[]]): string[] => [
  `### \`${file}\``,
  '',
  ...entries.flatMap(({ reason, changes }) => [reason, '', ...diffLines(changes)]),
]

function diffLines(changes: readonly Mutant[]): string[] {
  const groups = [...Map.groupBy(changes, (one) => `${one.in}: ${one.before}`).values()]
  const lines = groups.flatMap((group) => [
    `  ${group[0]?.in}`,
    `- ${group[0]?.before}`,
    ...group.map(({ after }) => `+ ${after}`),
  ])
  return ['```diff', ...lines, '```', '']
}

const UNMEASURED = `Of these no run is kept. The answers of the analyser, its solver's too, are held by
[brute force](../test/analyser/reference.ts) for up to 12 members.`
const LEFT = `These survived the run that is kept, and nobody has shown that no vector could tell them. What vectors written since
tell, the next run shows.`
const HINTS = `What survives here only guides the search for the smallest set of members: it says where to look first. What is found
is checked, and what is ruled out is proved, in whole numbers and elsewhere, where each comparison is held; what no proof could rest on
is refused. So a change here can cost steps, and change no answer. How many steps the vectors of \`test/vectors/covers\` may take is
held, too: the column *cost*.`
const EQUIVALENT = `Changes that no vector could tell, and why, from \`test/mutation/equivalent.json\`. An entry that a vector does
tell, or whose code is gone, fails the run.`

const INTRODUCTION = `# Mutation testing

The [shared vectors](../test/vectors/README.md) are worked out from the design, by hand. Do they leave room for a rule that is a little
different? \`npm run mutation\` answers: [StrykerJS](https://stryker-mutator.io) changes \`src/ballot\` and \`src/charter\` in one place at a time
(\`>=\` to \`>\`, a condition to \`true\`, \`+ 1\` to \`- 1\`, …), and **only the vectors** may notice. A change that none of them notices is a mutant
that survived: it needs a vector, simpler code, or a reason why no vector could tell.

\`\`\`sh
npm run mutation                                             # everything; about twenty minutes
npm run mutation -- --mutate src/ballot/verdict.ts           # one file
node test/mutation/report.ts                                 # only the table and this page, from what was found last
\`\`\`

The vectors run in StrykerJS's own process (\`test/mutation/vector-runner.ts\`), not in a test framework: nothing but a vector can kill a
mutant. What StrykerJS instruments is run once, to see which vectors come to which place; it is slow. Each mutant is then run as it would be
written (\`test/mutation/changed.ts\`): the module that it changes and those that import it are loaded anew, and the vectors that told most
mutants before go first. A vector that takes half a second of processor time counts as one that never ends; unchanged, none takes a fifth
of that. Sources and vectors are read from the working tree as the run goes on: leave them alone meanwhile.

Results are kept in \`.mutation/incremental.json\`, so a second run looks only at what changed, and in \`test/mutation/result.json\`, from
which this page is made. The run fails where a comparison is left that is neither killed nor on the list below. It is not part of
\`.ci/run\`; the vectors are, and so is the check that this page says what was found.

Left out are changes of words (strings), of literals of arrays and objects, of patterns, and whole bodies taken away: the question is
whether each *comparison* and *boundary* is held. A change with which the vectors cannot even be read, or never end, counts as noticed.
*Comparisons* are changes of a comparison, a condition, an arithmetic, a bound;
*logic* are those of \`&&\`, \`||\`, \`?.\`, \`true\` and \`false\`. *Killed* are those that an answer tells; *cost*, those that change no
answer but make the search for it take more steps than a vector allows; *hints*, those that survive in code which only guides that
search (below); *equivalent*, those that no vector could tell (below); *left*, all others.

## Score`.split('\n')

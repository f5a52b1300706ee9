/** Every number and reason behind a verdict, as data and as text for a terminal (design §2.7, §3.5). */
import type { Track } from '../charter/schema.ts'
import type { Electorate } from './electorate.ts'
import { type RemedyInput, remedySentence, undoingSentence } from './remedy.ts'
import type { Tally } from './tally.ts'
import type { Rule, Verdict } from './verdict.ts'

/** Something else that bears on a ballot: its stage, seals, settlement, contingency. */
export interface Fact {
  readonly label: string
  readonly sentence: string
}

/** The contingency of a ballot that is stuck, or of what a reduced coalition did (§3.7). */
export interface ContingencyPart {
  readonly state: 'possible' | 'provisional' | 'held' | 'ratified' | 'lapsed'
  readonly sentence: string
  readonly rules: readonly Rule[]
}

/** How a ballot stands where more than its verdict decides: how it ended, what a node has sealed. */
export interface Ending {
  /** In a sentence. */
  readonly headline: string
  /** What would still change it. */
  readonly changes: readonly string[]
  readonly isGood: boolean
}

/** All that is behind a verdict; JSON as it is. */
export interface Explanation {
  readonly title: string
  readonly result: Verdict['result']
  /** Why the ballot is where it is. */
  readonly headline: string
  /** What would change it, in sentences. */
  readonly changes: readonly string[]
  /** True where the headline is that it passes or was adopted, false where it does not. */
  readonly isGood: boolean
  readonly electorate: Pick<Electorate, 'total' | 'faulty' | 'quorum'>
  readonly tally: Tally
  readonly rules: readonly Rule[]
  /** Where a reduced coalition has gone ahead, or may. */
  readonly contingency?: ContingencyPart
  readonly facts: readonly Fact[]
}

/** What an explanation is made from. */
export interface ExplanationInput {
  readonly title: string
  readonly electorate: Electorate
  readonly track: Track
  readonly tally: Tally
  readonly verdict: Verdict
  readonly contingency?: ContingencyPart | undefined
  /** Where the votes do not say it all. */
  readonly ending?: Ending | undefined
  readonly facts: readonly Fact[]
}

/** Gathers everything behind a verdict. */
export function explain(input: ExplanationInput): Explanation {
  const { title, verdict, tally, electorate, contingency, facts } = input
  const { result, rules } = verdict
  const { total, faulty, quorum } = electorate
  const ending = input.ending ?? {
    headline: headlineOf(verdict),
    changes: changesOf(verdict, input),
    isGood: result === 'passes',
  }
  return {
    title,
    result,
    headline: ending.headline,
    changes: ending.changes,
    isGood: ending.isGood,
    electorate: { total, faulty, quorum },
    tally,
    rules: rules.map((rule) => withRemedy(rule, input)),
    ...(contingency && { contingency }),
    facts,
  }
}

function withRemedy(rule: Rule, input: ExplanationInput): Rule {
  const wouldMeet = remedySentence(rule, input)
  return wouldMeet === undefined ? rule : { ...rule, wouldMeet }
}

/** Rules that decide a verdict: those for which it is open, else those on which it fails. */
export function decidingRules({ result, rules }: Verdict): readonly Rule[] {
  const unmet = rules.filter(({ met }) => !met)
  if (result !== 'open') return unmet.some(isWithdrawal) ? unmet.filter(isWithdrawal) : unmet
  return unmet.filter(({ rule }) => rule === 'quorum' || rule.startsWith('gate:'))
}

const isWithdrawal = ({ rule }: Rule): boolean => rule === 'withdrawn'

/** What would change a verdict: what meets each rule that decides it, or undoes one that is met. */
export function changesOf(verdict: Verdict, input: RemedyInput): string[] {
  if (verdict.rules.some(isWithdrawal)) return ['Nothing any more; a new proposal may ask again.']
  if (verdict.result !== 'passes')
    return decidingRules(verdict).map((rule) => `${nameOf(rule)}: ${remedySentence(rule, input)}`)
  return verdict.rules.flatMap((rule) => {
    const undone = undoingSentence(rule, input)
    return undone === undefined ? [] : [`It fails on ${nameOf(rule)} if ${undone}.`]
  })
}

/** A rule as people call it: `gate reviews`, `owner veto`. */
const nameOf = ({ rule }: Rule): string => rule.replace(':', ' ').replace('-veto', ' veto')

/** What a part of the text is, for those who colour it. */
export type TextStyle = 'title' | 'good' | 'bad' | 'dim'

/** How an explanation is written. */
export interface RenderOptions {
  /** Columns of the terminal; below `MIN_WIDTH` counts as that. */
  readonly width: number
  /** Wraps text in escapes that take no columns; absent: none. */
  readonly colour?: (style: TextStyle, text: string) => string
}

/** Narrowest column count that the text is laid out for. */
export const MIN_WIDTH = 40

/** Lines of a screen: a text that would be longer has no blank lines between its sections. */
export const SCREEN_LINES = 24

/** An explanation as lines of text, wrapped to the width; ends without a line break. */
export function renderExplanation(explanation: Explanation, options: RenderOptions): string {
  const { title, headline, changes, isGood, result, rules, tally, contingency, facts } = explanation
  const page: Page = {
    width: Math.max(Math.floor(options.width), MIN_WIDTH),
    colour: options.colour ?? ((_style, text) => text),
  }
  const style = isGood ? 'good' : result === 'open' ? 'dim' : 'bad'
  const head = [
    ...wrap(page, title).map((line) => page.colour('title', line)),
    ...wrap(page, headline).map((line) => page.colour(style, line)),
    ...changeLines(page, changes),
  ]
  const sections = [
    section(
      page,
      'Rules',
      rules.flatMap((rule) => ruleLines(page, rule)),
    ),
    section(page, 'Contingency', contingencyLines(page, contingency)),
    section(page, 'Positions', positionLines(page, tally)),
    section(
      page,
      'Facts',
      facts.flatMap((fact) => factLines(page, fact)),
    ),
  ].filter((lines) => lines.length > 0)
  const all = [head, ...sections]
  const spaced = all.flatMap((lines, i) => (i === 0 ? lines : ['', ...lines]))
  return (spaced.length <= SCREEN_LINES ? spaced : all.flat()).join('\n')
}

interface Page {
  readonly width: number
  readonly colour: NonNullable<RenderOptions['colour']>
}

/** How a verdict that is not sure yet begins: while voting lasts here, and when its window is over. */
const WORDS = {
  voting: { fails: 'Fails as it stands', open: 'Open' },
  over: {
    fails: 'Fails as it stands, and voting is over here',
    open: 'Open, though voting is over here',
  },
} as const

/** Where a verdict is, in a sentence that names the rules that decide it. */
export function headlineOf(verdict: Verdict, when: keyof typeof WORDS = 'voting'): string {
  const { result, rules } = verdict
  const deciding = decidingRules(verdict)
  const [first] = deciding
  if (first === undefined) return `Passes as it stands: all ${rules.length} rules are met.`
  if (isWithdrawal(first)) return 'Fails: its author has withdrawn it.'
  const word = WORDS[when][result === 'fails' ? 'fails' : 'open']
  const names = deciding.map(nameOf).join(', ')
  const why = deciding.length === 1 ? `${names} is not met` : `${names} are not met`
  const met = rules.filter((rule) => rule.met).length
  return `${word}: ${why} (${met} of ${rules.length} rules met).`
}

/** There is always something to say, if only that nothing would. */
const changeLines = (page: Page, changes: readonly string[]): string[] => [
  page.colour('title', 'What would change it'),
  ...changes.flatMap((change) => hanging(page, `→ ${change}`)),
]

/** Text whose later lines stand below the first word. */
function hanging(page: Page, text: string): string[] {
  const [first = '', ...rest] = wrap(page, text, '    ')
  return [first.slice(2), ...rest]
}

const section = ({ colour }: Page, name: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [colour('title', name), ...lines]

/** What would meet a rule stands above, with all that would change the ballot. */
const ruleLines = (page: Page, { rule, met, sentence }: Rule): string[] =>
  markedLines(page, met, `${rule}: ${sentence}`)

function markedLines(page: Page, met: boolean, text: string): string[] {
  const [first = '', ...rest] = wrap(page, text, '    ')
  const mark = page.colour(met ? 'good' : 'bad', met ? '✓' : '✗')
  return [`  ${mark} ${first.trimStart()}`, ...rest]
}

/** Rules of the contingency; those that are met and compare no weights are named together. */
function contingencyLines(page: Page, part: ContingencyPart | undefined): string[] {
  if (part === undefined) return []
  const plain = part.rules.filter(({ met, left }) => met && left === null)
  const others = part.rules.filter((rule) => !plain.includes(rule))
  return [
    ...wrap(page, part.sentence, '  '),
    ...others.flatMap((rule) =>
      markedLines(page, rule.met, `${shortName(rule)}: ${rule.sentence}`),
    ),
    ...(plain.length === 0 ? [] : markedLines(page, true, plain.map(shortName).join(', '))),
  ]
}

const shortName = ({ rule }: Rule): string => rule.slice('contingency:'.length)

const STANCES = ['yes', 'no', 'abstain', 'veto', 'conflicted', 'silent'] as const
/** Columns for a stance and its weight. */
const STANCE_COLUMNS = 24

function positionLines(page: Page, tally: Tally): string[] {
  return STANCES.filter((stance) => tally[stance] > 0).flatMap((stance) => {
    const who = tally.lines
      .filter((line) => line.stance === stance)
      .map(({ stakeholder, weight }) => `${stakeholder} ${weight}`)
    const head = `  ${stance.padEnd(10)} ${`${tally[stance]}`.padStart(10)} `
    const [first = '', ...rest] = wrap(page, who.join(', '), ' '.repeat(STANCE_COLUMNS))
    return [head + first.trimStart(), ...rest]
  })
}

const factLines = (page: Page, { label, sentence }: Fact): string[] =>
  wrap(page, `${label}: ${sentence}`, '  ')

/** What peers wrote must not steer the terminal: escapes, bidirectional marks, line breaks. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** Breaks text between words into indented lines; a longer word is broken where the line ends. */
function wrap({ width }: Page, text: string, indent = ''): string[] {
  const room = width - indent.length
  const lines: string[] = []
  let line = ''
  for (const word of text
    .replace(UNSAFE, ' ')
    .split(/\s+/)
    .flatMap((word) => chunks(word, room))) {
    if (line !== '' && lengthOf(line) + 1 + lengthOf(word) > room) {
      lines.push(indent + line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return line === '' ? lines : [...lines, indent + line]
}

function chunks(word: string, size: number): string[] {
  const points = [...word]
  const parts: string[] = []
  for (let i = 0; i < points.length; i += size) parts.push(points.slice(i, i + size).join(''))
  return parts
}

const lengthOf = (text: string): number => [...text].length

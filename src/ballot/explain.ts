/** Every number and reason behind a verdict, as data and as text for a terminal (design §2.7, §3.5). */
import type { Electorate } from './electorate.ts'
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

/** All that is behind a verdict; JSON as it is. */
export interface Explanation {
  readonly title: string
  readonly result: Verdict['result']
  readonly headline: string
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
  readonly tally: Tally
  readonly verdict: Verdict
  readonly contingency?: ContingencyPart | undefined
  readonly facts: readonly Fact[]
}

/** Gathers everything behind a verdict. */
export const explain = (input: ExplanationInput): Explanation => ({
  title: input.title,
  result: input.verdict.result,
  headline: headlineOf(input.verdict),
  electorate: {
    total: input.electorate.total,
    faulty: input.electorate.faulty,
    quorum: input.electorate.quorum,
  },
  tally: input.tally,
  rules: input.verdict.rules,
  ...(input.contingency && { contingency: input.contingency }),
  facts: input.facts,
})

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

/** An explanation as lines of text, wrapped to the width; ends without a line break. */
export function renderExplanation(explanation: Explanation, options: RenderOptions): string {
  const { title, headline, result, rules, tally, electorate, contingency, facts } = explanation
  const page: Page = {
    width: Math.max(Math.floor(options.width), MIN_WIDTH),
    colour: options.colour ?? ((_style, text) => text),
  }
  return [
    ...wrap(page, title).map((line) => page.colour('title', line)),
    ...wrap(page, headline).map((line) => page.colour(HEADLINE_STYLES[result], line)),
    ...section(
      page,
      'Rules',
      rules.flatMap((rule) => ruleLines(page, rule)),
    ),
    ...section(page, 'Contingency', contingencyLines(page, contingency)),
    ...section(page, 'Positions', positionLines(page, tally)),
    ...section(page, 'Agreement', wrap(page, agreementSentence(electorate), '  ')),
    ...section(
      page,
      'Facts',
      facts.flatMap((fact) => factLines(page, fact)),
    ),
  ].join('\n')
}

interface Page {
  readonly width: number
  readonly colour: NonNullable<RenderOptions['colour']>
}

const HEADLINE_STYLES = { passes: 'good', fails: 'bad', open: 'dim' } as const

function headlineOf({ result, rules }: Verdict): string {
  if (result === 'passes') return `Passes: all ${rules.length} rules are met.`
  const unmet = rules.filter(({ met }) => !met).map(({ rule }) => rule)
  const word = result === 'fails' ? 'Fails' : 'Open'
  return `${word}: ${unmet.length} of ${rules.length} rules not met (${unmet.join(', ')}).`
}

const section = ({ colour }: Page, name: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ['', colour('title', name), ...lines]

function ruleLines(page: Page, rule: Rule, name: string = rule.rule): string[] {
  const { met, sentence, wouldMeet } = rule
  const [first = '', ...rest] = wrap(page, `${name}: ${sentence}`, '    ')
  const mark = page.colour(met ? 'good' : 'bad', met ? '✓' : '✗')
  const hint = met || wouldMeet === undefined ? [] : wrap(page, `→ ${wouldMeet}`, '    ')
  return [
    `  ${mark} ${first.trimStart()}`,
    ...rest,
    ...hint.map((line) => page.colour('dim', line)),
  ]
}

const contingencyLines = (page: Page, part: ContingencyPart | undefined): string[] =>
  part === undefined
    ? []
    : [
        ...wrap(page, part.sentence, '  '),
        ...part.rules.flatMap((rule) =>
          ruleLines(page, rule, rule.rule.slice('contingency:'.length)),
        ),
      ]

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

const agreementSentence = ({ total, faulty, quorum }: Explanation['electorate']): string =>
  `Settling takes ${quorum} of ${total}; up to ${faulty} may be faulty in any way.`

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

/** What every explanation must be: on one screen, naming what decides and what would change it. */
import { deepStrictEqual, ok } from 'node:assert/strict'
import { explainBallot } from '../../../node/api/ballot-facts.ts'
import {
  decidingRules,
  type Explanation,
  renderExplanation,
  SCREEN_LINES,
} from '../../../src/ballot/explain.ts'
import { invariant } from '../../../src/op/refusal.ts'
import type { Expectation } from './case.ts'
import type { Story } from './story.ts'

/** Columns of a screen. */
export const SCREEN_COLUMNS = 100

/** The explanation of a ballot of a story; undefined where its proposal is void. */
export function explanationOf(story: Story, name = 'p'): Explanation | undefined {
  const { replica } = story
  const ballot = replica.views.ballot(story.cid(name))
  const standing = replica.views.standing()
  invariant(standing, 'the founding operation is held')
  return ballot.ok ? explainBallot(replica, ballot.value, standing) : undefined
}

/** The text of an explanation on one screen. */
export const screenOf = (explanation: Explanation): string =>
  renderExplanation(explanation, { width: SCREEN_COLUMNS })

/** Checks the explanation of the ballot that a vector expects something of. */
export function checkExplanation(story: Story, expected?: Expectation): void {
  const explanation = explanationOf(story, expected?.ballot)
  if (!explanation) return
  const lines = screenOf(explanation).split('\n')
  const wide = lines.filter((line) => [...line].length > SCREEN_COLUMNS)
  deepStrictEqual(wide, [], 'no line is wider than the screen')
  ok(lines.length <= SCREEN_LINES, `${lines.length} lines:\n${lines.join('\n')}`)
  ok(explanation.changes.length > 0, `it says what would change it:\n${lines.join('\n')}`)
  checkDeciding(explanation, lines)
}

/** A ballot whose votes alone decide is explained by the rules that decide it. */
function checkDeciding({ result, rules, headline }: Explanation, lines: readonly string[]): void {
  const isByVotes = /^(Passes|Fails|Open)/.test(headline)
  if (!isByVotes) return
  for (const { rule } of decidingRules({ result, rules })) {
    if (rule === 'withdrawn') continue
    ok(
      headline.includes(rule.replace(':', ' ').replace('-veto', ' veto')),
      `${rule} in: ${headline}`,
    )
    ok(
      lines.some((line) => line.startsWith(`  ✗ ${rule}:`)),
      `${rule} is shown`,
    )
  }
}

/** Vectors whose explanation, at their end, is kept as a text in `test/golden/`. */
export const GOLDEN: readonly string[] = [
  'quorum-one-below',
  'approval-of-cast-one-below',
  'a-chamber-of-one',
  'override-one-below',
  'one-gate-of-two',
  'a-node-below-the-floor',
  'both-sides-are-held',
  'patience',
  'an-older-ballot-ends-with-the-amendment',
  'an-appeal',
]

/** What is kept of an explanation: as on a screen, and on the narrowest terminal, in colour. */
export function goldenText(explanation: Explanation): string {
  // Fewer columns than the least are as many.
  const narrow = renderExplanation(explanation, {
    width: 12,
    colour: (style, text) => `<${style}>${text}</>`,
  })
  return `${screenOf(explanation)}\n\n--- narrow, in colour\n\n${narrow}\n`
}

/** The file of a golden text. */
export const goldenFile = (name: string): URL =>
  new URL(`../../golden/explain-${name}.txt`, import.meta.url)

/** Explanations: everything is in them, and they fit the terminal. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { charterWith } from '../../test/support/charters.ts'
import { histories, vote } from '../../test/support/votes.ts'
import { trackOf } from '../charter/lookup.ts'
import { invariant } from '../op/refusal.ts'
import { electorateFrom } from './electorate.ts'
import { type Explanation, explain, MIN_WIDTH, renderExplanation } from './explain.ts'
import { positions, type VoteRecord } from './position.ts'
import { tally } from './tally.ts'
import { verdict } from './verdict.ts'

const IDS = ['acme', 'globex', 'initech', 'umbrella']
const charter = charterWith(
  IDS.map((id) => [id]),
  'components: [{ id: core, owners: [globex] }]',
)
const electorate = electorateFrom(charter.stakeholders)

function explanationOf(votes: readonly VoteRecord[], title = 'Core 2.0'): Explanation {
  const track = trackOf(charter, 'standard')
  invariant(track, 'small-team has track standard')
  const held = positions(votes, electorate)
  const counted = tally({ positions: held, electorate, charter, components: ['core'], track })
  const gate = {
    gate: 'objections',
    met: false,
    sentence: '1 unanswered.',
    wouldMeet: 'An answer to initech.',
  }
  const judged = verdict({ tally: counted, electorate, track, gates: [gate], withdrawn: false })
  const facts = [{ label: 'stage', sentence: 'Voting until 12:00.' }]
  return explain({ title, electorate, track, tally: counted, verdict: judged, facts })
}

const VOTES = [
  vote('1', 'acme', 'yes'),
  vote('2', 'globex', 'veto', { because: 'breaks our users' }),
  vote('3', 'initech', 'yes'),
]

test('the text has why and what would change it, every rule with its numbers, every position and the facts', () => {
  expect(renderExplanation(explanationOf(VOTES), { width: 80 })).toBe(
    `Core 2.0
Open: gate objections is not met (2 of 4 rules met).
What would change it
  → gate objections: An answer to initech.

Rules
  ✓ quorum: 3 of 4 takes part; at least 2 (1/2) is needed.
  ✓ approval: 2 of 3 cast for or against is yes; at least 2 (2/3) is needed.
  ✗ owner-veto: Owners veto: globex for core; 2 of 4 in all is yes, to override
    at least 3 (3/4) is needed.
  ✗ gate:objections: 1 unanswered.

Positions
  yes                 2 acme 1, initech 1
  veto                1 globex 1
  silent              1 umbrella 1

Facts
  stage: Voting until 12:00.`,
  )
})

test('an explanation is JSON as it is', () => {
  const explanation = explanationOf(VOTES)
  expect(JSON.parse(JSON.stringify(explanation))).toEqual(explanation)
})

test('colour changes nothing but colour', () => {
  const explanation = explanationOf(VOTES)
  const coloured = renderExplanation(explanation, {
    width: 60,
    colour: (style, text) => `<${style}>${text}</>`,
  })
  expect(coloured).toContain('<good>✓</>')
  const stripped = coloured.replaceAll(/<(?:title|good|bad|dim)>|<\/>/g, '')
  expect(stripped).toBe(renderExplanation(explanation, { width: 60 }))
})

test('no line is wider than the terminal, whatever is written', () => {
  const titles = fc.string({ unit: 'grapheme', maxLength: 200 })
  fc.assert(
    fc.property(histories(IDS), titles, fc.integer({ min: 0, max: 120 }), (votes, title, width) => {
      const text = renderExplanation(explanationOf(votes, title), { width })
      for (const line of text.split('\n'))
        expect([...line].length).toBeLessThanOrEqual(Math.max(width, MIN_WIDTH))
    }),
  )
})

test('what a peer wrote cannot steer the terminal', () => {
  const title = 'Core\u001b[2J\u202e \u2028\r2.0'
  const text = renderExplanation(explanationOf(VOTES, title), { width: 80 })
  expect(text.split('\n')[0]).toBe('Core [2J 2.0')
})

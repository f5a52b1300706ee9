/** Deliberately captured charters: exactly the findings expected, and every answer as trying shows. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { findings } from '../../src/charter/analyser/findings.ts'
import { parseCharter } from '../../src/charter/parse.ts'
import { PRESET_NAMES } from '../../src/charter/presets.ts'
import type { Charter } from '../../src/charter/schema.ts'
import { charterText, type MemberSpec } from '../support/charters.ts'
import { disagreements } from './agreement.ts'

const FOLDER = new URL('../charters/', import.meta.url)

function draftOf(text: string): Charter {
  const parsed = parseCharter(text, { isDraft: true })
  return parsed.ok ? parsed.charter : expect.fail(JSON.stringify(parsed.problems))
}

const captured = (name: string): Charter =>
  draftOf(readFileSync(new URL(`${name}.yaml`, FOLDER), 'utf8'))

/** Severity, code, track and ids, one line a finding. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  'one-with-forty-percent': ['error one-stalls: big'],
  'one-with-most': [
    'error one-stalls: big',
    'error weight-share: big',
    'error one-forces on standard: big',
    'error one-forces on emergency: big',
    'error one-forces on constitutional: big',
  ],
  'low-floor': ['warning two-act-apart on standard: a c e g i b d f h j'],
  'lone-actor': [
    'error one-stalls: a',
    'error one-acts on standard: a',
    'warning two-act-apart on standard: a d b c',
  ],
  'chamber-of-one': [
    'error one-blocks on standard: a',
    'error gate-needs-all on standard: a',
    'warning function-held-by-one: a',
    'warning gate-out-of-reach on standard: a',
  ],
  'one-provider': ['error provider-stalls: a b c'],
  'one-jurisdiction': ['warning jurisdiction-stalls: a b c', 'warning jurisdiction-stalls: c d'],
  'brittle-quorum': [
    'warning absences-stop on standard: a b',
    'warning constitution-easier on constitutional: a b c d e f g',
    'warning emergency-easier on emergency: a b c d e',
  ],
  unanimity: [
    'error one-blocks on standard: a b c d',
    'warning constitution-easier on constitutional: a b c',
    'warning emergency-easier on emergency: a b',
  ],
  asleep: [
    'warning one-passes on emergency: a b c d e',
    'warning low-quorum on emergency:',
    'warning one-passes on constitutional: a b c d e',
    'warning low-quorum on constitutional:',
    'warning constitution-easier on constitutional: a',
    'warning emergency-easier on emergency: a',
  ],
  'out-of-reach': [
    'error gate-out-of-reach on emergency: a b c d',
    'error gate-needs-all on emergency: a b c d',
    'error gate-needs-all on constitutional: a',
    'warning function-held-by-one: a',
    'warning contingency-never on standard:',
    'warning gate-out-of-reach on constitutional: a',
  ],
  'strong-owner': [
    'warning sole-decider: b',
    'note owner-veto-stands: a',
    'note owner-veto-stands: b',
  ],
}

describe.each(Object.entries(EXPECTED))('%s', (name, expected) => {
  test('has exactly the findings expected, each with a sentence and a fix', () => {
    const found = findings(captured(name))
    const lines = found.map(({ severity, code, track, who }) => {
      return `${severity} ${code}${track === null ? '' : ` on ${track}`}: ${who.join(' ')}`.trim()
    })
    expect(lines).toEqual(expected)
    for (const { sentence, fix } of found) {
      expect(sentence).toMatch(/^\S.*\.$/)
      expect(fix).toMatch(/^[A-Z].*\.$/)
    }
  })

  test('every answer is what trying all sets of members shows', () => {
    expect(disagreements(captured(name))).toEqual([])
  })
})

test('no captured charter is left out', () => {
  const files = readdirSync(FOLDER).map((file) => file.replace('.yaml', ''))
  expect(files.toSorted()).toEqual(Object.keys(EXPECTED).toSorted())
})

test.each(PRESET_NAMES)('preset %s: every answer is what trying shows', (preset) => {
  const everything = 'maintainer,auditor,contributor,vendor,operator,developer'.split(',')
  const known = Object.keys(draftOf(charterText([['a', 1, []]], FILL, preset)).functions)
  const functions = everything.filter((name) => known.includes(name))
  const members = Array.from({ length: 7 }, (_, i): MemberSpec => {
    return [`m-${i}`, 1 + (i % 2), functions.filter((_, f) => (i + f) % 2 === 0)]
  })
  expect(disagreements(draftOf(charterText(members, '', preset)))).toEqual([])
})

/** Takes chambers and panels away, so that one member without functions makes a charter. */
const FILL =
  'tracks: { standard: { chambers: [] }, emergency: { chambers: [] }, constitutional: { chambers: [] } }\npanels: ~'

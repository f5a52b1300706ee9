/** Charters as people write them: what is read, and what they are told when it cannot be. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  charters,
  charterText,
  charterWith,
  fraction,
  type MemberSpec,
  rootHex,
} from '../../test/support/charters.ts'
import type { KeyId } from '../op/ids.ts'
import { keyIdFromBytes } from '../op/key-id.ts'
import { MAX_PROBLEMS, parseCharter } from './parse.ts'
import { formatProblem } from './problem.ts'
import { serialiseCharter } from './serialise.ts'
import { MAX_CHARTER_DEPTH, MAX_CHARTER_TEXT } from './source.ts'

const FOUR: readonly MemberSpec[] = [['acme'], ['globex'], ['initech'], ['umbrella']]

/** The problems of a text, as the user sees them. */
function complaints(text: string): string[] {
  const parsed = parseCharter(text)
  return parsed.ok ? [] : parsed.problems.map((found) => formatProblem(found, 'c.yaml'))
}

/** The one problem of four members on `small-team` with more YAML. */
function complaint(more: string): string {
  const all = complaints(charterText(FOUR, more))
  expect(all).toHaveLength(1)
  return all[0] ?? ''
}

describe('what is read', () => {
  test('a preset, a name and members are enough; every default is explicit afterwards', () => {
    const charter = charterWith(FOUR)
    expect(charter).toMatchObject({ version: 1, protocol: 1, purpose: '', components: [] })
    expect(charter.stakeholders[0]).toMatchObject({ id: 'acme', name: 'acme', weight: 1 })
    expect(charter.tracks.standard?.gates).toEqual({ objections: { state: 'answered' } })
    expect(charter.tracks.domain).toMatchObject({
      contingency: null,
      chambers: [],
      veto: { owners: false, coalition: null, override: null },
    })
  })

  test('an override changes what it names and nothing beside it', () => {
    const plain = charterWith(FOUR)
    const more = 'tracks: { standard: { windows: { voting: 3d }, approval: { at: 75% } } }'
    const changed = charterWith(FOUR, more)
    const standard = changed.tracks.standard
    expect(standard?.windows).toEqual({
      ...plain.tracks.standard?.windows,
      voting: 3 * 86_400_000,
    })
    expect(standard?.approval).toEqual({ at: { num: 3, den: 4 }, of: 'cast' })
    expect(changed.tracks.emergency).toEqual(plain.tracks.emergency)
    expect(changed.limits).toEqual(plain.limits)
  })

  test('null takes away what the preset has: a gate, a veto, a contingency', () => {
    const more =
      'tracks: { standard: { gates: { objections: null }, contingency: null, veto: { override: ~ } } }'
    expect(charterWith(FOUR, more).tracks.standard).toMatchObject({
      gates: {},
      contingency: null,
      veto: { owners: true, override: null },
    })
  })

  test('a bare value sets the main parameter of a gate, the others stay at their defaults', () => {
    const more =
      'tracks: { standard: { gates: { interop: 3, builds: {}, reviews: { count: 2 } } } }'
    expect(charterWith(FOUR, more).tracks.standard?.gates).toEqual({
      objections: { state: 'answered' },
      interop: { passes: 3, suite: '' },
      builds: { reproductions: 2 },
      reviews: { count: 2, function: 'any' },
    })
  })

  test('text is text: no word of a name becomes a number, a boolean or a float', () => {
    const charter = charterWith(FOUR, 'purpose: no\nlimits: { maxWeightShare: 0.3 }')
    expect(charter.purpose).toBe('no')
    expect(charter.limits.maxWeightShare).toEqual(fraction('3/10'))
  })

  test('roots may come from the cards of the founders', () => {
    const text = `${charterText([])}  - { id: acme }\n  - { id: globex, root: "${rootHex(1)}" }`
    const card = rootHex(0) as KeyId
    const parsed = parseCharter(text, { roots: new Map([['acme', card]]) })
    if (!parsed.ok) return expect.unreachable()
    const roots = parsed.charter.stakeholders.map(({ root }) => keyIdFromBytes(root))
    expect(roots).toEqual([card, rootHex(1)])
  })

  test('a draft needs no roots, and says whose are missing', () => {
    const text = charterText([['acme'], ['globex']]).replace(`root: "${rootHex(1)}", `, '')
    expect(parseCharter(text).ok).toBe(false)
    const parsed = parseCharter(text, { isDraft: true })
    if (!parsed.ok) return expect.unreachable()
    expect(parsed.rootless).toEqual(['globex'])
    const [own, placeholder] = parsed.charter.stakeholders.map(({ root }) => keyIdFromBytes(root))
    expect(own).toBe(rootHex(0))
    expect(placeholder).toMatch(/^f{56}/)
  })

  test('any charter reads back from its YAML', () => {
    fc.assert(
      fc.property(charters, (charter) => {
        expect(parseCharter(serialiseCharter(charter))).toEqual({ ok: true, charter, rootless: [] })
      }),
      { numRuns: 200 },
    )
  })
})

describe('what is refused', () => {
  test('an unknown field, with the nearest allowed one', () => {
    expect(complaint('tracks:\n  standard:\n    quorom: 1/2')).toBe(
      'c.yaml:10:5 tracks.standard.quorom: found the field "quorom", expected one of windows, quorum, approval, chambers, veto, gates, contingency, criteria; did you mean "quorum"?',
    )
  })

  test('a threshold above one, at its place', () => {
    expect(complaint('tracks:\n  standard:\n    approval: { at: 5/3 }')).toBe(
      'c.yaml:10:17 tracks.standard.approval.at: found "5/3", expected a fraction of more than 0, at most 1; 5/3 is more than 1: a threshold is more than 0, at most 1',
    )
  })

  test.each([
    [
      'tracks: { standard: { windows: { voting: 7 days } } }',
      'found "7 days", expected a duration',
    ],
    ['tracks: { standard: { gates: { objection: answered } } }', 'did you mean "objections"?'],
    ['tracks: { standard: { gates: { reviews: { counts: 1 } } } }', 'did you mean "count"?'],
    ['tracks: { standard: { gates: { reviews: 0 } } }', 'a whole number from 1 to 1000'],
    ['tracks: { standard: { veto: { owners: yes } } }', 'expected true or false'],
    ['tracks: { standard: { approval: { of: totl } } }', 'did you mean "total"?'],
    ['functions: { Auditor: {} }', 'expected an id'],
    ['components: core', 'expected a list'],
    ['components: [{ id: core }]', 'components[0].owners: found nothing'],
    ['limits:', 'found nothing, expected a map'],
    ['version: 0', 'expected a whole number from 1'],
    [`purpose: "${'x'.repeat(4097)}"`, '4096'],
    ['purpose: [a]', 'found a list, expected text'],
    ['purpose: "\\ud800"', 'expected text'],
    ['leavers: [{ key: ab, seq: 0, cid: b }]', '64 hex digits'],
    ['? [a]\n: b', 'a field name that is no text'],
    ['purpose: !!int 3', 'YAML that cannot be read'],
    ['purpose: *there', 'an alias'],
    ['purpose: a\npurpose: b', 'Map keys must be unique'],
  ])('%s', (more, expected) => {
    expect(complaints(charterText(FOUR, more)).join('\n')).toContain(expected)
  })

  test('an alias, even of a good anchor', () => {
    const text = charterText(FOUR, 'functions: { a: &d { description: x }, b: *d }')
    expect(complaints(text)).toEqual([expect.stringContaining('an alias')])
  })

  test('an unknown preset, with the nearest', () => {
    const text = charterText(FOUR, '', 'consortum')
    expect(complaints(text)[0]).toContain('did you mean "consortium"?')
  })

  test('a card that differs from the root in the text', () => {
    const roots = new Map([['acme', rootHex(9) as KeyId]])
    const parsed = parseCharter(charterText(FOUR), { roots })
    expect(parsed).toMatchObject({
      ok: false,
      problems: [{ path: ['stakeholders', 0, 'root'], line: 4, column: 17 }],
    })
  })

  test('what a preset brings in is reported where the preset is named', () => {
    const consortium = charterText([...FOUR, ['soylent']], '', 'consortium')
    expect(complaints(consortium)).toEqual([
      expect.stringMatching(/^c\.yaml:1:1 tracks\.standard\.chambers\[0]\.function: .*auditor/),
    ])
  })

  test('all problems show at once, in the order of the text', () => {
    const more =
      'version: x\ncomponents: [{ id: A, owners: [], dependz: [] }]\nlimits: { openBallots: 0 }'
    const lines = complaints(charterText(FOUR, more)).map((line) => Number(line.split(':')[1]))
    expect(lines).toEqual([8, 9, 9, 10])
  })

  test('text that is no charter at all', () => {
    for (const text of ['', 'x', '- a', '{', '\0', '--- a\n--- b'])
      expect(complaints(text).length).toBeGreaterThan(0)
  })

  test('a text of MAX_CHARTER_TEXT is read, a longer one is not', () => {
    const text = charterText(FOUR)
    const padded = `${text}#`.padEnd(MAX_CHARTER_TEXT, 'x')
    expect(parseCharter(padded).ok).toBe(true)
    expect(complaints(`${padded}x`)).toEqual([expect.stringContaining('characters')])
  })

  test('nesting of MAX_CHARTER_DEPTH is looked at, deeper is not', () => {
    const nested = (depth: number): string =>
      complaints(`${'[\n'.repeat(depth)}${']'.repeat(depth)}`).join('\n')
    expect(nested(MAX_CHARTER_DEPTH + 1)).not.toContain('too deep')
    expect(nested(MAX_CHARTER_DEPTH + 2)).toContain('too deep')
    expect(nested(50_000).length).toBeGreaterThan(0)
  })

  test('at most MAX_PROBLEMS are reported', () => {
    const more = Array.from({ length: 2 * MAX_PROBLEMS }, (_, i) => `x${i}: 1`).join('\n')
    expect(complaints(charterText(FOUR, more))).toHaveLength(MAX_PROBLEMS)
  })

  test('no text makes it throw', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !parseCharter(text).ok))
  })

  test('no damage to a good text makes it throw, and every problem has a place in it', () => {
    const text = serialiseCharter(charterWith(FOUR))
    const spot = fc.nat({ max: text.length })
    fc.assert(
      fc.property(spot, fc.nat({ max: 30 }), fc.string({ maxLength: 5 }), (at, cut, put) => {
        const damaged = text.slice(0, at) + put + text.slice(at + cut)
        const parsed = parseCharter(damaged)
        if (parsed.ok) return
        const lines = damaged.split(/\r\n|\n/).length
        for (const { line, column } of parsed.problems) {
          expect(line).toBeGreaterThanOrEqual(1)
          expect(line).toBeLessThanOrEqual(lines)
          expect(column).toBeGreaterThanOrEqual(1)
        }
      }),
      { numRuns: 300 },
    )
  })
})

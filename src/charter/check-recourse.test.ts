/** A charter's ways to have things decided are ones that the coalition can use. */
import { describe, expect, test } from 'vitest'
import { charterText, charterWith, type MemberSpec } from '../../test/support/charters.ts'
import { checkCharter } from './check.ts'
import { MAX_DURATION_MS } from './duration.ts'
import { parseCharter } from './parse.ts'
import { PRESET_NAMES } from './presets.ts'
import { formatPath } from './problem.ts'
import type { Charter } from './schema.ts'
import { serialiseCharter } from './serialise.ts'

const FIVE: readonly MemberSpec[] = [
  ['acme', 1, ['maintainer']],
  ['globex'],
  ['initech'],
  ['umbrella'],
  ['soylent'],
]
const good = charterWith(FIVE)

/** Where the charter has problems, after the change. */
const wrong = (change: Partial<Charter>): string[] =>
  checkCharter({ ...good, ...change }).map(({ path }) => formatPath(path))

/** What is said of a charter's text. */
const saidOf = (more: string): string[] => {
  const parsed = parseCharter(charterText(FIVE, more))
  return parsed.ok
    ? []
    : parsed.problems.map(({ path, message }) => `${formatPath(path)} ${message}`)
}

test('gates are overridden on a track that the charter has, or not at all', () => {
  expect(good.overrides).toEqual({ track: 'constitutional' })
  expect(wrong({ overrides: { track: 'nowhere' } })).toEqual(['overrides.track'])
  expect(charterWith(FIVE, 'overrides: ~')).not.toHaveProperty('overrides')
  expect(saidOf('overrides: { trak: standard }').join()).toMatch(/did you mean "track"/)
})

describe('appeals', () => {
  test('are decided on a track of the whole coalition that the charter has', () => {
    expect(wrong({ appeals: { track: 'emergency' } })).toEqual([])
    expect(wrong({ appeals: { track: 'nowhere' } })).toEqual(['appeals.track'])
    expect(wrong({ appeals: { track: 'domain' } })).toEqual(['appeals.track'])
    expect(saidOf('appeals: { track: standart }')[0]).toMatch(/did you mean "standard"\?/)
  })

  test('come with every preset, and null takes them away', () => {
    for (const preset of PRESET_NAMES) {
      const parsed = parseCharter(charterText(FIVE, '', preset))
      if (parsed.ok) expect(parsed.charter.appeals).toEqual({ track: 'standard' })
    }
    expect(good.appeals).toEqual({ track: 'standard' })
    expect(charterWith(FIVE, 'appeals: ~')).not.toHaveProperty('appeals')
  })
})

describe('panels', () => {
  const panels = (seats: number, functions: string[] = []) =>
    wrong({ panels: { seats, functions } })

  test('have an odd number of seats, at most as many as members without two parties', () => {
    expect(panels(3)).toEqual([])
    expect(panels(2)).toEqual(['panels.seats'])
    expect(panels(5)).toEqual(['panels.seats'])
    expect(saidOf('panels: { seats: 5 }').join()).toMatch(/at most 3, without two parties/)
  })

  test('list functions that somebody has, each once, and no more than seats', () => {
    expect(panels(1, ['maintainer'])).toEqual([])
    expect(panels(3, ['maintainer', 'maintainer'])).toEqual(['panels.functions[1]'])
    expect(panels(3, ['operator'])).toEqual(['panels.functions[0]'])
    expect(panels(3, ['nonsense'])).toContain('panels.functions[0]')
    expect(panels(1, ['maintainer', 'maintainer'])).toContain('panels.seats')
  })

  test('are read with every field, and mediation says whether it binds', () => {
    const { panels: read, mediation } = charterWith(
      FIVE,
      'panels: { seats: 3 }\nmediation: { binding: false }',
    )
    expect(read).toEqual({ seats: 3, functions: [] })
    expect(mediation).toEqual({ binding: false })
    expect(saidOf('mediation: { binds: true }').join()).toMatch(/binding/)
  })
})

describe('a council', () => {
  const council = { seats: 3, term: 1000, track: 'standard', powers: ['escalation.resolve'] }
  const changed = (change: Partial<typeof council>) => wrong({ council: { ...council, ...change } })
  const text = (powers: string) =>
    saidOf(`council: { seats: 3, term: 90d, track: standard, powers: [${powers}] }`).join()

  test('has seats for members, a term, a track, and powers that are enforced', () => {
    expect(changed({})).toEqual([])
    expect(changed({ seats: 5, powers: [] })).toEqual([])
    expect(changed({ seats: 6 })).toEqual(['council.seats'])
    expect(changed({ term: 0 })).toEqual(['council.term'])
    expect(changed({ term: MAX_DURATION_MS })).toEqual([])
    expect(changed({ term: MAX_DURATION_MS + 1 })).toEqual(['council.term'])
    expect(changed({ track: 'domain' })).toEqual(['council.track'])
    expect(changed({ powers: ['vote.cast'] })).toEqual(['council.powers[0]'])
    expect(text('dispute.closed')).toMatch(/did you mean "dispute.close"/)
    expect(text('dispute.close')).toBe('')
  })

  test('of a later protocol may have powers that this one leaves to others', () => {
    const later = { ...good, protocol: 2, council: { ...council, powers: ['rollout.resume'] } }
    expect(checkCharter(later)).toEqual([])
    expect(checkCharter(later, 2)).toHaveLength(1)
  })

  test('reads back as it was written, and so do panels', () => {
    const charter = { ...good, council, panels: { seats: 3, functions: ['maintainer'] } }
    const parsed = parseCharter(serialiseCharter(charter))
    expect(parsed).toMatchObject({ ok: true, charter: { council, panels: charter.panels } })
    expect(serialiseCharter(charter)).toContain('term: 1s')
  })
})

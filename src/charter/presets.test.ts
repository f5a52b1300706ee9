/** The presets are charters that their audience can start with as they are. */
import { describe, expect, test } from 'vitest'
import { charterText, type MemberSpec } from '../../test/support/charters.ts'
import { findings } from './findings.ts'
import { moreThan } from './fraction.ts'
import { parseCharter } from './parse.ts'
import { isPresetName, PRESET_NAMES, presetAudience, presetText } from './presets.ts'
import type { Charter } from './schema.ts'

const members = (count: number): MemberSpec[] =>
  Array.from({ length: count }, (_, i) => [`m-${i}`, 1, i < 2 ? ['auditor'] : []])

function founded(preset: string): Charter {
  const more = preset === 'small-team' ? 'functions: { auditor: Looks twice }' : ''
  const parsed = parseCharter(charterText(members(6), more, preset))
  if (!parsed.ok) return expect.unreachable(JSON.stringify(parsed.problems))
  return parsed.charter
}

describe.each(PRESET_NAMES)('%s', (preset) => {
  test('makes a charter without problems or findings for six members', () => {
    expect(findings(founded(preset))).toEqual([])
  })

  test('says whom it is for in one line', () => {
    expect(presetAudience(preset)).toMatch(/^[A-Z].*\.$/)
    expect(presetText(preset)).toMatch(/^# /)
  })

  test('emergency is faster than standard and asks for more approval', () => {
    const { standard, emergency } = founded(preset).tracks
    if (!standard || !emergency) return expect.unreachable()
    expect(emergency.windows.voting).toBeLessThan(standard.windows.voting)
    const { num, den } = emergency.approval.at
    expect(moreThan(num, den, standard.approval.at)).toBe(true)
  })

  test('the rules change only with the approval of the whole electorate, never provisionally', () => {
    const { constitutional } = founded(preset).tracks
    expect(constitutional).toMatchObject({ approval: { of: 'total' }, contingency: null })
  })
})

test('a name that no preset has is none, whatever objects inherit', () => {
  expect(isPresetName('consortium')).toBe(true)
  expect(isPresetName('constructor')).toBe(false)
})

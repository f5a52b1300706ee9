/** The presets are charters that their audience can start with as they are. */
import { describe, expect, test } from 'vitest'
import { charterText, type MemberSpec } from '../../test/support/charters.ts'
import { findings } from './analyser/findings.ts'
import { moreThan } from './fraction.ts'
import { JUDGED_GATES } from './gates.ts'
import { parseCharter } from './parse.ts'
import {
  isPresetName,
  PRESET_NAMES,
  type PresetName,
  presetAudience,
  presetText,
} from './presets.ts'
import type { Charter } from './schema.ts'

/** Whom the audience of each preset consists of: how many, and what they do in turn. */
const AUDIENCE: Readonly<Record<PresetName, readonly [number, readonly string[]]>> = {
  consortium: [6, ['maintainer', 'auditor', 'operator', 'auditor', 'user', 'regulator']],
  'small-team': [6, ['maintainer', 'operator']],
  'open-source-foundation': [9, ['maintainer', 'contributor', 'user']],
  'disclosure-coalition': [8, ['vendor', 'coordinator', 'vendor', 'researcher']],
  'network-operators': [12, ['operator', 'operator', 'developer', 'operator', 'developer', 'user']],
}

function founded(preset: PresetName): Charter {
  const [count, functions] = AUDIENCE[preset]
  const members = Array.from({ length: count }, (_, i): MemberSpec => {
    return [`m-${i}`, 1, [functions[i % functions.length] ?? '']]
  })
  const parsed = parseCharter(charterText(members, '', preset))
  if (!parsed.ok) return expect.unreachable(JSON.stringify(parsed.problems))
  return parsed.charter
}

describe.each(PRESET_NAMES)('%s', (preset) => {
  test('makes a charter without problems for its audience; what it risks, it risks knowingly', () => {
    const codes = findings(founded(preset)).map(({ code, severity }) => `${severity} ${code}`)
    // Its floor of 2/5 lets both sides of a partition act, so that none is ever unable to (§3.7).
    const known = preset === 'consortium' ? Array(2).fill('warning two-act-apart') : []
    expect(codes).toEqual(known)
  })

  test('says whom it is for in one line', () => {
    expect(presetAudience(preset)).toMatch(/^[A-Z].*\.$/)
    expect(presetText(preset)).toMatch(/^# /)
  })

  test('names no gate that this build cannot judge', () => {
    const gates = Object.values(founded(preset).tracks).flatMap((track) => Object.keys(track.gates))
    expect(gates.filter((gate) => !JUDGED_GATES.has(gate))).toEqual([])
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

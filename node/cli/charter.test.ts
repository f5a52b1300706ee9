import { writeFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { charterText } from '../../test/support/charters.ts'
import { EXIT } from './exit-codes.ts'
import { Workplace } from './testing.ts'

const place = new Workplace()
afterAll(() => place.remove())

const four = charterText([['acme'], ['globex'], ['initech'], ['umbrella']])
const check = (text: string, ...more: string[]) => {
  writeFileSync(place.path('charter.yaml'), text)
  return place.run(['charter', 'check', 'charter.yaml', ...more])
}

describe('charter check', () => {
  it('needs no home', async () => {
    const { exit, out } = await check(four)
    expect(exit).toBe(EXIT.ok)
    expect(out).toContain('4 stakeholders of weight 4')
    expect(out).toContain('no findings')
  })

  it.each([
    [
      'an unknown field',
      `${four}purpos: x\n`,
      /charter\.yaml:\d+:1 purpos: .*did you mean "purpose"\?/,
    ],
    [
      'a fraction over one',
      `${four}limits: { maxWeightShare: 5/3 }\n`,
      /charter\.yaml:\d+:\d+ limits\.maxWeightShare: found "5\/3"/,
    ],
    [
      'a stakeholder twice',
      charterText([['acme'], ['globex'], ['initech'], ['acme']]),
      /stakeholders\[3\]\.id: .*"acme" a second time/,
    ],
    [
      'an owner that is no member',
      `${four}components: [{ id: core, owners: [acmee] }]\n`,
      /components\[0\]\.owners.*"acmee".*did you mean "acme"\?/,
    ],
  ])('names %s with line and path', async (_what, text, fault) => {
    const { exit, err } = await check(text)
    expect(exit).toBe(EXIT.failed)
    expect(err).toMatch(fault)
    expect(err).toContain('Hint: ')
    const { json } = await check(text, '--json')
    expect(json()).toMatchObject({
      ok: false,
      code: 'charter-invalid',
      problems: [{ line: expect.any(Number), path: expect.any(Array) }],
    })
  })

  it('fails on findings of severity error, each with its fix', async () => {
    const { exit, out, json } = await check(
      charterText([['acme'], ['globex'], ['initech']]),
      '--json',
    )
    expect(exit).toBe(EXIT.failed)
    expect(json()).toMatchObject({ ok: false, findings: [{ code: 'no-fault-tolerance' }] })
    expect(out).not.toContain('✗')
  })
})

/** Four members of a preset without roots, with more YAML. */
const draft = (more = '') =>
  `extends: small-team\nname: Grove\nstakeholders:\n${['ash', 'birch', 'cedar', 'elm'].map((id) => `  - { id: ${id}, provider: p-${id} }`).join('\n')}\n${more}`

const written = (name: string, text: string): string => {
  writeFileSync(place.path(name), text)
  return name
}

describe('charter check of a draft', () => {
  it('needs no roots, and says whose are missing', async () => {
    const { exit, out } = await check(draft())
    expect(exit).toBe(EXIT.ok)
    expect(out).toContain('no root yet of ash, birch, cedar, elm')
    const { json } = await check(draft(), '--json')
    expect(json()).toMatchObject({
      ok: true,
      findings: [],
      rootless: ['ash', 'birch', 'cedar', 'elm'],
      charter: { stakeholders: [{ root: null }, {}, {}, {}] },
      analysis: { exact: true, members: 4 },
    })
  })

  it('prints findings with code, severity, track, who, sentence and fix', async () => {
    const risky = draft('tracks: { standard: { quorum: 1, approval: { at: 1, of: total } } }')
    const { exit, json } = await check(risky, '--json')
    expect(exit).toBe(EXIT.failed)
    expect(json()).toMatchObject({ ok: false })
    expect(json().findings).toContainEqual({
      code: 'one-blocks',
      severity: 'error',
      track: 'standard',
      who: ['ash', 'birch', 'cedar', 'elm'],
      sentence: expect.stringMatching(/alone blocks every ballot on standard/),
      fix: expect.any(String),
    })
  })

  it('shows how many it takes, one line a track', async () => {
    const { out } = await check(draft())
    expect(out).toMatch(/members needed to +of +pass +force +block/)
    expect(out).toMatch(/^standard +4 +2 +3 +2 +2 +3 +2$/m)
    expect(out).toMatch(/^constitutional +4 +3 +3 +2 +2 +– +2$/m)
  })
})

describe('charter explain', () => {
  it('names who can do what, by member and by provider', async () => {
    written('draft.yaml', draft())
    const { exit, out } = await place.run(['charter', 'explain', 'draft.yaml'])
    expect(exit).toBe(EXIT.ok)
    expect(out).toContain('block every ballot\n      2 members: ash and birch, weight 2\n')
    expect(out).toContain('      2 providers: p-ash and p-birch, weight 2')
    expect(out).toContain('no two parts of a partition can both act provisionally')
  })

  it('shows one track, and says which there are', async () => {
    const argv = ['charter', 'explain', written('draft.yaml', draft()), '--track']
    const { json } = await place.run([...argv, 'emergency', '--json'])
    expect(json()).toMatchObject({ analysis: { tracks: [{ track: 'emergency' }] } })
    const wrong = await place.run([...argv, 'emergence'])
    expect(wrong.exit).toBe(EXIT.failed)
    expect(wrong.err).toContain('choose one of standard, emergency, constitutional')
  })
})

describe('charter diff', () => {
  it('says who gains what, how many it takes, and what is newly risky', async () => {
    written('before.yaml', draft())
    written(
      'after.yaml',
      draft('tracks: { standard: { quorum: 1 } }').replace('id: ash,', 'id: ash, weight: 2,'),
    )
    const { exit, out } = await place.run(['charter', 'diff', 'before.yaml', 'after.yaml'])
    expect(exit).toBe(EXIT.ok)
    expect(out).toContain('ash gains weight: 2/5 of all, before 1/4.')
    expect(out).toContain(
      '+ ash can now alone keep anything from settling on standard, emergency and constitutional.',
    )
    expect(out).toContain('tracks.standard.quorum: 1/2 → 1')
    expect(out).toContain('✗ one-stalls')
    const { json } = await place.run(['charter', 'diff', 'before.yaml', 'after.yaml', '--json'])
    expect(json()).toMatchObject({
      ok: true,
      rules: [{ path: 'tracks.standard.quorum' }],
      gone: [],
    })
  })

  it('calls no risk new that was there for fewer members', async () => {
    const short = 'tracks: { standard: { windows: { voting: 1h } } }\n'
    written('before.yaml', `${four}${short}`)
    const five = charterText([['acme'], ['globex'], ['initech'], ['umbrella'], ['hooli']])
    written('after.yaml', `${five}${short}`)
    const { out } = await place.run(['charter', 'diff', 'before.yaml', 'after.yaml'])
    expect(out).toContain('hooli joins')
    expect(out).not.toContain('overnight')
    const { json } = await place.run(['charter', 'diff', 'before.yaml', 'after.yaml', '--json'])
    expect(json()).toMatchObject({
      appeared: [],
      changed: [{ before: { code: 'overnight' }, after: { code: 'overnight' } }],
      gone: [],
    })
  })

  it('says of a risk that changes what it was before', async () => {
    written('before.yaml', draft().replace('id: ash,', 'id: ash, weight: 2,'))
    written('after.yaml', draft().replace('id: ash,', 'id: ash, weight: 3,'))
    const { out } = await place.run(['charter', 'diff', 'before.yaml', 'after.yaml'])
    expect(out).toContain('Risks that change\n')
    expect(out).toMatch(/weight-share: .* has 3 of 6 .*\n +before: .* has 2 of 5 /)
  })

  it('says so when nothing differs, whether or not roots are there', async () => {
    written('before.yaml', four)
    written('after.yaml', four.replace(/root: "[0-9a-f]+", /g, ''))
    const { out } = await place.run(['charter', 'diff', 'before.yaml', 'after.yaml'])
    expect(out).toBe('✓ no difference to "Example"\n')
  })
})

describe('charter new', () => {
  it('writes a draft that can be checked, and never over another file', async () => {
    const argv = ['charter', 'new', 'consortium', '--name', 'Grove: "one"', '-o', 'new.yaml']
    const members = ['ash:2:auditor+scribe', 'birch:2:auditor', 'cedar:2', 'elm:2']
    const made = await place.run([...argv, '--members', ...members])
    expect(made.exit).toBe(EXIT.ok)
    expect(made.out).toContain('folkmoot charter check new.yaml')
    const { json } = await place.run(['charter', 'check', 'new.yaml', '--json'])
    expect(json()).toMatchObject({
      ok: true,
      charter: { name: 'Grove: "one"', stakeholders: [{ id: 'ash', weight: 2 }, {}, {}, {}] },
    })
    const again = await place.run([...argv, '--members', ...members])
    expect(again.err).toContain('exists already')
  })

  it('asks on a terminal for what is not given, a preset by its number', async () => {
    const answers = ['2', 'Grove', 'ash birch, cedar elm:3']
    const asked: string[] = []
    const askLine = async (question: string) => {
      asked.push(question)
      return answers.shift() ?? ''
    }
    const { exit, out } = await place.run(['charter', 'new'], { askLine })
    expect(exit).toBe(EXIT.ok)
    expect(asked).toHaveLength(3)
    expect(asked[0]).toContain('open-source-foundation')
    expect(out).toContain('extends: small-team')
    expect(out).toContain('  - { id: elm, weight: 3, functions: [], jurisdictions: [] }')
  })

  it.each([
    [['nonsense'], 'there is no preset "nonsense"'],
    [['small-team'], 'there is no terminal to ask on'],
    [['small-team', '--name', 'x', '--members', 'Ash'], '"Ash" is no id'],
    [['small-team', '--name', 'x', '--members', 'ash:0'], '"0" is no weight of ash'],
  ])('%j is a usage error', async (more, fault) => {
    const { exit, err } = await place.run(['charter', 'new', ...more])
    expect(exit).toBe(EXIT.usage)
    expect(err).toContain(fault)
  })

  it('says what the draft still lacks', async () => {
    const argv = ['charter', 'new', 'consortium', '--name', 'x', '--members', 'ash']
    const { exit, err } = await place.run(argv)
    expect(exit).toBe(EXIT.ok)
    expect(err).toContain('"auditor", which nobody of the coalition has')
  })
})

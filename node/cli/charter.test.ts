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

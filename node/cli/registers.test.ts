import { existsSync, readFileSync } from 'node:fs'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { unwrap } from '../../src/op/refusal.ts'
import { MAX_ESCALATED } from '../../src/register/limits.ts'
import { ServedCoalition } from '../../test/support/service.ts'
import { EXIT } from './exit-codes.ts'
import { SocketServices, Workplace } from './testing.ts'

const place = new Workplace()
afterAll(() => place.remove())

let coalition: ServedCoalition

beforeEach(async () => {
  coalition = new ServedCoalition([1, 1, 1, 1])
  if (!existsSync(place.path('acme'))) await place.init('acme')
})

/** Runs a command line as a member; words with blanks stand in double quotes. */
const run = (member: number, line: string) =>
  place.run(
    (line.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', '')),
    {
      home: 'acme',
      services: new SocketServices(coalition.node(member).service),
      now: () => coalition.clock.now(),
    },
  )

/** A command line that succeeds, after which all hold the same. */
async function done(member: number, line: string): Promise<string> {
  const { exit, out, err } = await run(member, line)
  expect(err, line).not.toContain('✗')
  expect(exit, `${line}\n${out}${err}`).toBe(EXIT.ok)
  coalition.exchange()
  return out
}

const RISK = '--title "Ledger lost" --likelihood 2 --impact 5 --owner s1'

describe('a register', () => {
  it('begins with its first row, and members set fields of one row at the same time', async () => {
    expect(await done(0, `register risks add loss ${RISK}`)).toContain('✓ added loss in risks')
    await run(0, 'register risks set loss --mitigation "copy first"')
    await run(1, 'register risks set loss --due 2030-01-01 --assessed 2029-12-01')
    coalition.exchange()
    const { rows } = (await run(2, 'register risks show loss --json')).json()
    expect(rows).toMatchObject([
      { isWhole: true, fields: { mitigation: 'copy first', due: '2030-01-01', status: 'open' } },
    ])
    expect(await done(3, 'register risks')).toMatch(/loss +Ledger lost +2 +5 +s1 +open/)
  })

  it('shows both where two members set one field at the same time; setting it again decides', async () => {
    await done(0, `register risks add loss ${RISK}`)
    await run(0, 'register risks set loss --impact 4')
    await run(1, 'register risks set loss --impact 3')
    coalition.exchange()
    const conflicts = async () => {
      const { findings } = (await run(2, 'register risks lint --json')).json()
      return JSON.stringify(findings).includes('"conflict"')
    }
    expect((await run(2, 'register risks lint')).out).toContain(
      'impact was set at the same time by several (s1: 4; s2: 3)',
    )
    await done(2, 'register risks set loss --impact 4')
    expect(await conflicts()).toBe(false)
  })

  it('that two begin at the same time is one; a row of one id in both is named', async () => {
    const task = '--owner s1 --due 2030-01-01'
    await run(0, `register tasks add a --title A ${task}`)
    await run(0, `register tasks add both --title B ${task}`)
    await run(1, `register tasks add both --title C ${task}`)
    coalition.exchange()
    expect(await done(2, 'register tasks')).toMatch(/both +[BC][\s\S]*both +[BC]/)
    const { err, exit } = await run(2, 'register tasks set both --title D')
    expect(exit).toBe(EXIT.refused)
    expect(err).toMatch(/stands in 2 documents[\s\S]*--in (\w+) or --in \w+/)
    const document = /--in (\w+)/.exec(err)?.[1]
    await done(2, `register tasks remove both --in ${document}`)
    await done(2, 'register tasks set both --title D')
  })

  it('that somebody keeps to himself is none: nobody else could mend it', async () => {
    await done(0, 'register raci add a --activity test --accountable s1 --responsible s1')
    const { service } = coalition.node(3)
    const input = { kind: 'map' as const, title: 'Mine', editors: { stakeholders: ['s4'] } }
    const { cid } = unwrap(await service.documents.create({ ...input, schema: 'register/raci' }))
    unwrap(await service.documents.write({ id: cid ?? '', content: '{b: {activity: nobody}}' }))
    coalition.exchange()
    expect(await done(0, 'register raci lint')).toContain('nothing is wrong')
    expect(await done(3, 'register raci')).not.toContain('nobody')
  })

  it('in which two add one row at the same time shows both, and setting it decides', async () => {
    const task = '--owner s1 --due 2030-01-01'
    await done(0, `register tasks add a --title A ${task}`)
    await run(0, `register tasks add both --title B ${task}`)
    await run(1, `register tasks add both --title C ${task}`)
    coalition.exchange()
    expect((await run(2, 'register tasks lint')).out).toContain('the row was set at the same time')
    await done(2, 'register tasks set both --title D')
    expect(await done(3, 'register tasks lint')).toContain('nothing is wrong')
    expect(await done(3, 'register tasks')).toMatch(/both +D/)
  })

  it('is tried first: what would be signed is shown, and nothing is', async () => {
    const before = coalition.node(0).replica.digest()
    const { out } = await run(0, `register risks add loss ${RISK} --dry-run`)
    expect(out).toContain('document.create')
    expect(out).toContain('Nothing was signed.')
    expect(coalition.node(0).replica.digest()).toEqual(before)
  })

  it('says exactly what is wrong with what was typed', async () => {
    await done(0, `register risks add loss ${RISK}`)
    const errorOf = async (line: string) => {
      const { exit, err } = await run(0, `register risks ${line}`)
      return `${exit}: ${err}`
    }
    expect(await errorOf('add')).toMatch(/^2: .*of which row/)
    expect(await errorOf('add loss --title x')).toMatch(/^4: [\s\S]*there is a row "loss" already/)
    expect(await errorOf('add fire --title x')).toMatch(
      /^4: [\s\S]*likelihood is missing; impact is missing/,
    )
    expect(await errorOf('set fire --title x')).toMatch(/^4: [\s\S]*there is no row "fire"/)
    expect(await errorOf('set loss')).toMatch(/^4: [\s\S]*no field was given/)
    expect(await errorOf('set loss --due 2026-02-30')).toMatch(/^2: [\s\S]*expected a date/)
    expect(await errorOf('set loss --impact 6')).toMatch(/^2: [\s\S]*from 1 to 5/)
    expect(await errorOf('set loss --clear impact')).toMatch(/^4: [\s\S]*impact is missing/)
    expect(await errorOf('set loss --clear colour')).toMatch(/^2: [\s\S]*no field of risks/)
    expect(await errorOf('list --title x')).toMatch(/^2: [\s\S]*--title does not go with list/)
    expect(await errorOf('add "a b" --title x')).toMatch(/^4: [\s\S]*no id of a row/)
    expect(await errorOf('show fire')).toMatch(/^1: [\s\S]*there is no row "fire"/)
    expect((await run(0, 'register glossary report')).exit).toBe(EXIT.usage)
    expect((await run(0, 'register glossary export --format ics')).exit).toBe(EXIT.usage)
  })

  it('that a hostile member edits by hand is shown with what is wrong, and mended', async () => {
    await done(0, `register risks add loss ${RISK} --mitigation m --due 2030-01-01`)
    const { service } = coalition.node(3)
    const [document] = await service.documents.list()
    const content =
      '{loss: {title: [7], likelihood: 99}, "\\u202e=1+1": 5, fire: {impact: {$counter: 3}}}'
    unwrap(await service.documents.write({ id: document?.id ?? '', content }))
    coalition.exchange()
    const { out, exit } = await run(1, 'register risks lint')
    expect(exit).toBe(EXIT.failed)
    expect(out).toContain('loss: likelihood: expected a whole number from 1 to 5')
    expect(out).toContain('it is no row but a value')
    expect(out).not.toContain('\u202e')
    expect((await run(1, 'register risks')).out).toContain('![7]')
    for (const format of ['csv', 'json', 'markdown', 'ics'])
      expect((await run(1, `register risks export --format ${format}`)).exit).toBe(EXIT.ok)
    await done(1, `register risks set loss ${RISK} --status open`)
    const { findings } = (await run(1, 'register risks lint --json')).json()
    expect(JSON.stringify(findings)).not.toContain('"row":"loss","field":"')
  })
})

describe('a register of who answers', () => {
  it('opens an escalation for each error, once', async () => {
    await done(
      0,
      'register raci add vendors --activity "coordinate vendors" --accountable s1 s2 --responsible s3',
    )
    const { out, exit } = await run(0, 'register raci lint')
    expect(exit).toBe(EXIT.failed)
    expect(out).toContain('s1 and s2 answer for "coordinate vendors", so nobody does')
    expect((await run(0, 'register raci lint --escalate --dry-run')).out).toContain(
      'escalation.open',
    )
    expect(await doneWithFindings(0, 'register raci lint --escalate --within 1d')).toContain(
      '✓ opened 1 escalation',
    )
    expect(await doneWithFindings(1, 'register raci lint --escalate')).toContain(
      'nothing that is not escalated yet',
    )
    const { escalations } = (await run(2, 'escalations --json')).json()
    expect(escalations).toMatchObject([
      {
        kind: 'overlap',
        subject: 'raci: vendors: several-accountable',
        owners: ['s1', 's2', 's3'],
      },
    ])
  })

  it('opens so many at once and no more: the rest when it is asked again', async () => {
    await done(0, 'register raci add a --activity test --accountable s1 --responsible s1')
    const { service } = coalition.node(0)
    const [document] = await service.documents.list()
    const rows = Array.from({ length: MAX_ESCALATED + 1 }, (_, n) => `r${n}: {activity: a${n}}`)
    unwrap(
      await service.documents.write({ id: document?.id ?? '', content: `{${rows.join(', ')}}` }),
    )
    const first = await doneWithFindings(0, 'register raci lint --escalate')
    expect(first).toContain(`✓ opened ${MAX_ESCALATED} escalations`)
    expect(first).toContain('repeat it for more')
    const second = await doneWithFindings(0, 'register raci lint --escalate')
    expect(second).toContain('✓ opened 1 escalation: folkmoot escalations')
    expect(second).not.toContain('repeat it')
  })

  async function doneWithFindings(member: number, line: string): Promise<string> {
    const { out } = await run(member, line)
    coalition.exchange()
    return out
  }

  it('of costs computes parts, and leaves as files', async () => {
    await done(
      0,
      'register costs add audit --title Audit --amount 100 --currency EUR --paid-by s1 --date 2026-01-01',
    )
    expect(await done(1, 'register costs report')).toMatch(/EUR +s2 +s1 +25\.00/)
    await done(1, 'register costs export -o costs.csv')
    expect(readFileSync(place.path('costs.csv'), 'utf8')).toBe(
      'id,title,amount,currency,paidBy,date,split,between,shares,receipt,upgrade\r\naudit,Audit,100,EUR,s1,2026-01-01,equal,,,,\r\n',
    )
    expect(await done(1, 'register')).toMatch(/costs +1/)
  })

  it('in another’s name is said to be so', async () => {
    const given = '--statement HSM --given 2026-01-01 --expires 2036-01-01'
    await done(0, `register assurances add own --by s1 ${given}`)
    await done(0, `register assurances add other --by s2 ${given}`)
    const { findings } = (await run(2, 'register assurances lint --json')).json()
    expect(findings).toMatchObject([{ code: 'in-anothers-name', row: 'other' }])
    expect((await run(2, 'register assurances report')).out).toMatch(/HSM +2036-01-01 *$/m)
  })

  it('of a pledge is, but for what says that the money came', async () => {
    const given = '--amount 5 --currency EUR --purpose hub --due 2036-01-01'
    await done(0, `register pledges add ours --by s1 ${given}`)
    await done(1, 'register pledges set ours --received 2035-01-01')
    expect(await done(2, 'register pledges lint')).toContain('nothing is wrong')
    await done(1, 'register pledges set ours --amount 50')
    const { findings } = (await run(2, 'register pledges lint --json')).json()
    expect(findings).toMatchObject([{ code: 'in-anothers-name', row: 'ours' }])
  })
})

describe('register security-txt', () => {
  const POLICY = '--what disclosure --url https://a.example --review-by 2036-01-01'

  it('is made of what its member wrote, and of nobody else’s words', async () => {
    const none = await run(0, 'register security-txt')
    expect([none.exit, none.err]).toEqual([
      EXIT.refused,
      expect.stringContaining('wrote no disclosure policy'),
    ])
    // Another member would have reports of holes in s1 sent to itself.
    await done(1, `register policies add forged --by s1 --contact mailto:x@s2.example ${POLICY}`)
    expect((await run(0, 'register security-txt')).exit).toBe(EXIT.refused)
    await done(
      0,
      `register policies add own --by s1 --contact mailto:security@s1.example ${POLICY}`,
    )
    const shown = await done(2, 'register security-txt --by s1')
    expect(shown.match(/^Contact: .*$/gm)).toEqual(['Contact: mailto:security@s1.example'])
    const written = await done(0, 'register security-txt -o security.txt')
    expect(written).toContain('✓ wrote security.txt')
    expect(readFileSync(place.path('security.txt'), 'utf8')).toMatch(/^Expires: 20\d\d-/m)
    const stranger = await run(0, 'register security-txt --by s9')
    expect([stranger.exit, stranger.err]).toEqual([
      EXIT.refused,
      expect.stringContaining('one of s1, s2, s3, s4'),
    ])
  })
})

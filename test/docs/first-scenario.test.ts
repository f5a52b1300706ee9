/** The guide of the simulator, executed; what it leaves behind is what it says. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parquetReadObjects } from 'hyparquet'
import { afterAll, expect, test } from 'vitest'
import { commandsOf, filesOf, GuideHosts, readDocument } from './guide.ts'

const directory = mkdtempSync(join(tmpdir(), 'folkmoot-guide-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

test('docs/guides/first-scenario.md works as it is written', { timeout: 900_000 }, async () => {
  const hosts = new GuideHosts(directory, { '': { words: new Map(), folder: directory } })
  for (const file of ['outage.yaml', 'frontier.yaml'])
    cpSync(join('docs/examples', file), join(directory, file))
  for (const [file, text] of filesOf(readDocument('docs/guides/first-scenario.md')))
    writeFileSync(join(directory, file), text)
  for (const command of commandsOf(readDocument('docs/guides/first-scenario.md'))) {
    const { code, output } = await hosts.run(command)
    expect({ line: command.line, output, code }).toMatchObject({ code: command.exit })
  }
  const file = Uint8Array.from(readFileSync(join(directory, 'results.parquet'))).buffer
  const rows = await parquetReadObjects({ file })
  expect(rows).toHaveLength(8)
  const names = ['cell.floor', 'oracle.agreement', 'checked.agreement', 'metric.provisional.lapsed']
  expect(Object.keys(rows[0] ?? {})).toEqual(expect.arrayContaining(names))
  const report = readFileSync(join(directory, 'report.html'), 'utf8')
  expect(report).not.toMatch(/(src|href)="https?:/)
  expect(report).toContain('95 % interval')
})

test('the guide names every record that an oracle sees, and all that a misbehaviour may say', () => {
  const guide = readDocument('docs/guides/first-scenario.md')
  const rows = guide.split('\n').filter((line) => line.startsWith('| `'))
  const named = new Set(
    rows.flatMap((row) => [...row.matchAll(/`(\w[\w-]*)/g)].map(([, word]) => word)),
  )
  const kinds = readDocument('sim/trace/record.ts').matchAll(/what: ((?:'[\w-]+'(?: \| )?)+)/g)
  const whats = [...kinds].flatMap(([, list = '']) => list.match(/[\w-]+/g) ?? [])
  expect(whats.length).toBeGreaterThan(15)
  expect(whats.filter((what) => !named.has(what))).toEqual([])
  const [, strategy = ''] = readDocument('sim/world/strategy.ts').split(
    'export interface Strategy {',
  )
  const members = [...strategy.matchAll(/^ {2}(?:readonly )?(\w+)\??[:(]/gm)].map(
    ([, word]) => word,
  )
  expect(members.length).toBeGreaterThan(8)
  const all = `${rows.join('\n')} \`name\` \`about\``
  expect(members.filter((member) => !all.includes(`\`${member}`))).toEqual([])
})

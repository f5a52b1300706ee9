/** The guide about deciding across time zones, executed: two members, one of which is away for a while. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { unwrap } from '../../src/op/refusal.ts'
import { simpleProposal, testCharter } from '../support/coalition.ts'
import { foundHomes, makeHomes } from '../support/daemons.ts'
import { introduceProcess, NodeProcess, waitFor } from '../support/node-process.ts'
import { commandsOf, GuideHosts, readDocument } from './guide.ts'

const GUIDE = 'docs/guides/meetings-across-time-zones.md'
const ZONES = ['Europe/Zurich', 'Asia/Tokyo']
const directory = mkdtempSync(join(tmpdir(), 'folkmoot-guide-'))
const nodes: NodeProcess[] = []
let hosts: GuideHosts | undefined

afterAll(async () => {
  await hosts?.end()
  await Promise.all(nodes.map((node) => node.down('SIGTERM')))
  rmSync(directory, { recursive: true, force: true })
})

/** Both members' daemons, connected, and a proposal of the first. */
async function begin(): Promise<readonly [NodeProcess, NodeProcess, string]> {
  const homes = await makeHomes(2, join(directory, 'members'))
  const { stakeholders } = testCharter(homes.map(({ member }) => member))
  const coalition = foundHomes(homes, {
    stakeholders: stakeholders.map((one, i) => ({ ...one, timeZone: ZONES[i] ?? 'UTC' })),
    review: { every: 365 * 86_400_000 },
  })
  const [acme, globex] = homes.map(({ home }) => new NodeProcess(home))
  if (!acme || !globex) throw new RangeError('two were made')
  nodes.push(acme, globex)
  await acme.up()
  introduceProcess(globex, coalition, acme)
  await globex.up()
  await waitFor('the coalition is active', async () => (await acme.api.status()).ratified.active)
  const { cid } = unwrap(await acme.api.propose(simpleProposal('policy@meetings', 'Meet in March')))
  await waitFor('both have it', async () => (await globex.api.proposals()).length === 1)
  return [acme, globex, cid ?? '']
}

/** What commands print, by how they begin: each the last of its kind. */
const PRINTS: readonly (readonly [command: string, printed: RegExp])[] = [
  ['folkmoot presence', /s2 .*Asia\/Tokyo[\s\S]*voting until .*silent: s1, s2[\s\S]*s1: .*Zurich/],
  ['folkmoot presence --keys', /s2 +node \S+ .* \d+ of \d+/],
  ['folkmoot comment', /\d+ operations? to carry to a member: folkmoot submit globex\.carried/],
  ['folkmoot submit globex.carried   #', /0 operations published, \d+ known already/],
  ['folkmoot discussion', /Who takes the minutes\?/],
  [
    'folkmoot digest --since 1d',
    /Meet in March.* is adopted: 2 of 2 took part[\s\S]*s2 wrote \(question\) “Who takes/,
  ],
  ['folkmoot influence', /s2 +1 +1 of 1/],
  ['folkmoot review open', /proposed the review/],
]

test('every command of the guide does what the guide says', { timeout: 400_000 }, async () => {
  const [acme, globex, proposal] = await begin()
  const words = new Map([['7f3kq2mz', proposal]])
  const hostOf = ({ home }: NodeProcess) => ({ words, env: { FOLKMOOT_HOME: home.layout.dir } })
  hosts = new GuideHosts(
    directory,
    { acme: hostOf(acme), globex: hostOf(globex) },
    { inProcess: true },
  )
  const printed = new Map<string, string>()
  for (const command of commandsOf(readDocument(GUIDE))) {
    const { code, output } = await hosts.run(command)
    expect(code, `${GUIDE}:${command.lineNumber} ${command.line}\n${output}`).toBe(command.exit)
    for (const [begins] of PRINTS)
      if (command.line.startsWith(begins) && !printed.has(begins)) printed.set(begins, output)
  }
  for (const [begins, pattern] of PRINTS) expect(printed.get(begins), begins).toMatch(pattern)
  const week = readFileSync(join(hosts.folder('acme'), 'week.md'), 'utf8')
  expect(week).toContain('## What happened')
  expect(week).toMatch(/Meet in March.* is adopted/)
  const review = (await acme.api.status()).review
  expect(review).toMatchObject({ isDue: false, ballot: expect.any(String) })
})

/** The guide of an upgrade, executed: two members that run their daemons, on windows of a moment. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { testTrack } from '../support/coalition.ts'
import { foundHomes, makeHomes } from '../support/daemons.ts'
import { introduceProcess, NodeProcess, waitFor } from '../support/node-process.ts'
import { blockOf, commandsOf, GuideHosts, readDocument } from './guide.ts'

const GUIDE = 'docs/guides/upgrade.md'
const directory = mkdtempSync(join(tmpdir(), 'folkmoot-guide-'))
const nodes: NodeProcess[] = []

afterAll(async () => {
  await Promise.all(nodes.map((node) => node.down('SIGTERM')))
  rmSync(directory, { recursive: true, force: true })
})

/** Every window before voting is over at once, so that each stage waits for its gates. */
const standard = testTrack({
  windows: {
    ...testTrack().windows,
    ...{ deliberation: 1, review: 1, interop: 1, demonstration: 1, appeal: 1 },
  },
  gates: {
    objections: { state: 'answered' },
    reviews: { count: 1, function: 'any' },
    risks: { state: 'registered' },
    interop: { passes: 2, suite: 'handshake' },
    builds: { reproductions: 1 },
    drills: { count: 1 },
  },
})

/** Both members' daemons, connected. */
async function startBoth(): Promise<readonly [NodeProcess, NodeProcess]> {
  const homes = await makeHomes(2, join(directory, 'members'))
  const tracks = { standard, emergency: testTrack(), constitutional: testTrack() }
  const coalition = foundHomes(homes, { tracks, appeals: { track: 'emergency' } })
  const [acme, globex] = homes.map(({ home }) => new NodeProcess(home))
  if (!acme || !globex) throw new RangeError('two were made')
  nodes.push(acme, globex)
  await acme.up()
  introduceProcess(globex, coalition, acme)
  await globex.up()
  await waitFor('the coalition is active', async () => (await acme.api.status()).ratified.active)
  return [acme, globex]
}

/** Words of the guide that stand for an id, by the line after which that id is known. */
const IDS: readonly (readonly [line: RegExp, word: string, id: RegExp])[] = [
  [/^folkmoot upgrade new/, '8kq2m7xa', /^ {2}id {2}(\S+)$/m],
  [/^folkmoot upgrade propose \w+$/, '3np7v2qd', /^ {2}id {2}(\S+)$/m],
  [/^folkmoot discussion/, 'k2p9w3ze', /^ {2}(\w{8}) s2,/m],
]

/** What must be seen after a line: the stages, as they come to be. */
const SEEN: readonly (readonly [line: RegExp, seen: readonly RegExp[]])[] = [
  [/milestones report$/, [/critical path, 40 days: design → shipped/]],
  [/costs report$/, [/EUR +globex +acme +500\.00/]],
  [/^folkmoot escalations$/, [/raci: testing: several-accountable/]],
  [/upgrade propose 8kq2m7xa {3}#/, [/its scope does not say what may be expected of it/]],
  [/security-txt/, [/wrote security\.txt/]],
  [/retrospective 3np7v2qd$/, [/## Who waited for whom/, /an hour later than planned/]],
  [/tasks show/, [/owner +globex/, /upgrade +bafy/]],
  [/rollout show/, [/done/]],
  [/^folkmoot journal/, [/ [a-z]+\.[a-z-]+ +\S/]],
]

test('every command of the guide does what the guide says', { timeout: 900_000 }, async () => {
  const [acme, globex] = await startBoth()
  const guide = readDocument(GUIDE)
  // Homes of tests are called s1 and s2; the guide's members have names.
  const words = new Map([
    ['acme', 's1'],
    ['globex', 's2'],
  ])
  const hostOf = ({ home }: NodeProcess) => ({ words, env: { FOLKMOOT_HOME: home.layout.dir } })
  const both = { acme: hostOf(acme), globex: hostOf(globex) }
  const hosts = new GuideHosts(directory, both, { inProcess: true })
  const plan = blockOf(guide, 'yaml').replace('acme', 's1')
  writeFileSync(join(hosts.folder('globex'), 'plan.yaml'), plan)
  const stages: string[] = []
  for (const command of commandsOf(guide)) {
    const { code, output } = await hosts.run(command)
    const where = `${GUIDE}:${command.lineNumber} ${command.line}\n${output}`
    expect(code, where).toBe(command.exit)
    for (const [line, word, id] of IDS)
      if (line.test(command.line)) words.set(word, id.exec(output)?.[1] ?? word)
    const shown = output.replaceAll('s1', 'acme').replaceAll('s2', 'globex')
    for (const [line, seen] of SEEN)
      if (line.test(command.line)) for (const one of seen) expect(shown, where).toMatch(one)
    if (command.line.startsWith('folkmoot upgrade show')) stages.push(output)
    await waitFor('both hold the same', async () => {
      const states = await Promise.all([acme, globex].map(({ api }) => api.status()))
      return new Set(states.map(({ digests }) => digests.state)).size === 1
    })
  }
  const marks = stages.map((text) =>
    [...text.matchAll(/^([✓▶!·–]) (\w+)/gm)].map(([, mark, name]) => `${mark} ${name}`).join(', '),
  )
  expect(marks).toEqual([
    '▶ draft',
    '✓ draft, ✓ deliberation, ! review, ! interop, ! demonstration, ▶ voting, · settling, · appeal, · rollout, · retrospective',
    '✓ draft, ✓ deliberation, ✓ review, ✓ interop, ! demonstration, ▶ voting, · settling, · appeal, · rollout, · retrospective',
    '✓ draft, ✓ deliberation, ✓ review, ✓ interop, ✓ demonstration, ▶ voting, · settling, · appeal, · rollout, · retrospective',
    '✓ draft, ✓ deliberation, ✓ review, ✓ interop, ✓ demonstration, ✓ voting, ✓ settling, ✓ appeal, ▶ rollout, · retrospective',
    '✓ draft, ✓ deliberation, ✓ review, ✓ interop, ✓ demonstration, ✓ voting, ✓ settling, ✓ appeal, ✓ rollout, ✓ retrospective',
  ])
  expect(stages[0]).toContain('its scope does not say what may be expected of it')
  expect(stages[3]).toContain('Came late')
  const calendar = readFileSync(join(hosts.folder('acme'), 'roadmap.ics'), 'utf8')
  expect(calendar).toContain('SUMMARY:Design agreed')
  const disclosure = readFileSync(join(hosts.folder('acme'), 'security.txt'), 'utf8')
  expect(disclosure).toContain('Contact: mailto:security@')
})

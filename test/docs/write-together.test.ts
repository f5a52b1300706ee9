/** The guide about documents, executed: two members that run their daemons. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { foundHomes, makeHomes } from '../support/daemons.ts'
import { introduceProcess, NodeProcess, waitFor } from '../support/node-process.ts'
import { blockOf, commandsOf, GuideHosts, readDocument } from './guide.ts'

const GUIDE = 'docs/guides/write-together.md'
const directory = mkdtempSync(join(tmpdir(), 'folkmoot-guide-'))
const nodes: NodeProcess[] = []

afterAll(async () => {
  await Promise.all(nodes.map((node) => node.down('SIGTERM')))
  rmSync(directory, { recursive: true, force: true })
})

/** Both members' daemons, connected. */
async function startBoth(): Promise<readonly [NodeProcess, NodeProcess]> {
  const homes = await makeHomes(2, join(directory, 'members'))
  const coalition = foundHomes(homes)
  const [acme, globex] = homes.map(({ home }) => new NodeProcess(home))
  if (!acme || !globex) throw new RangeError('two were made')
  nodes.push(acme, globex)
  await acme.up()
  introduceProcess(globex, coalition, acme)
  await globex.up()
  await waitFor('they are connected', async () => (await acme.api.status()).peers.connected === 1)
  return [acme, globex]
}

/** Words of the guide that stand for an id, by the line after which that id is known. */
const IDS: readonly (readonly [line: RegExp, word: string, id: RegExp])[] = [
  [/^folkmoot doc import runbook\.md$/, '8kq2m7xa', /^ {2}id {2}(\S+)$/m],
  [/^folkmoot doc import risks/, '5tw9c4ze', /^ {2}id {2}(\S+)$/m],
  [/^folkmoot propose/, '3np7v2qd', /^ {2}id {2}(\S+)$/m],
  [/^folkmoot doc export .* ours\.md$/, 'k2p9w3ze', /version (\S+)/],
]

test('every command of the guide does what the guide says', { timeout: 180_000 }, async () => {
  const [acme, globex] = await startBoth()
  const guide = readDocument(GUIDE)
  const words = new Map<string, string>()
  const hostOf = ({ home }: NodeProcess) => ({ words, env: { FOLKMOOT_HOME: home.layout.dir } })
  const hosts = new GuideHosts(
    directory,
    { acme: hostOf(acme), globex: hostOf(globex) },
    { inProcess: true },
  )
  writeFileSync(join(hosts.folder('acme'), 'runbook.md'), blockOf(guide, 'markdown'))
  const commands = commandsOf(guide)
  expect(commands.length).toBeGreaterThan(25)
  let shown = ''
  for (const command of commands) {
    const { code, output } = await hosts.run(command)
    expect(code, `${GUIDE}:${command.lineNumber} ${command.line}\n${output}`).toBe(command.exit)
    for (const [line, word, id] of IDS)
      if (line.test(command.line)) words.set(word, id.exec(output)?.[1] ?? word)
    if (command.line.endsWith('--dry-run')) expect(output).toContain('Nothing was signed.')
    if (command.line === 'folkmoot doc show 8kq2m7xa') shown = output
    await sameState(acme, globex)
  }
  expect(shown, 'both changes are there').toContain(blockOf(guide, 'text').trimEnd())
  const last = await hosts.run({ host: 'globex', line: 'folkmoot doc diff 8kq2m7xa' })
  expect(last.output).toContain('+3. Start it again, and go home.')
  const risks = await hosts.run({ host: 'acme', line: 'folkmoot doc show 5tw9c4ze' })
  expect(risks.output).toContain('likelihood: 3')
})

/** What one said, the other has heard. */
const sameState = (...both: NodeProcess[]): Promise<void> =>
  waitFor('both hold the same', async () => {
    const states = await Promise.all(both.map(({ api }) => api.status()))
    return new Set(states.map(({ digests }) => digests.state)).size === 1
  })

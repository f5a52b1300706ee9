/** The guide about artefacts and notes, executed: two members that run their daemons. */
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { foundHomes, makeHomes } from '../support/daemons.ts'
import { introduceProcess, NodeProcess, waitFor } from '../support/node-process.ts'
import { commandsOf, GuideHosts, readDocument } from './guide.ts'

const GUIDE = 'docs/guides/artefacts.md'
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

test('every command of the guide does what the guide says', { timeout: 120_000 }, async () => {
  const [acme, globex] = await startBoth()
  const content = randomBytes(700_000)
  const digest = createHash('sha256').update(content).digest('hex')
  const words = new Map([['9f86d081', digest]])
  const hostOf = ({ home }: NodeProcess) => ({ words, env: { FOLKMOOT_HOME: home.layout.dir } })
  const hosts = new GuideHosts(
    directory,
    { acme: hostOf(acme), globex: hostOf(globex) },
    { inProcess: true },
  )
  writeFileSync(join(hosts.folder('acme'), 'gateway-2.1.tar.gz'), content)
  for (const command of commandsOf(readDocument(GUIDE))) {
    const { code, output } = await hosts.run(command)
    expect(code, `${GUIDE}:${command.lineNumber} ${command.line}\n${output}`).toBe(command.exit)
    const [, note] = /^ {2}id {2}(\S+)$/m.exec(output) ?? []
    if (note !== undefined) words.set('7kq3mz2a', note)
    await sameState(acme, globex)
  }
  expect(readFileSync(join(hosts.folder('globex'), 'gateway.tar.gz')).equals(content)).toBe(true)
})

/** What one said, the other has heard. */
const sameState = (...both: NodeProcess[]): Promise<void> =>
  waitFor('both hold the same', async () => {
    const states = await Promise.all(both.map(({ api }) => api.status()))
    return new Set(states.map(({ digests }) => digests.state)).size === 1
  })

/** The guide about backups, executed: a member is lost and comes back while another goes on. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { unwrap } from '../../src/op/refusal.ts'
import { simpleProposal } from '../support/coalition.ts'
import { foundHomes, makeHomes, PASSPHRASE } from '../support/daemons.ts'
import { introduceProcess, NodeProcess, waitFor } from '../support/node-process.ts'
import { commandsOf, GuideHosts, readDocument } from './guide.ts'

const GUIDE = 'docs/guides/backup.md'
const directory = mkdtempSync(join(tmpdir(), 'folkmoot-guide-'))
let witness: NodeProcess | undefined
let hosts: GuideHosts | undefined

afterAll(async () => {
  await hosts?.end()
  await witness?.down('SIGTERM')
  rmSync(directory, { recursive: true, force: true })
})

test('every command of the guide does what the guide says', { timeout: 600_000 }, async () => {
  const homes = await makeHomes(2, join(directory, 'members'))
  const coalition = foundHomes(homes)
  const [acme, globex] = homes.map(({ home }) => new NodeProcess(home))
  if (!acme || !globex) return expect.unreachable()
  witness = globex
  await globex.up()
  introduceProcess(acme, coalition, globex)
  const words = new Map<string, string>()
  const env = { FOLKMOOT_HOME: acme.home.layout.dir, FOLKMOOT_PASSPHRASE: PASSPHRASE }
  hosts = new GuideHosts(directory, { acme: { words, env } })
  await hosts.run({ host: 'acme', line: 'folkmoot up' })
  await hosts.run({ host: 'acme', line: 'folkmoot wait --peers 1 --active --timeout 60s' })
  const opened = unwrap(await globex.api.propose(simpleProposal('policy@keys')))
  words.set('3kq', opened.cid ?? '')
  const known = async () => (await acme.api.proposals()).some(({ id }) => id === opened.cid)
  await waitFor('the proposal is known', known)

  const said: string[] = []
  for (const command of commandsOf(readDocument(GUIDE))) {
    const { code, output } = await hosts.run(command)
    expect(code, `${GUIDE}:${command.lineNumber} ${command.line}\n${output}`).toBe(command.exit)
    if (/ status/.test(command.line)) said.push(output)
  }
  expect(said[0]).toMatch(/recovering: restored from a backup of .*; waiting for/)
  expect(said[0]).toContain('folkmoot keys rotate')
  expect(said[1]).toMatch(/✓ the root has delegated a new key/)
  expect(said[1]).toMatch(/1 open before the others knew the new key settle without our seal/)
  expect(await globex.api.evidence(), 'nobody broke a key').toEqual([])
})

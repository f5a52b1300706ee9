/** The guide "Two organisations on two hosts", executed: two homes on one machine. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { freePort } from '../../node/demo/organisation.ts'
import { blockOf, commandsOf, GuideHosts, readDocument } from './guide.ts'

const GUIDE = 'docs/guides/two-hosts.md'
const directory = mkdtempSync(join(tmpdir(), 'folkmoot-guide-'))
let hosts: GuideHosts | undefined

afterAll(async () => {
  await hosts?.end()
  rmSync(directory, { recursive: true, force: true })
})

test('every command of the guide does what the guide says', { timeout: 180_000 }, async () => {
  const guide = readDocument(GUIDE)
  const [ash, birch, moved] = [await freePort(), await freePort(), await freePort()]
  hosts = new GuideHosts(directory, [
    ['ash$0.0.0.0/tcp/4001', `127.0.0.1/tcp/${ash}`],
    ['ash$203.0.113.10/tcp/4001', `127.0.0.1/tcp/${ash}`],
    ['birch$0.0.0.0/tcp/4001', `127.0.0.1/tcp/${birch}`],
    ['birch$203.0.113.20/tcp/4001', `127.0.0.1/tcp/${birch}`],
    ['birch$0.0.0.0/tcp/4002', `127.0.0.1/tcp/${moved}`],
    ['birch$203.0.113.20/tcp/4002', `127.0.0.1/tcp/${moved}`],
  ])
  mkdirSync(join(directory, 'homes'))
  writeFileSync(join(hosts.folder('ash'), 'charter.yaml'), blockOf(guide, 'yaml'))
  const commands = commandsOf(guide)
  expect(commands.length).toBeGreaterThan(20)
  let last = ''
  for (const command of commands) {
    const { code, output } = await hosts.run(command)
    expect(code, `${GUIDE}:${command.lineNumber} ${command.line}\n${output}`).toBe(0)
    last = output
  }
  expect(last, 'ash sees birch at its new address').toContain(String(moved))
})

test('the unit of the guide starts what the guide starts by hand', () => {
  const unit = blockOf(readDocument(GUIDE), 'ini')
  expect(unit).toMatch(/^ExecStart=\/usr\/bin\/env folkmoot up$/m)
  expect(unit).toMatch(/^Environment=FOLKMOOT_HOME=/m)
})

/** The guide "Two organisations on two hosts", executed: two homes on one machine. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
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

/** Where the text listens and what it announces are both a port of loopback here. */
const addresses = (ports: readonly (readonly [listen: string, announce: string, port: number])[]) =>
  new Map(
    ports.flatMap(([listen, announce, port]) => {
      const here = `127.0.0.1/tcp/${port}`
      return [
        [listen, here],
        [announce, here],
      ] as const
    }),
  )

test('every command of the guide does what the guide says', { timeout: 180_000 }, async () => {
  const guide = readDocument(GUIDE)
  const [ash, birch, moved] = [await freePort(), await freePort(), await freePort()]
  hosts = new GuideHosts(directory, {
    ash: { words: addresses([['0.0.0.0/tcp/4001', '203.0.113.10/tcp/4001', ash]]) },
    birch: {
      words: addresses([
        ['0.0.0.0/tcp/4001', '203.0.113.20/tcp/4001', birch],
        ['0.0.0.0/tcp/4002', '203.0.113.20/tcp/4002', moved],
      ]),
    },
  })
  writeFileSync(join(hosts.folder('ash'), 'charter.yaml'), blockOf(guide, 'yaml'))
  const commands = commandsOf(guide)
  expect(commands.length).toBeGreaterThan(20)
  const told = new Map<string, string>()
  for (const command of commands) {
    const { code, output } = await hosts.run(command)
    expect(code, `${GUIDE}:${command.lineNumber} ${command.line}\n${output}`).toBe(command.exit)
    told.set(command.line, output)
  }
  expect(told.get('folkmoot peers'), 'ash sees birch at its new address').toContain(String(moved))
  expect(told.get('folkmoot keys'), 'the old key of birch').toMatch(/birch .*revoked from \d+ on/)
})

test('the unit of the guide starts what the guide starts by hand', () => {
  const unit = blockOf(readDocument(GUIDE), 'ini')
  expect(unit).toMatch(/^ExecStart=\/usr\/bin\/env folkmoot up$/m)
  expect(unit).toMatch(/^Environment=FOLKMOOT_HOME=/m)
})

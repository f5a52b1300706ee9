/** The guide about the API, executed: one member's daemon, asked with curl. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { freePort } from '../../node/demo/organisation.ts'
import { startCoalition } from '../support/node-process.ts'
import { commandsOf, GuideHosts, readDocument } from './guide.ts'

const GUIDE = 'docs/guides/local-api.md'
const directory = mkdtempSync(join(tmpdir(), 'folkmoot-api-'))
const ends: (() => Promise<void>)[] = []

afterAll(async () => {
  await Promise.all(ends.map((end) => end()))
  rmSync(directory, { recursive: true, force: true })
})

test('every command of the guide does what the guide says', { timeout: 120_000 }, async () => {
  const [acme] = await startCoalition(1, join(directory, 'members'))
  if (!acme) throw new RangeError('one was made')
  ends.push(() => acme.down('SIGTERM'))
  const words = new Map([['7077', String(await freePort())]])
  const env = { FOLKMOOT_HOME: acme.home.layout.dir }
  const hosts = new GuideHosts(directory, { acme: { words, env } })
  for (const command of commandsOf(readDocument(GUIDE))) {
    const { code, output } = await hosts.run(command)
    expect(code, `${GUIDE}:${command.lineNumber} ${command.line}\n${output}`).toBe(command.exit)
    if (command.line === 'folkmoot stop') {
      await acme.down('SIGTERM')
      await acme.up()
    }
    const [, token] = /^(folkmoot_\S+)$/m.exec(output) ?? []
    if (token && command.line.includes('grafana')) words.set('$TOKEN', token)
  }
})

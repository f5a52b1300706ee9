/** The README's commands, executed: four organisations on one machine, from keys to an audit. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { freePort } from '../../node/demo/organisation.ts'
import { commandsOf, type GuideCommand, GuideHosts, type Host, readDocument } from './guide.ts'

const README = readDocument('README.md')
const NAMES = { acme: 'Acme Corp', globex: 'Globex', initech: 'Initech', umbrella: 'Umbrella' }
const IDS = Object.keys(NAMES)
const directory = mkdtempSync(join(tmpdir(), 'folkmoot-readme-'))
let hosts: GuideHosts | undefined

afterAll(async () => {
  await hosts?.end()
  rmSync(directory, { recursive: true, force: true })
})

/** Organisations that share a folder, as if all had sent each other their files. */
async function organisations(): Promise<Record<string, Host>> {
  const folder = join(directory, 'shared')
  cpSync(new URL('../../docs/examples', import.meta.url), folder, { recursive: true })
  const entries = Object.entries(NAMES).map(async ([id, name]) => {
    const env = {
      FOLKMOOT_LISTEN: `/ip4/127.0.0.1/tcp/${await freePort()}`,
      FOLKMOOT_PASSPHRASE: 'correct horse battery staple',
    }
    return [
      id,
      {
        words: new Map([
          ['acme', id],
          ['Acme Corp', name],
        ]),
        env,
        folder,
      },
    ] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}

/** Who types it: `$` everybody, `others$` all but the first, else the one named. */
const typists = ({ host }: GuideCommand): readonly string[] =>
  host === '' ? IDS : host === 'others' ? IDS.slice(1) : [host]

const commands = commandsOf(README.slice(README.indexOf('## For an organisation')))

test('what the README tells an organisation to type does what it says', {
  timeout: 180_000,
}, async () => {
  const everyone = await organisations()
  hosts = new GuideHosts(directory, everyone)
  expect(commands.length).toBeGreaterThan(10)
  for (const command of commands) {
    const all = typists(command).map((id) => hosts?.run(command, id))
    for (const ran of await Promise.all(all)) {
      const where = `README.md: ${command.line}\n${ran?.output}`
      expect(ran?.code, where).toBe(command.exit)
      const id = /\bid {2}(\w+)/.exec(ran?.output ?? '')?.[1]
      if (id !== undefined)
        for (const { words } of Object.values(everyone)) words.set('7f3k', id.slice(-8))
      if (command.line.includes('explain')) expect(ran?.output, where).toMatch(/outcome: Adopted/)
    }
  }
})

test('every script that the documents name is one of package.json', () => {
  const { scripts } = JSON.parse(readDocument('package.json')) as { scripts: object }
  const documents = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'docs/guides/two-hosts.md']
  const named = documents.flatMap((path) =>
    [...readDocument(path).matchAll(/`?npm run ([\w:]+)/g)].map(([, script]) => script),
  )
  expect(named.length).toBeGreaterThan(5)
  expect(named.filter((script) => !Object.hasOwn(scripts, script ?? ''))).toEqual([])
})

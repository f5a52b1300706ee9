/**
 * Nothing secret gets out: a whole life of two daemons at the most talkative log level, and whatever
 * commands print and write, searched for every key, token and passphrase in every spelling.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { base32 } from 'multiformats/bases/base32'
import { base58btc } from 'multiformats/bases/base58'
import { pino } from 'pino'
import { afterAll, expect, test } from 'vitest'
import { type Outcome, Workplace } from '../../node/cli/testing.ts'
import { Daemon } from '../../node/daemon/daemon.ts'
import { writeConfigValue } from '../../node/home/config-file.ts'
import { openHome, unsealRoot } from '../../node/home/home.ts'
import { isNodeKeySealed, openNodeKey, readNodeKey } from '../../node/home/node-key.ts'
import { unwrap } from '../../src/op/refusal.ts'
import { simpleProposal, testTrack } from '../support/coalition.ts'
import { foundHomes, invite, makeHomes, PASSPHRASE } from '../support/daemons.ts'
import { FAST, until } from '../support/network.ts'

const NODE_PASSPHRASE = 'quite another battery'
const SHOWN = [
  'status',
  'doctor',
  'config show',
  'keys list',
  'token list',
  'peers',
  'log',
  'proposals',
  'export -o all.car',
  'backup kept.backup',
  'doctor --bundle report.json --log daemon.log',
]
const windows = { ...testTrack().windows, voting: 500, settle: 200 }
const tracks = {
  standard: testTrack({ windows }),
  constitutional: testTrack(),
  emergency: testTrack(),
}

const place = new Workplace()
afterAll(() => place.remove())

/** Every way in which 32 bytes are written down, also in the middle of something longer. */
function spellings(seed: Uint8Array): (string | Buffer)[] {
  const bytes = Buffer.from(seed)
  const inBase64 = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64')
    return text.slice(shift === 0 ? 0 : shift + 1, 40)
  })
  return [
    bytes,
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    ...inBase64,
    ...inBase64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
    base58btc.encode(bytes).slice(1),
    base32.encode(bytes).slice(1, 50),
    [...bytes].join(','),
    [...bytes].map((byte, i) => `"${i}":${byte}`).join(','),
    bytes.toJSON().data.join(', '),
  ]
}

const holds = (data: Buffer, secret: string | Buffer): boolean => data.includes(secret)

/** Every file below a folder, by its path. */
const filesIn = (dir: string): [string, Buffer][] =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [path, readFileSync(path)])

test('no key, token or passphrase is in a log, an answer, or a file that is not for it', async () => {
  const homes = await makeHomes(2, place.dir)
  const coalition = foundHomes(homes, { tracks })
  const [first, second] = homes
  if (!first || !second) throw new RangeError('two homes')
  const { layout } = first.home
  const said: [string, Buffer][] = []
  const run = async (line: string, env: object = {}): Promise<Outcome> => {
    const all = { FOLKMOOT_HOME: layout.dir, FOLKMOOT_PASSPHRASE: NODE_PASSPHRASE, ...env }
    const outcome = await place.run(line.split(' '), { env: all })
    said.push([line, Buffer.from(outcome.out + outcome.err)])
    return outcome
  }

  // The search itself finds what is there to be found.
  const nodeSeed = readNodeKey(first.home)
  expect(holds(readFileSync(layout.nodeKey), Buffer.from(nodeSeed).toString('hex'))).toBe(true)
  const embedded = Buffer.concat([Buffer.from('0801', 'hex'), nodeSeed, Buffer.alloc(7)])
  const found = spellings(nodeSeed).filter((one) =>
    holds(Buffer.from(embedded.toString('base64')), one),
  )
  expect(found.length).toBeGreaterThan(0)

  expect((await run('keys seal')).exit).toBe(0)
  expect(isNodeKeySealed(layout)).toBe(true)
  expect((await run('up', { FOLKMOOT_PASSPHRASE: '' })).err).toContain('the node key is sealed')
  const token = (await run('token add grafana --scope read')).out.match(/folkmoot_[\w-]+/)?.[0]
  said.pop()
  if (!token) throw new RangeError('a token is shown once')

  const lines: string[] = []
  const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) })
  writeConfigValue(layout.config, 'api.port', 0)
  await openNodeKey(layout, { env: { FOLKMOOT_PASSPHRASE: NODE_PASSPHRASE } })
  const daemons = [await Daemon.start({ home: openHome(layout.dir), log, timings: FAST })]
  const [daemon] = daemons
  if (!daemon) throw new RangeError('one was started')
  try {
    invite(second.home, coalition, [daemon])
    const other = await Daemon.start({ home: second.home, log, timings: FAST })
    daemons.push(other)
    await until('both are active', () =>
      daemons.every(({ replica }) => replica.views.ratification()?.active),
    )
    const { cid } = unwrap(await daemon.api.propose(simpleProposal('policy@a')))
    await until('it is known', async () => (await other.api.proposals()).length === 1)
    for (const { api } of daemons) unwrap(await api.vote(cid ?? '', 'yes', 'because'))
    const isSettled = async () => (await other.api.proposals())[0]?.outcome === 'adopted'
    await until('it is settled', isSettled, 30_000)
    for (const authorization of [`Bearer ${token}`, `Bearer ${token}x`, `Basic ${token}`])
      said.push(await asked(daemon.apiPort, authorization))
    await place.run(['version'])
    writeLog(lines)
    for (const line of SHOWN) expect([line, (await run(line)).exit]).toEqual([line, 0])
  } finally {
    await Promise.all(daemons.map((one) => one.stop()))
  }
  said.push(['the logs', Buffer.from(lines.join(''))])
  expect(lines.length).toBeGreaterThan(10)

  const rootSeed = await unsealRoot(first.home, PASSPHRASE)
  const secrets = [...spellings(nodeSeed), ...spellings(rootSeed)]
  const everywhere = [...said, ...filesIn(layout.dir), ...filesIn(place.dir).filter(isOurs)]
  for (const secret of [...secrets, token, PASSPHRASE, NODE_PASSPHRASE])
    for (const [where, data] of everywhere)
      expect([where, holds(data, secret)]).toEqual([where, false])
})

/** What an answer over loopback says, its head too. */
async function asked(port: number | undefined, authorization: string): Promise<[string, Buffer]> {
  const answer = await fetch(`http://127.0.0.1:${port}/v1/status`, { headers: { authorization } })
  const head = JSON.stringify([...answer.headers])
  return [`asked with ${authorization.split(' ', 1)}`, Buffer.from(head + (await answer.text()))]
}

/** The other home has its key in the clear: it was not sealed. */
const isOurs = ([path]: [string, Buffer]): boolean => !path.startsWith(join(place.dir, 's2'))

const writeLog = (lines: readonly string[]): void =>
  writeFileSync(place.path('daemon.log'), lines.join(''))

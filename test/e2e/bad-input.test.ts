/**
 * What people get wrong, through the real command: each refusal says what is wrong, where, and what
 * to do, exits with the documented code, and leaves the home as it was, byte for byte.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { EXIT, type ExitCode } from '../../node/cli/exit-codes.ts'
import { type RunOptions, SocketServices, Workplace } from '../../node/cli/testing.ts'
import type { StakeholderId } from '../../src/op/ids.ts'
import { unwrap } from '../../src/op/refusal.ts'
import { found, heldOps, simpleProposal, testTrack } from '../support/coalition.ts'
import { TestClock } from '../support/people.ts'
import { ServedNode } from '../support/service.ts'

const LAUNCHER = fileURLToPath(new URL('../../bin/folkmoot.js', import.meta.url))
const MEMBERS = ['acme', 'globex', 'initech', 'umbrella']
const CARDS = MEMBERS.slice(1).map((id) => `${id}.card`)

const place = new Workplace()
afterAll(() => place.remove())

const write = (name: string, text: string): string => {
  writeFileSync(place.path(name), text)
  return place.path(name)
}

const charter = (members: readonly string[], more = ''): string =>
  `extends: small-team\nname: Example\nstakeholders:\n${members.map((id) => `  - { id: ${id} }\n`).join('')}${more}`

/** A hash of every file of a home, by name: whatever is written shows. */
function printOf(home: string): Readonly<Record<string, string>> {
  const files = readdirSync(place.path(home), { recursive: true, withFileTypes: true })
  const paths = files.flatMap((file) => (file.isFile() ? join(file.parentPath, file.name) : []))
  const hashOf = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex')
  return Object.fromEntries(paths.toSorted().map((path) => [path, hashOf(path)]))
}

interface Refusal {
  readonly exit: ExitCode
  /** What is wrong, where, and what to do: all of it must be said. */
  readonly says: readonly (string | RegExp)[]
}

/** Runs a command that must be refused so, and must change nothing. */
async function refused(
  argv: readonly string[],
  { exit, says }: Refusal,
  options: RunOptions & { readonly home: string },
): Promise<void> {
  const before = printOf(options.home)
  const folder = readdirSync(place.dir)
  const outcome = await place.run(argv, options)
  expect(outcome.exit, outcome.err).toBe(exit)
  expect(outcome.out).toBe('')
  for (const text of says) expect(outcome.err).toMatch(text)
  expect(outcome.err).toContain('Hint: ')
  expect(printOf(options.home)).toEqual(before)
  expect(readdirSync(place.dir)).toEqual(folder)
}

beforeAll(async () => {
  for (const id of [...MEMBERS, 'fresh']) {
    await place.init(id)
    await place.run(['card', '-o', `${id}.card`], { home: id })
  }
  write('charter.yaml', charter(MEMBERS))
  const argv = ['found', 'charter.yaml', '--cards', ...CARDS]
  expect((await place.run(argv, { home: 'acme' })).exit).toBe(EXIT.ok)
  expect((await place.run(['join', 'example.invite'], { home: 'globex' })).exit).toBe(EXIT.ok)
})

describe('a passphrase from a file', () => {
  const withFile = (path: string, mode = 0o600) => {
    if (existsSync(path)) chmodSync(path, mode)
    return { FOLKMOOT_PASSPHRASE: '', FOLKMOOT_PASSPHRASE_FILE: path }
  }

  test('is its first line', async () => {
    const env = withFile(write('right', 'correct horse battery\n'))
    const { exit, out } = await place.run(['card', '-o', '-'], { home: 'fresh', env })
    expect(exit).toBe(EXIT.ok)
    expect(out).toContain('"id": "fresh"')
  })

  test('that is not there', async () => {
    const env = withFile(place.path('nowhere'))
    const says = ['FOLKMOOT_PASSPHRASE_FILE', place.path('nowhere'), 'readable file']
    await refused(['ratify'], { exit: EXIT.failed, says }, { home: 'globex', env })
  })

  test('that others can read', async () => {
    const env = withFile(write('open', 'correct horse battery\n'), 0o644)
    const says = ['others than you can read', place.path('open'), `chmod 600 ${place.path('open')}`]
    await refused(['ratify'], { exit: EXIT.failed, says }, { home: 'globex', env })
  })

  test('that holds another one', async () => {
    const env = withFile(write('wrong', 'not the passphrase\n'))
    const says = [`does not open the root key in ${place.path('globex/root.age')}`, 'try again']
    await refused(['ratify'], { exit: EXIT.failed, says }, { home: 'globex', env })
  })

  test('that is too short for a new key makes no home', async () => {
    const env = withFile(write('short', 'short\n'))
    const { exit, err } = await place.run(['init', '--id', 'late'], { home: 'late', env })
    expect(exit).toBe(EXIT.failed)
    expect(err).toMatch(/5 characters; at least 8/)
    expect(readdirSync(place.dir)).not.toContain('late')
  })
})

describe('a home that has a coalition', () => {
  const refusal = { exit: EXIT.refused, says: ['coalition "Example"', 'another --home'] }

  test('founds no second one', () =>
    refused(['found', 'charter.yaml', '--cards', ...CARDS, '-o', 'second.invite'], refusal, {
      home: 'acme',
    }))

  test('joins no second one', () =>
    refused(['join', 'example.invite'], refusal, { home: 'globex' }))
})

describe('founding', () => {
  const four = ['fresh', 'globex', 'initech', 'umbrella']
  const argv = ['found', 'bad.yaml', '--cards', ...CARDS]

  test.each([
    ['an unknown field', `${charter(four)}purpos: x\n`, /bad\.yaml:8:1 purpos: .*"purpose"\?/],
    [
      'a fraction over one',
      charter(four, 'limits: { maxWeightShare: 5/3 }\n'),
      /bad\.yaml:8:\d+ limits\.maxWeightShare: found "5\/3"/,
    ],
    ['a stakeholder twice', charter([...four, 'globex']), /bad\.yaml:8:\d+ stakeholders\[4\]\.id/],
    [
      'an owner that is no member',
      charter(four, 'components: [{ id: core, owners: [globx] }]\n'),
      /bad\.yaml:8:\d+ components\[0\]\.owners.*did you mean "globex"\?/,
    ],
  ])('on a charter with %s', async (_what, text, fault) => {
    write('bad.yaml', text)
    const says = [fault, 'folkmoot charter check']
    await refused(argv, { exit: EXIT.failed, says }, { home: 'fresh' })
  })

  test('with a card that was changed on its way', async () => {
    write('bad.yaml', charter(four))
    const card = readFileSync(place.path('globex.card'), 'utf8')
    write('changed.card', card.replace('/tcp/4001', '/tcp/4002'))
    const says = ['card of globex was changed after it was signed', 'ask globex for a fresh card']
    const changed = ['found', 'bad.yaml', '--cards', 'changed.card', ...CARDS.slice(1)]
    await refused(changed, { exit: EXIT.refused, says }, { home: 'fresh' })
  })
})

test('who is outside an electorate cannot vote, and says nothing', async () => {
  const owned = { id: 'core', owners: ['s1' as StakeholderId], depends: [] }
  const founded = found([1, 1, 1, 1], {
    components: [{ ...owned, decidedBy: 'owners' }],
    tracks: Object.fromEntries(
      ['standard', 'emergency', 'constitutional', 'domain'].map((id) => [id, testTrack()]),
    ),
  })
  const clock = new TestClock()
  const [owner, other] = founded.members.map((member) => new ServedNode(founded, member, clock))
  if (!owner || !other) return expect.unreachable()
  const domain = { ...simpleProposal('core@main'), track: 'domain', components: ['core'] }
  const { cid } = unwrap(await owner.service.propose(domain))
  other.replica.ingest(heldOps(owner.replica))
  const before = other.replica.digest()
  const services = new SocketServices(other.service)
  const says = ['not in the electorate']
  const home = { home: 'fresh', services, now: () => clock.now() }
  await refused(['vote', cid ?? '', 'yes'], { exit: EXIT.refused, says }, home)
  expect(other.replica.digest()).toEqual(before)
})

describe('the daemon', () => {
  const env = {
    ...process.env,
    FOLKMOOT_HOME: place.path('lone'),
    FOLKMOOT_LISTEN: '/ip4/127.0.0.1/tcp/0',
    FOLKMOOT_LOG_LEVEL: 'silent',
  }
  const folkmoot = (...argv: readonly string[]) =>
    spawnSync(process.execPath, [LAUNCHER, ...argv], { env, encoding: 'utf8' })
  const store = place.path('lone/store.db')

  beforeAll(async () => {
    await place.init('lone')
    write('lone.yaml', charter(['lone'], 'limits: { maxWeightShare: 1/1 }\n'))
    const argv = ['found', 'lone.yaml', '-o', 'lone.invite']
    await place.run([...argv, '--accept-risk', 'no-fault-tolerance'], { home: 'lone' })
  })

  async function end(daemon: ChildProcess): Promise<void> {
    if (daemon.exitCode !== null) return
    daemon.kill('SIGTERM')
    await once(daemon, 'close')
  }

  test('does not start a second time on its home, and the first goes on', async () => {
    const first = spawn(process.execPath, [LAUNCHER, 'up'], { env, stdio: 'ignore' })
    onTestFinished(() => end(first))
    expect(folkmoot('wait', '--active').status).toBe(EXIT.ok)
    const second = folkmoot('up')
    expect(second.status).toBe(EXIT.failed)
    expect(second.stderr).toContain(`${store} is in use by process ${first.pid}`)
    expect(second.stderr).toContain('Hint: talk to that daemon (`folkmoot status`)')
    const status: unknown = JSON.parse(folkmoot('status', '--json').stdout)
    expect(status).toMatchObject({ pid: first.pid, alarms: [] })
  })

  test('does not start on a store with one flipped byte, and mends nothing unasked', () => {
    const bytes = readFileSync(store)
    const at = bytes.indexOf('key.delegate')
    expect(at).toBeGreaterThan(0)
    bytes[at] = (bytes[at] ?? 0) ^ 1
    writeFileSync(store, bytes)
    const before = printOf('lone')
    const { status, stdout, stderr } = folkmoot('up')
    expect({ status, stdout }).toEqual({ status: EXIT.failed, stdout: '' })
    expect(stderr).toContain(`${store} is damaged: `)
    expect(stderr).toContain('Hint: stop the daemon and run `folkmoot doctor --rebuild`')
    expect(printOf('lone')).toEqual(before)
  })
})

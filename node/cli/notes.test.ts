/** `folkmoot note …`: what leaves the home, what does not, and what a false word looks like. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { unwrap } from '../../src/op/refusal.ts'
import { revealDraft } from '../../src/replica/record-acts.ts'
import { foundHomes, invite, makeHomes, startDaemon } from '../../test/support/daemons.ts'
import { until } from '../../test/support/network.ts'
import type { Daemon } from '../daemon/daemon.ts'
import type { Home } from '../home/home.ts'
import { EXIT } from './exit-codes.ts'
import { type Outcome, Workplace } from './testing.ts'

const place = new Workplace()
afterAll(() => place.remove())

const SECRET = 'we would accept three weeks, not two'
let ours: { home: Home; daemon: Daemon }
let theirs: { home: Home; daemon: Daemon }

const at = ({ home }: { home: Home }, ...argv: string[]): Promise<Outcome> =>
  place.run(['--home', home.layout.dir, ...argv])

/** Commits to the secret; the id of the note, which the other has heard of. */
async function committed(): Promise<string> {
  const { json, exit } = await at(ours, 'note', 'add', SECRET, '--label', 'position', '--json')
  expect(exit).toBe(EXIT.ok)
  const { cid } = json()
  const id = typeof cid === 'string' ? cid : expect.unreachable('nothing was signed')
  await until('it is heard of', () =>
    theirs.daemon.replica.views.notes().some((note) => note.id === id),
  )
  return id
}

/** What gossip loses right after a connection comes with the next session: 30 s at the latest. */
const SESSION_MS = 50_000

const heard = (id: string, standing: string) =>
  until(
    `the note is ${standing} for the other`,
    () =>
      theirs.daemon.replica.views
        .notes()
        .some((note) => note.id === id && note.standing === standing),
    SESSION_MS,
  )

beforeEach(async () => {
  const homes = await makeHomes(2)
  const [first, second] = homes
  if (!first || !second) throw new RangeError('two were made')
  const coalition = foundHomes(homes)
  ours = { home: first.home, daemon: await startDaemon(first.home) }
  invite(second.home, coalition, [ours.daemon])
  theirs = { home: second.home, daemon: await startDaemon(second.home) }
  // Whoever starts again has another port: it finds the other by its address, if it has heard it.
  await until('both know both, and where they are', () =>
    [ours, theirs].every(({ daemon: { replica } }) => replica.views.topics.addresses.size === 2),
  )
})

test('a note is committed to, survives a restart, is revealed, and fits for everybody', async () => {
  const id = await committed()
  const files = readdirSync(ours.home.layout.notes)
  expect(files).toHaveLength(1)
  expect(statSync(join(ours.home.layout.notes, files[0] ?? '')).mode & 0o777).toBe(0o600)
  await ours.daemon.stop()
  expect((await at(ours, 'note', 'show', id)).out).toContain(`Only in this home:\n  ${SECRET}`)
  expect((await at(ours, 'note', 'verify', id)).out).toContain('nobody else has seen it')
  ours.daemon = await startDaemon(ours.home)
  expect((await at(theirs, 'note', 'show', id)).out).not.toContain(SECRET)
  expect((await at(theirs, 'note', 'verify', id)).out).toContain('nothing was revealed')
  const tried = await at(ours, 'note', 'reveal', id.slice(-8), '--dry-run')
  expect(tried.out).toContain(SECRET)
  expect(tried.out).toContain('Nothing was signed.')
  expect((await at(ours, 'note', 'reveal', id.slice(-8))).exit).toBe(EXIT.ok)
  await heard(id, 'revealed')
  expect(await at(theirs, 'note', 'verify', id)).toMatchObject({
    exit: EXIT.ok,
    out: '✓ the text that was revealed is what was committed to\n',
  })
  expect((await at(theirs, 'note', 'show', id)).out).toContain(SECRET)
  expect((await at(theirs, 'note', 'list')).out).toMatch(/s1 +position +revealed/)
  expect((await at(ours, 'note', 'reveal', id)).err).toContain('revealed already')
})

test('an export carries commitments and what was revealed, never a text that was not', async () => {
  await committed()
  const second = await at(ours, 'note', 'add', 'this one may be known', '--json')
  const { cid } = second.json()
  await at(ours, 'note', 'reveal', String(cid))
  expect((await at(ours, 'export', '-o', 'all.car')).exit).toBe(EXIT.ok)
  const bundle = readFileSync(place.path('all.car'))
  expect(bundle.includes('note.commit')).toBe(true)
  expect(bundle.includes('this one may be known')).toBe(true)
  expect(bundle.includes(SECRET)).toBe(false)
  const store = readFileSync(ours.home.layout.store)
  expect(store.includes(SECRET)).toBe(false)
  expect((await at(ours, 'audit', 'all.car')).exit).toBe(EXIT.ok)
})

test('a reveal that does not fit is shown as false, with exit code 1, to everybody', async () => {
  const id = await committed()
  const note = ours.daemon.replica.views.notes().find((one) => one.id === id)
  if (!note) return expect.unreachable()
  unwrap(ours.daemon.replica.issue(unwrap(revealDraft(note, new Uint8Array(32), 'two weeks'))))
  theirs.daemon.replica.tick()
  await heard(id, 'false')
  const { exit, out } = await at(theirs, 'note', 'verify', id)
  expect(exit).toBe(EXIT.failed)
  expect(out).toContain('FALSE')
  expect((await at(theirs, 'note', 'show', id)).out).toMatch(/✗ FALSE: .*\n {2}two weeks/)
})

test('a text that was changed at home is not revealed, and one that is not ours cannot be', async () => {
  const id = await committed()
  expect((await at(theirs, 'note', 'reveal', id)).err).toContain('holds no text of note')
  const [file = ''] = readdirSync(ours.home.layout.notes)
  const path = join(ours.home.layout.notes, file)
  writeFileSync(path, readFileSync(path, 'utf8').replace('three', 'four'))
  expect((await at(ours, 'note', 'verify', id)).exit).toBe(EXIT.failed)
  const { exit, err } = await at(ours, 'note', 'reveal', id)
  expect(exit).toBe(EXIT.refused)
  expect(err).toMatch(/not what was committed to[\s\S]*backup/)
  writeFileSync(path, '{ torn')
  expect((await at(ours, 'note', 'list')).out).toMatch(/sealed, ours/)
  expect((await at(ours, 'note', 'show', id)).err).toContain('does not hold what it should')
})

test('adding can be tried first, from a file, about something, and needs exactly one text', async () => {
  writeFileSync(place.path('minutes.md'), 'long minutes\n')
  const about = ours.daemon.replica.coalition
  const tried = await at(ours, 'note', 'add', '--file', 'minutes.md', '--about', about, '--dry-run')
  expect(tried.exit, tried.err).toBe(EXIT.ok)
  expect(tried.out).toContain(`refs[0]  ${about}`)
  expect(tried.out).not.toContain('long minutes')
  expect(ours.daemon.replica.views.notes()).toEqual([])
  expect(readdirSync(ours.home.layout.dir)).not.toContain('notes')
  for (const argv of [[], ['text', '--file', 'minutes.md']])
    expect((await at(ours, 'note', 'add', ...argv)).exit).toBe(EXIT.usage)
  expect((await at(ours, 'note', 'add', 'x'.repeat(65_537))).err).toMatch(/1 to 65536 characters/)
})

/** `folkmoot artefact …` against real daemons on loopback, files and all. */
import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { formatDigest } from '../../src/artefact/digest.ts'
import { CHUNK_BYTES, MAX_ARTEFACT_BYTES } from '../../src/artefact/limits.ts'
import { contentOf, type Sample, sampleOf } from '../../test/support/contents.ts'
import { foundHomes, invite, makeHomes, startDaemon } from '../../test/support/daemons.ts'
import { until } from '../../test/support/network.ts'
import type { Daemon } from '../daemon/daemon.ts'
import type { Home } from '../home/home.ts'
import { EXIT } from './exit-codes.ts'
import { type Outcome, Workplace } from './testing.ts'

const place = new Workplace()
afterAll(() => place.remove())

let near: { home: Home; daemon: Daemon }
let far: { home: Home; daemon: Daemon }
let files = 0

/** Runs `folkmoot artefact …` for a home. */
const at = ({ home }: { home: Home }, ...argv: string[]): Promise<Outcome> =>
  place.run(['--home', home.layout.dir, 'artefact', ...argv])

/** A file with the content, of a name of its own. */
function fileOf(content: Uint8Array): string {
  const name = `file-${files++}.bin`
  writeFileSync(place.path(name), content)
  return name
}

/** Adds a file at the near node; the far one has heard of it. */
async function added(sample: Sample): Promise<string> {
  const file = fileOf(sample.content)
  const { exit, err } = await at(near, 'add', file)
  expect(exit, err).toBe(EXIT.ok)
  await until('it is heard of', () =>
    far.daemon.replica.views.artefacts().byDigest.has(sample.identity.digest),
  )
  return file
}

beforeEach(async () => {
  const homes = await makeHomes(2)
  const [first, second] = homes
  if (!first || !second) throw new RangeError('two were made')
  const coalition = foundHomes(homes)
  near = { home: first.home, daemon: await startDaemon(first.home) }
  invite(second.home, coalition, [near.daemon])
  far = { home: second.home, daemon: await startDaemon(second.home) }
  await until('both know both', () =>
    [near, far].every(({ daemon }) => daemon.replica.ledger.keyring.nodeKeys().length === 2),
  )
})

test('what one adds, another gets under its name, byte for byte', async () => {
  const sample = await sampleOf(3 * CHUNK_BYTES + 9)
  const { digest } = sample.identity
  const file = await added(sample)
  const got = await at(far, 'get', digest.slice(0, 8), '-o', 'copy.bin')
  expect(got.err).toBe('')
  expect(got.out).toContain(`✓ copy.bin: 768.0 KiB, sha256:${digest}`)
  expect(readFileSync(place.path('copy.bin')).equals(sample.content)).toBe(true)
  const taken = await at(far, 'get', digest.slice(-8))
  expect(taken).toMatchObject({ exit: EXIT.failed, err: expect.stringContaining(`${file} exists`) })
  const { json } = await at(far, 'list', '--json')
  expect(json().artefacts).toMatchObject([
    { digest: `sha256:${digest}`, name: file, by: ['s1'], pins: [], local: { state: 'held' } },
  ])
  expect((await at(near, 'list')).out).toMatch(/768\.0 KiB +s1 +whole +own/)
})

describe('add', () => {
  test('with --dry-run shows what would be signed, and leaves nothing behind', async () => {
    const sample = await sampleOf(1000)
    const { exit, out } = await at(near, 'add', fileOf(sample.content), '--name', 'x', '--dry-run')
    expect(exit).toBe(EXIT.ok)
    expect(out).toContain('type     artefact.announce')
    expect(out).toContain(`"digest": "${sample.identity.digest}"`)
    expect(out).toContain('Nothing was signed.')
    expect(readdirSync(near.home.layout.dir)).not.toContain('blobs')
    expect((await at(near, 'list')).out).toBe('no artefacts\n')
  })

  test('a second time says so, and brings back a copy that was lost', async () => {
    const sample = await sampleOf(1000)
    const file = await added(sample)
    const { digest } = sample.identity
    writeFileSync(join(near.home.layout.blobs, digest, 'manifest'), 'lost')
    await near.daemon.api.artefacts.check(digest)
    const { exit, out } = await at(near, 'add', file)
    expect(exit).toBe(EXIT.ok)
    expect(out).toContain('was announced before')
    expect((await at(near, 'verify', digest)).exit).toBe(EXIT.ok)
  })

  test('that does not fit is refused whole, whatever was sent already', async () => {
    const { values } = near.home.config
    Object.assign(values, { 'artefacts.maxMib': 1 })
    const { exit, err } = await at(near, 'add', fileOf(contentOf(5 * 1024 * 1024)))
    expect(exit).toBe(EXIT.refused)
    expect(err).toMatch(/do not fit: 0 of 1048576 bytes are pinned[\s\S]*artefacts\.maxMib/)
  })

  test('refuses what is no file, empty or too large, each with what to do', async () => {
    const empty = fileOf(new Uint8Array())
    const nowhere = await at(near, 'add', 'nowhere.bin')
    expect(nowhere).toMatchObject({
      exit: EXIT.failed,
      err: expect.stringMatching(/ENOENT[\s\S]*Hint: check the path/),
    })
    expect((await at(near, 'add', empty)).err).toMatch(/is empty[\s\S]*Hint: .*at least one byte/)
    const large = place.path('large.bin')
    writeFileSync(large, '')
    truncateSync(large, MAX_ARTEFACT_BYTES + 1)
    expect((await at(near, 'add', 'large.bin')).err).toMatch(
      /at most 4294967296[\s\S]*Hint: split it/,
    )
  })
})

describe('get', () => {
  test('gives up in time when nobody has it, and the daemon keeps trying', async () => {
    const sample = await sampleOf(CHUNK_BYTES)
    await added(sample)
    await near.daemon.stop()
    const { digest } = sample.identity
    const { exit, err } = await at(far, 'get', digest, '-o', 'late.bin', '--timeout', '1s')
    expect(exit).toBe(EXIT.timeout)
    expect(err).toMatch(/does not go on: fetching: 0 % of 256\.0 KiB, from 0 members/)
    expect(readdirSync(place.dir).filter((name) => name.startsWith('late'))).toEqual([])
    near.daemon = await startDaemon(near.home)
    const again = await at(far, 'get', digest, '-o', 'late.bin')
    expect(again.exit, again.err).toBe(EXIT.ok)
    expect(readFileSync(place.path('late.bin')).equals(sample.content)).toBe(true)
  })

  test('refuses an id that is nothing, and says where ids are', async () => {
    const { exit, err } = await at(far, 'get', 'abcdef')
    expect(exit).toBe(EXIT.refused)
    expect(err).toMatch(/no artefact is called "abcdef"[\s\S]*Hint: folkmoot artefact list/)
  })
})

describe('verify', () => {
  test('says that all is right, or mends what is not and says so with exit code 1', async () => {
    const sample = await sampleOf(3 * CHUNK_BYTES)
    await added(sample)
    const { digest } = sample.identity
    await at(far, 'get', digest, '-o', 'verified.bin')
    expect(await at(far, 'verify', digest)).toMatchObject({
      exit: EXIT.ok,
      out: `✓ every byte of ${formatDigest(digest)} is right\n`,
    })
    const path = join(far.home.layout.blobs, digest, 'content')
    writeFileSync(path, readFileSync(path).fill(0, CHUNK_BYTES, CHUNK_BYTES + 9))
    const damaged = await at(far, 'verify', digest, '--json')
    expect(damaged.exit, damaged.err).toBe(EXIT.failed)
    expect(damaged.json()).toMatchObject({ ok: false, damagedChunks: 1 })
    expect(readFileSync(path).equals(sample.content)).toBe(true)
    expect((await at(far, 'verify', digest)).exit).toBe(EXIT.ok)
  })

  test('compares a file with what was announced, also without a daemon', async () => {
    const sample = await sampleOf(CHUNK_BYTES + 1)
    const file = await added(sample)
    const other = fileOf(contentOf(CHUNK_BYTES + 1, 9))
    await far.daemon.stop()
    const verify = (name: string) => at(far, 'verify', sample.identity.digest, '--file', name)
    expect((await verify(file)).exit).toBe(EXIT.ok)
    expect(await verify(other)).toMatchObject({
      exit: EXIT.failed,
      out: expect.stringContaining('✗'),
    })
  })
})

test('pin fetches and keeps, unpin lets go, drop removes, release takes back', async () => {
  const sample = await sampleOf(CHUNK_BYTES)
  const file = await added(sample)
  const { digest } = sample.identity
  expect((await at(far, 'pin', digest)).out).toBe(`✓ ${file} is kept\n`)
  await until('it came', () => {
    const name = join(far.home.layout.blobs, digest, 'content')
    return statSync(name, { throwIfNoEntry: false }) !== undefined
  })
  expect((await at(far, 'drop', digest)).err).toMatch(/pinned by hand[\s\S]*artefact unpin/)
  expect((await at(far, 'unpin', digest)).out).toBe(`✓ ${file} is no longer kept by hand\n`)
  expect((await at(far, 'drop', digest)).out).toBe(`✓ ${file} is gone from here\n`)
  expect((await at(near, 'drop', digest)).err).toMatch(/stands behind it[\s\S]*artefact release/)
  expect((await at(far, 'release', digest)).err).toContain('is not announced by us')
  const tried = await at(near, 'release', digest, '--dry-run')
  expect(tried.out).toContain('type     artefact.release')
  expect((await at(near, 'release', digest)).exit).toBe(EXIT.ok)
  expect((await at(near, 'drop', digest)).exit).toBe(EXIT.ok)
  expect((await at(near, 'get', digest, '-o', 'gone')).err).toContain('no member stands behind')
})

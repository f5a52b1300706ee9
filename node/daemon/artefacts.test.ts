/** Artefacts among daemons on loopback: who lies is caught, what is false is left, what is old goes. */
import { describe, expect, test } from 'vitest'
import { type ContentDigest, digestBytes, formatDigest } from '../../src/artefact/digest.ts'
import { CHUNK_BYTES, MAX_ASKED_PER_PEER } from '../../src/artefact/limits.ts'
import { unwrap } from '../../src/op/refusal.ts'
import { pieces, type Sample, sampleOf, servedFrom } from '../../test/support/contents.ts'
import {
  foundHomes,
  invite,
  makeHomes,
  startDaemon,
  type TestHome,
} from '../../test/support/daemons.ts'
import { until } from '../../test/support/network.ts'
import { hostOf, introduce } from '../../test/support/third-member.ts'
import { isFalse, isLiar } from '../api/artefact-notes.ts'
import type { NodeEvent } from '../api/node-api.ts'
import type { Home } from '../home/home.ts'
import { ArtefactLink } from '../network/artefact-link.ts'
import type { Daemon } from './daemon.ts'

/** Two daemons that know each other, and a third member that the test plays. */
interface Scene {
  readonly a: Daemon
  readonly b: Daemon
  readonly homeOfA: Home
  readonly third: TestHome
}

async function scene(over: (home: Home) => Home = (home) => home): Promise<Scene> {
  const homes = await makeHomes(3)
  const [first, second, third] = homes
  if (!first || !second || !third) throw new RangeError('three were made')
  const coalition = foundHomes(homes)
  const a = await startDaemon(first.home)
  invite(second.home, coalition, [a])
  const b = await startDaemon(over(second.home))
  await until('both know both', () =>
    [a, b].every(({ replica }) => replica.ledger.keyring.nodeKeys().length === 2),
  )
  return { a, b, homeOfA: first.home, third }
}

/** A daemon puts and announces a content; the others hear of it. */
async function announce(sample: Sample, by: Daemon, ...others: Daemon[]): Promise<void> {
  const { identity, content } = sample
  unwrap(await by.api.artefacts.put(identity, pieces(content)))
  unwrap(await by.api.artefacts.announce({ ...identity, name: 'file' }))
  await hears(identity.digest, ...others)
}

const hears = async (digest: ContentDigest, ...daemons: Daemon[]): Promise<void> => {
  for (const { replica } of daemons)
    await until('it is heard of', () => replica.views.artefacts().byDigest.has(digest))
}

const stateAt = async ({ api }: Daemon, { identity }: Sample): Promise<string> =>
  unwrap(await api.artefacts.show(identity.digest)).local.state

async function reaches(daemon: Daemon, sample: Sample, wanted: string): Promise<void> {
  let state = ''
  const look = () => void stateAt(daemon, sample).then((now) => (state = now))
  await until(`it is ${wanted}`, () => {
    look()
    return state === wanted
  })
}

/** What a daemon has told since its start about artefacts. */
async function toldBy({ api }: Daemon, wanted: RegExp): Promise<NodeEvent> {
  for await (const event of api.events(0, AbortSignal.timeout(10_000)))
    if (wanted.test(event.sentence)) return event
  return expect.unreachable(`nothing like ${wanted} was told`)
}

test('a member that serves wrong bytes is caught at its first chunk, told on, and not asked again', async () => {
  const { a, b, homeOfA, third } = await scene()
  const sample = await sampleOf(12 * CHUNK_BYTES + 5)
  const { digest } = sample.identity
  await announce(sample, a, b)
  await a.stop()
  introduce(third, b)
  let lies = 0
  const served = servedFrom(sample, {
    read: async (index) => {
      lies++
      return sample.chunk(index).map((byte) => byte ^ 0xff)
    },
  })
  const liar = await hostOf(third, b, { open: async () => served })
  const journalled = toldBy(b, /^s3 served wrong bytes/)
  unwrap(await b.api.artefacts.fetch(digest))
  await until('it is caught', () => isLiar(b.replica, liar.key, digest))
  expect((await journalled).sentence).toContain(formatDigest(digest))
  expect(unwrap(await b.api.artefacts.show(digest)).local).toMatchObject({ doneBytes: 0 })
  const told = lies
  expect(told).toBeLessThanOrEqual(MAX_ASKED_PER_PEER)
  await startDaemon(homeOfA)
  await reaches(b, sample, 'held')
  unwrap(await b.api.artefacts.drop(digest))
  unwrap(await b.api.artefacts.fetch(digest))
  await reaches(b, sample, 'held')
  expect(lies).toBe(told)
})

test('chunks of something else under a wanted digest are found out, and the true ones fetched', async () => {
  const { a, b, third } = await scene()
  introduce(third, b)
  const wanted = await sampleOf(2 * CHUNK_BYTES, 1)
  let lie = wanted
  // The false offer is tried first: of two with one backer each, the lower manifest goes first.
  for (let seed = 2; lie.identity.manifest >= wanted.identity.manifest; seed++)
    lie = await sampleOf(3 * CHUNK_BYTES, seed)
  const { manifest, sizeBytes } = lie.identity
  unwrap(
    b.replica.issue({
      type: 'artefact.announce',
      refs: [],
      body: {
        digest: digestBytes(wanted.identity.digest),
        manifest: digestBytes(manifest),
        sizeBytes,
        name: 'poison',
      },
    }),
  )
  await announce(wanted, a, b)
  const served = servedFrom(lie)
  await hostOf(third, b, {
    open: async (name) => (name.manifest === manifest ? served : undefined),
  })
  unwrap(await b.api.artefacts.fetch(wanted.identity.digest))
  await until('the lie is found out', () => isFalse(b.replica, manifest))
  await reaches(b, wanted, 'held')
  await toldBy(b, /^s2 announced .* with chunks of something else/)
})

test('members that hold a part of it serve that part: two halves make a whole', async () => {
  const { a, b, third } = await scene()
  const sample = await sampleOf(8 * CHUNK_BYTES)
  await announce(sample, a, b)
  await a.stop()
  introduce(third, b)
  const half = servedFrom(sample)
  const odd = new Set([1, 3, 5, 7])
  for (let i = 0; i < 8; i++) if (!odd.has(i)) half.held.delete(i)
  const asked: number[] = []
  const read = async (index: number) => {
    asked.push(index)
    return sample.chunk(index)
  }
  await hostOf(third, b, { open: async () => ({ ...half, read }) })
  unwrap(await b.api.artefacts.fetch(sample.identity.digest))
  await until('that half is there', () => asked.length === 4)
  expect(asked.sort()).toEqual([...odd])
  for (let i = 0; i < 8; i++) half.held.add(i)
  await reaches(b, sample, 'held')
  expect(asked).toHaveLength(8)
})

describe('who is served', () => {
  const open = async (from: Awaited<ReturnType<typeof hostOf>>, to: Daemon, sample: Sample) => {
    const key = to.replica.signer?.key
    if (key === undefined) return expect.unreachable()
    await until('they are connected', () => from.peers().some((peer) => peer.key === key))
    const stream = await from.openArtefactStream(key, AbortSignal.timeout(5000))
    return new ArtefactLink(stream, sample.manifest.chunks, 2000).open(sample.identity)
  }

  test('members are, as long as somebody stands behind it, and nobody else', async () => {
    const { a, third } = await scene()
    const sample = await sampleOf(CHUNK_BYTES)
    await announce(sample, a)
    const stranger = await hostOf(third, a, { open: async () => undefined })
    await expect(open(stranger, a, sample)).rejects.toThrow()
    introduce(third, a)
    expect((await open(stranger, a, sample))?.isFull).toBe(true)
    unwrap(await a.api.artefacts.release(sample.identity.digest))
    expect(await open(stranger, a, sample)).toBeUndefined()
  })
})

describe('when room is short', () => {
  const QUOTA_MIB = 1
  const small = (home: Home): Home => ({
    ...home,
    config: { ...home.config, values: { ...home.config.values, 'artefacts.maxMib': QUOTA_MIB } },
  })

  test('what was unused for longest goes, what is pinned stays, and what does not fit is refused', async () => {
    const { a, b } = await scene(small)
    const samples = await Promise.all([1, 2, 3].map((seed) => sampleOf(400 * 1024, seed)))
    const [x, y, z] = samples
    if (!x || !y || !z) return expect.unreachable()
    for (const sample of samples) await announce(sample, a, b)
    for (const sample of [x, y]) {
      unwrap(await b.api.artefacts.fetch(sample.identity.digest))
      await reaches(b, sample, 'held')
    }
    for await (const _ of unwrap(await b.api.artefacts.content(x.identity.digest))) break
    unwrap(await b.api.artefacts.fetch(z.identity.digest))
    await reaches(b, z, 'held')
    expect([await stateAt(b, x), await stateAt(b, y)]).toEqual(['held', 'absent'])
    for (const sample of [x, z]) unwrap(await b.api.artefacts.pin(sample.identity.digest))
    expect(await b.api.artefacts.fetch(y.identity.digest)).toMatchObject({
      ok: false,
      code: 'artefact-quota',
    })
    expect(await b.api.artefacts.drop(x.identity.digest)).toMatchObject({ code: 'artefact-pinned' })
    unwrap(await b.api.artefacts.unpin(x.identity.digest))
    unwrap(await b.api.artefacts.fetch(y.identity.digest))
    await reaches(b, y, 'held')
    expect(await stateAt(b, x)).toBe('absent')
  })

  test('a content that does not fit is not even taken in', async () => {
    const { b } = await scene(small)
    const { identity, content } = await sampleOf(QUOTA_MIB * 1024 * 1024 + 1)
    expect(await b.api.artefacts.put(identity, pieces(content))).toMatchObject({
      code: 'artefact-quota',
    })
    expect(await b.api.artefacts.announce({ ...identity, name: 'x' })).toMatchObject({
      code: 'artefact-absent',
    })
  })
})

/** Artefacts among real daemons: sources killed, fetchers killed, little memory, nothing wrong kept. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { formatDigest } from '../../src/artefact/digest.ts'
import { unwrap } from '../../src/op/refusal.ts'
import { digestAt, playStory } from '../support/artefact-story.ts'
import { pieces, sampleOf } from '../support/contents.ts'
import { type NodeProcess, startCoalition, waitFor } from '../support/node-process.ts'

const MIB = 1024 * 1024
const SIZE_BYTES = 64 * MIB
/** What a node may take above idle while it fetches and serves, in bytes. */
const MAX_GROWTH_BYTES = 200 * MIB

const folder = mkdtempSync(join(tmpdir(), 'folkmoot-artefacts-'))
let nodes: NodeProcess[] = []

beforeAll(async () => {
  nodes = await startCoalition(3, folder)
})

afterAll(async () => {
  await Promise.all(nodes.map((node) => node.down('SIGKILL')))
  rmSync(folder, { recursive: true, force: true })
})

/** The daemons by the part that they play. */
function threeNodes(): readonly [NodeProcess, NodeProcess, NodeProcess] {
  const [source, second, third] = nodes
  if (!source || !second || !third) throw new RangeError('three were started')
  return [source, second, third]
}

test('64 MiB, the source killed half-way: the other completes it, right, in little memory', async () => {
  const figures = await playStory(threeNodes(), SIZE_BYTES)
  expect(figures.doneBytesAtKill).toBeLessThan(SIZE_BYTES)
  expect(figures.isRight).toBe(true)
  for (const bytes of figures.growthBytes) expect(bytes).toBeLessThan(MAX_GROWTH_BYTES)
})

test('a fetcher that is killed goes on where it was, by itself, with what it finds to be right', async () => {
  const [source, second] = threeNodes()
  // The test before has killed it.
  await source.up()
  const { identity, content, manifest } = await sampleOf(48 * MIB)
  unwrap(await source.api.artefacts.put(identity, pieces(content)))
  unwrap(await source.api.artefacts.announce({ ...identity, name: 'next.tar' }))
  const local = async () => {
    const line = await second.api.artefacts.show(identity.digest)
    return line.ok ? line.value.local : undefined
  }
  await waitFor('it is heard of', async () => (await local()) !== undefined)
  unwrap(await second.api.artefacts.fetch(identity.digest))
  await waitFor(
    'a part is there',
    async () => ((await local())?.doneBytes ?? 0) > content.length / 3,
  )
  await second.down('SIGKILL')
  await second.up()
  await waitFor('it is whole', async () => (await local())?.state === 'held', 60_000)
  expect((await local())?.checked?.damagedChunks).toBeLessThan(manifest.chunks)
  expect(await digestAt(second, identity.digest)).toBe(formatDigest(identity.digest))
})

test('a full disk stops a fetch with an alarm that says so; with room again it goes on by itself', async () => {
  const [, second, third] = threeNodes()
  const [{ digest = '' } = {}] = await second.api.artefacts.list()
  await third.down('SIGTERM')
  await third.up({ maxFileKib: 8 * 1024 })
  const local = async () => unwrap(await third.api.artefacts.show(digest)).local
  unwrap(await third.api.artefacts.fetch(digest))
  await waitFor('it stops', async () => (await local()).state === 'stopped')
  expect((await local()).problem).toMatchObject({
    code: 'disk-full',
    message: expect.stringMatching(/the disk is full: .*blobs/),
  })
  expect((await third.api.status()).alarms).toMatchObject([{ code: 'artefact-disk' }])
  await third.down('SIGTERM')
  await third.up()
  await waitFor('it is whole', async () => (await local()).state === 'held', 60_000)
  expect(await digestAt(third, digest)).toBe(digest)
})

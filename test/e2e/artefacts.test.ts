/** Artefacts among real daemons: sources killed, fetchers killed, little memory, nothing wrong kept. */
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { formatDigest } from '../../src/artefact/digest.ts'
import { unwrap } from '../../src/op/refusal.ts'
import { pieces, type Sample, sampleOf } from '../support/contents.ts'
import { type NodeProcess, startCoalition, waitFor } from '../support/node-process.ts'

const MIB = 1024 * 1024
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
function threeNodes() {
  const [source, second, third] = nodes
  if (!source || !second || !third) throw new RangeError('three were started')
  return { source, second, third }
}

/** A member puts a content at its node and announces it; all hear of it. */
async function announce(sample: Sample, by: NodeProcess, to: readonly NodeProcess[]) {
  const { identity, content } = sample
  unwrap(await by.api.artefacts.put(identity, pieces(content)))
  unwrap(await by.api.artefacts.announce({ ...identity, name: 'release.tar' }))
  for (const { api } of to)
    await waitFor('the announcement is heard', async () => {
      const known = await api.artefacts.list()
      return known.some(({ digest }) => digest === formatDigest(identity.digest))
    })
}

const local = async ({ api }: NodeProcess, { identity }: Sample) =>
  unwrap(await api.artefacts.show(identity.digest)).local

const fetching = async ({ api }: NodeProcess, { identity }: Sample) =>
  unwrap(await api.artefacts.fetch(identity.digest))

const held = (node: NodeProcess, sample: Sample) =>
  waitFor('the artefact is whole', async () => (await local(node, sample)).state === 'held', 60_000)

/** The digest of what a node gives out. */
async function digestAt({ api }: NodeProcess, { identity }: Sample): Promise<string> {
  const hash = createHash('sha256')
  for await (const part of unwrap(await api.artefacts.content(identity.digest))) hash.update(part)
  return formatDigest(identity.digest).replace(identity.digest, hash.digest('hex'))
}

test('64 MiB among three daemons: the source is killed half-way, the other completes it, in little memory', async () => {
  const { source, second, third } = threeNodes()
  const sample = await sampleOf(64 * MIB)
  const idle = [second, third].map((node) => node.memory().nowBytes)
  await announce(sample, source, [second, third])
  await fetching(second, sample)
  await held(second, sample)
  await fetching(third, sample)
  let doneBytes = 0
  await waitFor('half of it is there', async () => {
    doneBytes = (await local(third, sample)).doneBytes
    return doneBytes >= sample.content.length / 2
  })
  await source.down('SIGKILL')
  expect(doneBytes).toBeLessThan(sample.content.length)
  await held(third, sample)
  expect(await digestAt(third, sample)).toBe(formatDigest(sample.identity.digest))
  const growth = [second, third].map((node, i) => node.memory().peakBytes - (idle[i] ?? 0))
  console.info(`grew by ${growth.map((bytes) => Math.round(bytes / MIB)).join(' and ')} MiB`)
  for (const bytes of growth) expect(bytes).toBeLessThan(MAX_GROWTH_BYTES)
})

test('a fetcher that is killed goes on where it was, by itself, with what it finds to be right', async () => {
  const { source, second } = threeNodes()
  // The test before has killed it.
  await source.up()
  const sample = await sampleOf(48 * MIB, 2)
  await announce(sample, source, [second])
  await fetching(second, sample)
  await waitFor('a part is there', async () => {
    return (await local(second, sample)).doneBytes >= sample.content.length / 3
  })
  await second.down('SIGKILL')
  await second.up()
  await held(second, sample)
  const { checked } = await local(second, sample)
  expect(checked?.damagedChunks).toBeLessThan(sample.manifest.chunks)
  expect(await digestAt(second, sample)).toBe(formatDigest(sample.identity.digest))
})

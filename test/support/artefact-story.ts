/**
 * An artefact among three daemons: the second fetches it whole, the third half; then the source is
 * killed, and the third completes it from the second.
 */
import { createCipheriv, createHash } from 'node:crypto'
import { identityOf } from '../../node/blob/content-hasher.ts'
import { formatDigest } from '../../src/artefact/digest.ts'
import { unwrap } from '../../src/op/refusal.ts'
import { type NodeProcess, waitFor } from './node-process.ts'

/** Bytes of a piece of content. */
const PIECE_BYTES = 1024 * 1024
/** Longest that a fetch may take for each MiB, in ms, and besides. */
const PATIENCE_MS_PER_MIB = 1000
const PATIENCE_MS = 30_000

/** Bytes that look random, as a stream: content of any size without holding it. */
export async function* streamOf(sizeBytes: number): AsyncGenerator<Uint8Array> {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, 7), Buffer.alloc(16, 9))
  const zeros = Buffer.alloc(PIECE_BYTES)
  for (let at = 0; at < sizeBytes; at += PIECE_BYTES)
    yield cipher.update(zeros.subarray(0, Math.min(PIECE_BYTES, sizeBytes - at)))
}

/** What the story measured. */
export interface StoryFigures {
  /** The second's fetch from the source alone, in ms. */
  readonly fetchMs: number
  /** The third's fetch, the death of the source included, in ms. */
  readonly completeMs: number
  /** What the third had when the source was killed. */
  readonly doneBytesAtKill: number
  /** Peak memory of second and third above what they took idle. */
  readonly growthBytes: readonly number[]
  /** The digest of what the third gives out is the one that was announced. */
  readonly isRight: boolean
}

/** Plays the story; afterwards the first daemon is dead. */
export async function playStory(
  [source, second, third]: readonly [NodeProcess, NodeProcess, NodeProcess],
  sizeBytes: number,
): Promise<StoryFigures> {
  const patienceMs = PATIENCE_MS + (sizeBytes / 2 ** 20) * PATIENCE_MS_PER_MIB
  const idle = [second, third].map((node) => node.memory().nowBytes)
  const identity = await identityOf(streamOf(sizeBytes))
  const local = async ({ api }: NodeProcess) =>
    unwrap(await api.artefacts.show(identity.digest)).local
  const isHeld = async (node: NodeProcess) => (await local(node)).state === 'held'
  unwrap(await source.api.artefacts.put(identity, streamOf(sizeBytes)))
  unwrap(await source.api.artefacts.announce({ ...identity, name: 'release.tar' }))
  for (const { api } of [second, third])
    await waitFor(
      'the announcement is heard',
      async () => (await api.artefacts.show(identity.digest)).ok,
    )
  const began = performance.now()
  unwrap(await second.api.artefacts.fetch(identity.digest))
  await waitFor('the second has it', () => isHeld(second), patienceMs)
  const fetched = performance.now()
  unwrap(await third.api.artefacts.fetch(identity.digest))
  let doneBytesAtKill = 0
  await waitFor(
    'the third has half of it',
    async () => {
      doneBytesAtKill = (await local(third)).doneBytes
      return doneBytesAtKill >= sizeBytes / 2
    },
    patienceMs,
  )
  await source.down('SIGKILL')
  await waitFor('the third has it', () => isHeld(third), patienceMs)
  const completed = performance.now()
  return {
    fetchMs: fetched - began,
    completeMs: completed - fetched,
    doneBytesAtKill,
    growthBytes: [second, third].map((node, i) => node.memory().peakBytes - (idle[i] ?? 0)),
    isRight: (await digestAt(third, identity.digest)) === formatDigest(identity.digest),
  }
}

/** The digest of what a node gives out. */
export async function digestAt({ api }: NodeProcess, id: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const part of unwrap(await api.artefacts.content(id))) hash.update(part)
  return `sha256:${hash.digest('hex')}`
}

import type { Stream } from '@libp2p/interface'
import { afterEach, describe, expect, test } from 'vitest'
import { ChunkSet } from '../../src/artefact/chunk-set.ts'
import { CHUNK_BYTES } from '../../src/artefact/limits.ts'
import { encodeArtefactMessage } from '../../src/artefact/message.ts'
import type { KeyId } from '../../src/op/ids.ts'
import { type Sample, sampleOf, servedFrom } from '../../test/support/contents.ts'
import { stopAll, streamPair, until } from '../../test/support/network.ts'
import { ArtefactLink } from './artefact-link.ts'
import type { ArtefactName, ServedArtefact } from './artefact-port.ts'
import { ArtefactServer } from './artefact-server.ts'
import { FrameReader, writeFrames } from './frames.ts'
import {
  MAX_ARTEFACT_QUESTION_BYTES,
  MAX_ARTEFACT_QUESTIONS,
  MAX_ARTEFACT_STREAMS,
  MAX_ARTEFACT_STREAMS_PER_PEER,
  STREAM_WINDOW_BYTES,
} from './limits.ts'
import { silentLogger } from './port.ts'

afterEach(stopAll)

const PEER = 'aa'.repeat(32) as KeyId
const PATIENCE_MS = 300

/** A server of one artefact. */
class Desk {
  readonly faults: string[] = []
  readonly opened: ArtefactName[] = []
  readonly server: ArtefactServer
  closed = 0

  constructor(served: ServedArtefact | undefined, idleMs = 10_000) {
    this.server = new ArtefactServer({
      idleMs,
      log: silentLogger,
      onFault: (_, fault) => this.faults.push(fault),
      port: {
        open: async (name) => {
          this.opened.push(name)
          return served && { ...served, close: async () => void this.closed++ }
        },
      },
    })
  }

  /** A stream that the server answers, from the other end. */
  async stream(peer: KeyId = PEER): Promise<Stream> {
    const { near, far } = await streamPair()
    void this.server.serve(far, peer)
    return near
  }

  async link({ manifest }: Sample): Promise<ArtefactLink> {
    return new ArtefactLink(await this.stream(), manifest.chunks, PATIENCE_MS)
  }
}

test('a peer says what it has, gives the manifest and any chunk, and is asked several at a time', async () => {
  const sample = await sampleOf(5 * CHUNK_BYTES + 3)
  const desk = new Desk(servedFrom(sample))
  const link = await desk.link(sample)
  expect((await link.open(sample.identity))?.isFull).toBe(true)
  expect(await link.manifest()).toEqual(sample.manifest.encode())
  const chunks = await Promise.all([5, 0, 3, 1].map((index) => link.chunk(index)))
  expect(chunks).toEqual([5, 0, 3, 1].map((index) => sample.chunk(index)))
  expect(desk.opened).toMatchObject([{ digest: sample.identity.digest }])
  link.close()
  await until('the artefact is closed', () => desk.closed === 1)
  expect(desk.faults).toEqual([])
})

test('what is not there is said to be lacking, and the stream goes on', async () => {
  const sample = await sampleOf(2 * CHUNK_BYTES)
  const held = new ChunkSet(2)
  const desk = new Desk(
    servedFrom(sample, { held, read: async (i) => (held.has(i) ? sample.chunk(i) : undefined) }),
  )
  const link = await desk.link(sample)
  expect((await link.open(sample.identity))?.count).toBe(0)
  expect(await link.chunk(1)).toBeUndefined()
  held.add(1)
  expect((await link.have())?.has(1)).toBe(true)
  expect(await link.chunk(1)).toEqual(sample.chunk(1))
  const nothing = await new Desk(undefined).link(sample)
  expect(await nothing.open(sample.identity)).toBeUndefined()
  expect(await nothing.manifest()).toBeUndefined()
})

test('a peer that does not answer is given up, and with it all that it was asked', async () => {
  const sample = await sampleOf(CHUNK_BYTES)
  const desk = new Desk(servedFrom(sample, { read: () => new Promise(() => {}) }))
  const link = await desk.link(sample)
  await link.open(sample.identity)
  await expect(link.chunk(0)).rejects.toMatchObject({ code: 'artefact-idle' })
  await expect(link.have()).rejects.toMatchObject({ code: 'artefact-idle' })
})

test('only so many questions are open at once', async () => {
  const sample = await sampleOf(CHUNK_BYTES)
  const link = await new Desk(servedFrom(sample)).link(sample)
  const asked = Array.from({ length: MAX_ARTEFACT_QUESTIONS }, () => link.open(sample.identity))
  for (const question of asked) question.catch(() => undefined)
  await expect(link.have()).rejects.toMatchObject({ code: 'session-busy' })
})

describe('a peer that answers', () => {
  /** A link whose other end sends these answers, whatever it is asked. */
  async function answering(...answers: Parameters<typeof encodeArtefactMessage>[0][]) {
    const { near, far } = await streamPair()
    await writeFrames(far, answers.map(encodeArtefactMessage))
    return new ArtefactLink(near, 2, PATIENCE_MS)
  }

  test('another chunk than it was asked for breaks the protocol', async () => {
    const link = await answering({ is: 'chunk', index: 1, bytes: new Uint8Array(3) })
    await expect(link.chunk(0)).rejects.toMatchObject({ code: 'artefact-fault' })
  })

  test('with chunks that the artefact does not have breaks the protocol', async () => {
    const link = await answering({ is: 'have', chunks: Uint8Array.of(0b111) })
    await expect(link.have()).rejects.toMatchObject({ code: 'artefact-fault' })
  })

  test('what nobody asked breaks the protocol', async () => {
    const link = await answering({ is: 'lack' }, { is: 'lack' })
    await link.have().catch(() => undefined)
    await until('it is over', () => true)
    await expect(link.have()).rejects.toMatchObject({ code: 'artefact-fault' })
  })

  test('bytes that are no message breaks the protocol', async () => {
    const { near, far } = await streamPair()
    await writeFrames(far, [Uint8Array.of(1, 2, 3)])
    const link = new ArtefactLink(near, 2, PATIENCE_MS)
    await expect(link.have()).rejects.toMatchObject({ code: 'artefact-fault' })
  })
})

describe('a server', () => {
  const open = encodeArtefactMessage({
    is: 'open',
    digest: new Uint8Array(32),
    manifest: new Uint8Array(32),
  })

  test('takes so many streams of one peer, and so many of all', async () => {
    const sample = await sampleOf(CHUNK_BYTES)
    const desk = new Desk(servedFrom(sample))
    const streams: Stream[] = []
    for (let i = 0; i < MAX_ARTEFACT_STREAMS; i++) {
      const peer = Math.floor(i / MAX_ARTEFACT_STREAMS_PER_PEER)
      streams.push(await desk.stream(String(peer).padStart(64, '0') as KeyId))
    }
    const ends = await Promise.all(
      [0, 99].map(async (peer) => {
        const { near, far } = await streamPair()
        await desk.server.serve(far, String(peer).padStart(64, '0') as KeyId)
        return { near, far }
      }),
    )
    expect(ends.map(({ far }) => far.status)).toEqual(['aborted', 'aborted'])
    expect(streams.every(({ status }) => status === 'open')).toBe(true)
    desk.server.stop()
    await until('all are cut', () => streams.every(({ status }) => status !== 'open'))
  })

  test.each([
    ['asks before it opens', [encodeArtefactMessage({ is: 'have' })]],
    ['opens twice', [open, open]],
    ['says what is no question', [Uint8Array.of(1, 2, 3)]],
  ])('blames a peer that %s', async (_, frames) => {
    const desk = new Desk(servedFrom(await sampleOf(1)))
    await writeFrames(await desk.stream(), frames)
    await until('the blame', () => desk.faults[0] === 'artefact-fault')
  })

  test('blames a peer for a question over the limit, not for one at it', async () => {
    const desk = new Desk(servedFrom(await sampleOf(1)))
    await writeFrames(await desk.stream(), [new Uint8Array(MAX_ARTEFACT_QUESTION_BYTES)])
    await until('no message', () => desk.faults[0] === 'artefact-fault')
    await writeFrames(await desk.stream(), [new Uint8Array(MAX_ARTEFACT_QUESTION_BYTES + 1)])
    await until('too large', () => desk.faults[1] === 'frame-too-large')
  })

  test('lets go of a peer that neither asks nor reads, and blames nobody', async () => {
    const sample = await sampleOf(8 * CHUNK_BYTES)
    const desk = new Desk(servedFrom(sample), 100)
    const near = await desk.stream()
    await writeFrames(near, [
      open,
      ...Array.from({ length: 64 }, (_, i) => encodeArtefactMessage({ is: 'chunk', index: i % 8 })),
    ])
    await until('it is cut', () => near.status !== 'open')
    expect(desk.faults).toEqual([])
    await until('the artefact is closed', () => desk.closed === 1)
  })

  test('reads nothing ahead of what the peer has taken', async () => {
    const sample = await sampleOf(8 * CHUNK_BYTES)
    let read = 0
    const { server } = new Desk(
      servedFrom(sample, {
        read: async (i) => {
          read++
          return sample.chunk(i)
        },
      }),
    )
    const { near, far } = await streamPair()
    near.pause()
    void server.serve(far, PEER)
    const ask = (i: number) => encodeArtefactMessage({ is: 'chunk', index: i % 8 })
    await writeFrames(near, [open, ...Array.from({ length: 200 }, (_, i) => ask(i))])
    await until('the window is full', () => far.writableNeedsDrain)
    expect(read).toBeLessThanOrEqual(STREAM_WINDOW_BYTES / CHUNK_BYTES)
    const reader = new FrameReader(near)
    for (let i = 0; i < 201; i++) expect(await reader.next()).toBeDefined()
    expect(read).toBe(200)
  })
})

import { encode } from 'uint8-varint'
import { Uint8ArrayList } from 'uint8arraylist'
import { afterEach, describe, expect, test } from 'vitest'
import { MAX_FRAME_BYTES } from '../../src/sync/session-types.ts'
import { bytesOf, stopAll, streamPair, textOf, until } from '../../test/support/network.ts'
import { FrameReader, writeFrames } from './frames.ts'
import { COALESCE_BYTES, READ_AHEAD_BYTES, STREAM_WINDOW_BYTES } from './limits.ts'

afterEach(stopAll)

describe('frames over a stream', () => {
  test('arrive whole and in order, and the end of the stream is seen', async () => {
    const { near, far } = await streamPair()
    const reader = new FrameReader(far)
    await writeFrames(near, [bytesOf('one'), new Uint8Array(0), bytesOf('three')])
    await near.close()
    const frames = [await reader.next(), await reader.next(), await reader.next()]
    expect(frames.map((frame) => frame && textOf(frame))).toEqual(['one', '', 'three'])
    expect(await reader.next()).toBeUndefined()
  })

  test('are not lost when the stream ended before its protocol was agreed on', async () => {
    const { near, far } = await streamPair()
    // libp2p's negotiation reads ahead, sees the end, and gives back what was not its own.
    const ahead = new Uint8ArrayList()
    const readAhead = ({ data }: { data: Uint8Array | Uint8ArrayList }) => ahead.append(data)
    far.addEventListener('message', readAhead)
    await writeFrames(near, [bytesOf('one'), bytesOf('two')])
    await near.close()
    await until('the end', () => far.readableEnded)
    far.removeEventListener('message', readAhead)
    far.push(ahead)
    const reader = new FrameReader(far)
    const frames = [await reader.next(), await reader.next()]
    expect(frames.map((frame) => frame && textOf(frame))).toEqual(['one', 'two'])
    expect(await reader.next()).toBeUndefined()
  })

  test('a slow reader gets 400 frames of 64 KiB while nobody buffers more than a little', async () => {
    const { near, far } = await streamPair()
    const frameBytes = 64 * 1024
    let made = 0
    const frames = function* () {
      for (; made < 400; made++) yield new Uint8Array(frameBytes).fill(made)
    }
    const sending = writeFrames(near, frames())
    const reader = new FrameReader(far)
    let peakBytes = 0
    for (let read = 0; read < 400; read++) {
      const frame = await reader.next()
      expect(frame?.length).toBe(frameBytes)
      expect(frame?.[0]).toBe(read & 0xff)
      // Give the sender every chance to run ahead before the next read.
      if (read % 40 === 0)
        await until(
          'a stalled sender',
          stalled(() => made),
        )
      peakBytes = Math.max(peakBytes, (made - read) * frameBytes)
    }
    await sending
    const inFlight = STREAM_WINDOW_BYTES + READ_AHEAD_BYTES + COALESCE_BYTES
    expect(peakBytes).toBeLessThan(3 * inFlight)
  })

  test('a frame of 1 MiB passes, one byte more is refused by both sides', async () => {
    const { near, far } = await streamPair()
    const reader = new FrameReader(far)
    const sending = writeFrames(near, [new Uint8Array(MAX_FRAME_BYTES)])
    expect((await reader.next())?.length).toBe(MAX_FRAME_BYTES)
    await sending
    const over = new Uint8Array(MAX_FRAME_BYTES + 1)
    await expect(writeFrames(near, [over])).rejects.toMatchObject({ code: 'frame-too-large' })
    near.send(new Uint8ArrayList(encode(over.length), over))
    await expect(reader.next()).rejects.toMatchObject({ code: 'frame-too-large' })
  })

  test('the end is seen also when it came while the reader had paused the stream', async () => {
    const { near, far } = await streamPair()
    const reader = new FrameReader(far)
    const half = new Uint8Array(MAX_FRAME_BYTES / 2)
    const written = writeFrames(near, [half, half]).then(() => near.close())
    expect((await reader.next())?.length).toBe(half.length)
    expect((await reader.next())?.length).toBe(half.length)
    await written
    await until('the peer’s end', () => far.remoteWriteStatus === 'closed')
    expect(await reader.next(AbortSignal.timeout(2000))).toBeUndefined()
  })

  test('a length prefix that never ends is refused', async () => {
    const { near, far } = await streamPair()
    const reader = new FrameReader(far)
    near.send(new Uint8Array(8).fill(0xff))
    await expect(reader.next()).rejects.toMatchObject({ code: 'frame-prefix' })
  })

  test('a stream that ends or breaks inside a frame is a cut', async () => {
    const ended = await streamPair()
    const reader = new FrameReader(ended.far)
    ended.near.send(Uint8Array.of(9, 1, 2))
    await ended.near.close()
    await expect(reader.next()).rejects.toMatchObject({ code: 'stream-cut' })
    const broken = await streamPair()
    const waiting = new FrameReader(broken.far).next()
    broken.near.abort(new TypeError('broken'))
    await expect(waiting).rejects.toMatchObject({ code: 'stream-cut' })
  })

  test('reading and writing give up when told to', async () => {
    const { near, far } = await streamPair()
    const signal = AbortSignal.timeout(100)
    await expect(new FrameReader(far).next(signal)).rejects.toMatchObject({ name: 'TimeoutError' })
    const endless = (function* () {
      for (;;) yield new Uint8Array(COALESCE_BYTES)
    })()
    far.pause()
    const writing = writeFrames(near, endless, AbortSignal.timeout(100))
    await expect(writing).rejects.toMatchObject({ name: 'TimeoutError' })
  })

  test('a writer that waits learns that the stream broke', async () => {
    const { near, far } = await streamPair()
    const endless = (function* () {
      for (;;) yield new Uint8Array(COALESCE_BYTES)
    })()
    far.pause()
    const writing = writeFrames(near, endless)
    const cut = expect(writing).rejects.toMatchObject({ code: 'stream-cut' })
    await until('a full stream', () => near.writableNeedsDrain)
    far.abort(new TypeError('gone'))
    await cut
  })

  test('small frames travel together', async () => {
    const { near, far } = await streamPair()
    let messages = 0
    far.addEventListener('message', () => messages++)
    const reader = new FrameReader(far)
    await writeFrames(
      near,
      Array.from({ length: 2000 }, () => new Uint8Array(16)),
    )
    for (let i = 0; i < 2000; i++) await reader.next()
    expect(messages).toBeLessThan(20)
  })
})

/** True once the number has stood still over some looks. */
function stalled(current: () => number): () => boolean {
  let last = -1
  let still = 0
  return () => {
    still = current() === last ? still + 1 : 0
    last = current()
    return still >= 6 || last === 400
  }
}

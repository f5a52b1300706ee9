/**
 * Varint-length-prefixed frames over a libp2p stream, with back-pressure both ways (design §2.6).
 * libp2p 3.3's own helpers lack it: their reader buffers 4 MiB and then resets the stream, and
 * `stream.onDrain()` waits only once in a stream's life.
 */
import type { Stream } from '@libp2p/interface'
import { decode, encode } from 'uint8-varint'
import { Uint8ArrayList } from 'uint8arraylist'
import { MAX_FRAME_BYTES } from '../../src/sync/session-types.ts'
import { NetworkError } from './errors.ts'
import { COALESCE_BYTES, MAX_PREFIX_BYTES, READ_AHEAD_BYTES } from './limits.ts'

/** Reads frames one by one; pauses the stream while the consumer lags. */
export class FrameReader {
  private readonly stream: Stream
  private readonly maxFrameBytes: number
  private readonly buffer = new Uint8ArrayList()
  private closed: boolean
  private error: Error | undefined
  private resuming = false
  /** Set while the consumer waits for more than is buffered. */
  private waiter: (() => void) | undefined

  /** Starts listening at once; `close` ends it. Frames over `maxFrameBytes` are refused. */
  constructor(stream: Stream, maxFrameBytes = MAX_FRAME_BYTES) {
    this.stream = stream
    this.maxFrameBytes = maxFrameBytes
    this.closed = stream.readStatus === 'closed'
    if (stream.status === 'aborted' || stream.status === 'reset') this.error = cut(stream)
    stream.addEventListener('end', this.onEnd)
    stream.addEventListener('close', this.onClose)
    stream.addEventListener('message', this.onMessage)
  }

  /** Bytes read ahead of the consumer. */
  get bufferedBytes(): number {
    return this.buffer.byteLength
  }

  /**
   * The next frame, or `undefined` when the peer ended the stream after a whole frame. Throws
   * `frame-too-large` and `frame-prefix` for a peer at fault, `stream-cut` for a lost one, and
   * the signal's reason.
   */
  async next(signal?: AbortSignal): Promise<Uint8Array | undefined> {
    for (;;) {
      signal?.throwIfAborted()
      const frame = this.take()
      if (frame) return frame
      if (this.error) throw this.error
      if (this.ended()) return this.finish()
      await this.more(signal)
    }
  }

  /** Stops listening; what is buffered is dropped. */
  close(): void {
    this.stream.removeEventListener('end', this.onEnd)
    this.stream.removeEventListener('close', this.onClose)
    this.stream.removeEventListener('message', this.onMessage)
    this.buffer.consume(this.buffer.byteLength)
  }

  private readonly onMessage = (event: { data: Uint8Array | Uint8ArrayList }): void => {
    this.buffer.append(event.data)
    this.wake()
    // A pause made inside resume() is lost: libp2p 3.3 opens the window again afterwards.
    if (!this.resuming) this.pauseIfFull()
  }

  private readonly onEnd = (): void => this.wake()

  private readonly onClose = (event: { error?: Error }): void => {
    this.closed = true
    if (event.error) this.error = new NetworkError('stream-cut', event.error.message)
    this.wake()
  }

  private take(): Uint8Array | undefined {
    const prefixBytes = this.prefixBytes()
    if (prefixBytes === undefined) return undefined
    const bytes = decode(this.buffer.subarray(0, prefixBytes))
    if (bytes > this.maxFrameBytes)
      throw new NetworkError('frame-too-large', `frame of ${bytes} > ${this.maxFrameBytes} bytes`)
    const end = prefixBytes + bytes
    if (this.buffer.byteLength < end) return undefined
    // A copy, so that a kept operation does not pin the socket's buffer.
    const frame = this.buffer.slice(prefixBytes, end)
    this.buffer.consume(end)
    return frame
  }

  /** Length of the length prefix once it is whole. */
  private prefixBytes(): number | undefined {
    const known = Math.min(this.buffer.byteLength, MAX_PREFIX_BYTES)
    for (let i = 0; i < known; i++) if ((this.buffer.get(i) & 0x80) === 0) return i + 1
    if (known < MAX_PREFIX_BYTES) return undefined
    throw new NetworkError('frame-prefix', 'length prefix of a frame does not end')
  }

  /**
   * Nothing more will come. A stream that closed while paused still holds data; one that ended
   * while paused says so once only, and never again after resume(). One that ended while its
   * protocol was agreed on gets back, and hands over later, what had been read ahead of that.
   */
  private ended(): boolean {
    const { readableEnded, readBufferLength, readStatus } = this.stream
    if (readBufferLength > 0) return false
    return readableEnded || (this.closed && readStatus !== 'paused')
  }

  private finish(): undefined {
    if (this.buffer.byteLength > 0)
      throw new NetworkError('stream-cut', 'the stream ended inside a frame')
    return undefined
  }

  private async more(signal: AbortSignal | undefined): Promise<void> {
    const woken = Promise.withResolvers<void>()
    this.waiter = woken.resolve
    signal?.addEventListener('abort', this.wake, { once: true })
    this.resume()
    if (this.ended()) this.wake()
    await woken.promise
    signal?.removeEventListener('abort', this.wake)
  }

  private readonly wake = (): void => {
    this.waiter?.()
    this.waiter = undefined
  }

  private resume(): void {
    if (this.stream.readStatus !== 'paused') return
    this.resuming = true
    try {
      this.stream.resume()
    } catch {
      // The connection went while we were paused: what was buffered has been handed over.
      this.closed = true
    } finally {
      this.resuming = false
    }
    this.pauseIfFull()
  }

  /** Never while the consumer waits: a frame may be larger than the read-ahead. */
  private pauseIfFull(): void {
    const full = this.buffer.byteLength >= READ_AHEAD_BYTES
    if (full && !this.waiter && this.stream.readStatus === 'readable') this.stream.pause()
  }
}

/**
 * Writes frames, small ones together (one send is one encrypted packet), pulling the next only
 * when the stream has taken the last. Throws `stream-cut` when the stream closes meanwhile,
 * `frame-too-large` for a frame of ours that no peer would take, and the signal's reason.
 */
export async function writeFrames(
  stream: Stream,
  frames: Iterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<void> {
  let batch = new Uint8ArrayList()
  for (const frame of frames) {
    appendFrame(batch, frame)
    if (batch.byteLength < COALESCE_BYTES) continue
    await send(stream, batch, signal)
    batch = new Uint8ArrayList()
  }
  if (batch.byteLength > 0) await send(stream, batch, signal)
}

function appendFrame(batch: Uint8ArrayList, frame: Uint8Array): void {
  if (frame.length > MAX_FRAME_BYTES)
    throw new NetworkError('frame-too-large', `own frame of ${frame.length} bytes`)
  batch.append(encode(frame.length), frame)
}

async function send(stream: Stream, batch: Uint8ArrayList, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted()
  if (stream.writeStatus !== 'writable') throw cut(stream)
  stream.send(batch)
  while (stream.writableNeedsDrain) await nextDrain(stream, signal)
}

const cut = (stream: Stream) => new NetworkError('stream-cut', `the stream is ${stream.status}`)

/** Waits for one 'drain' event: `stream.onDrain()` of libp2p 3.3 resolves at once from the second time on. */
async function nextDrain(stream: Stream, signal: AbortSignal | undefined): Promise<void> {
  const drained = Promise.withResolvers<void>()
  const onDrain = () => drained.resolve()
  const closed = () => drained.reject(new NetworkError('stream-cut', 'closed while sending'))
  const aborted = () => drained.reject(signal?.reason)
  stream.addEventListener('drain', onDrain)
  stream.addEventListener('close', closed)
  signal?.addEventListener('abort', aborted)
  try {
    if (stream.writeStatus === 'closed') closed()
    await drained.promise
  } finally {
    stream.removeEventListener('drain', onDrain)
    stream.removeEventListener('close', closed)
    signal?.removeEventListener('abort', aborted)
  }
}

/** Introductions: whoever does not know a peer's key asks it who it is (design §6.3). */
import type { Connection, Stream } from '@libp2p/interface'
import type { KeyId } from '../../src/op/ids.ts'
import { asError, NetworkError, reasonOf } from './errors.ts'
import { FrameReader, writeFrames } from './frames.ts'
import { MAX_HELLO_BYTES, MAX_HELLO_FRAMES, MAX_HELLOS } from './limits.ts'
import { keyOf } from './peer-key.ts'
import type { NetworkLogger, NetworkPort } from './port.ts'

/** The one protocol that is open to a key that is no member. */
export const helloProtocolOf = (coalition: string): string => `/folkmoot/${coalition}/hello/1`

/** Both sides send what introduces them, then end the stream. */
export class Hello {
  private readonly port: NetworkPort
  private readonly timeoutMs: number
  private readonly log: NetworkLogger
  private readonly onMember: (key: KeyId) => void
  /** How many introductions each connection had: every one costs us signatures to check. */
  private readonly had = new WeakMap<Connection, number>()

  /** `onMember` is told when an introduction made its sender a member. */
  constructor(
    port: NetworkPort,
    timeoutMs: number,
    log: NetworkLogger,
    onMember: (key: KeyId) => void,
  ) {
    this.port = port
    this.timeoutMs = timeoutMs
    this.log = log
    this.onMember = onMember
  }

  /** Asks the peer of this connection who it is. Never throws. */
  async ask(connection: Connection): Promise<void> {
    try {
      const signal = AbortSignal.timeout(this.timeoutMs)
      const protocol = helloProtocolOf(this.port.coalition)
      await this.serve(await connection.newStream(protocol, { signal }), connection)
    } catch (thrown) {
      this.log.debug({ reason: reasonOf(thrown) }, 'asking for an introduction failed')
    }
  }

  /** Introduces us to a peer that asks, and hears its own introduction. Never throws. */
  async serve(stream: Stream, connection: Connection): Promise<void> {
    const key = keyOf(connection.remotePeer)
    const had = this.had.get(connection) ?? 0
    this.had.set(connection, had + 1)
    if (had >= MAX_HELLOS)
      return stream.abort(new NetworkError('hello-too-many', 'too many introductions'))
    const signal = AbortSignal.timeout(this.timeoutMs)
    try {
      const [frames] = await Promise.all([
        readHello(stream, signal),
        this.introduce(stream, key, signal),
      ])
      if (key !== undefined) this.take(frames, key)
    } catch (thrown) {
      stream.abort(asError(thrown))
      this.log.debug({ key, reason: reasonOf(thrown) }, 'an introduction failed')
    }
  }

  private async introduce(
    stream: Stream,
    to: KeyId | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    if (to !== undefined) await writeFrames(stream, this.port.hello(to), signal)
    await stream.close({ signal })
  }

  /** A member that does not take us for one says why: our key may have been revoked elsewhere. */
  private take(frames: Uint8Array[], key: KeyId): void {
    const wasMember = this.port.isMember(key)
    if (this.port.receiveHello(frames, key) && !wasMember) this.onMember(key)
  }
}

/** All frames until the peer ends the stream; throws `hello-too-large` beyond the limits. */
async function readHello(stream: Stream, signal: AbortSignal): Promise<Uint8Array[]> {
  const reader = new FrameReader(stream, MAX_HELLO_BYTES)
  const frames: Uint8Array[] = []
  let bytes = 0
  try {
    for (;;) {
      const frame = await reader.next(signal)
      if (!frame) return frames
      bytes += frame.length
      if (bytes > MAX_HELLO_BYTES || frames.length >= MAX_HELLO_FRAMES)
        throw new NetworkError(
          'hello-too-large',
          `introduction over ${MAX_HELLO_FRAMES} frames or ${MAX_HELLO_BYTES} bytes`,
        )
      frames.push(frame)
    }
  } finally {
    reader.close()
  }
}

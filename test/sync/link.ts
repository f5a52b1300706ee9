/** A link in memory between two sync sessions: frames fly in both directions at once. */
import type { Replica } from '../../src/replica/replica.ts'
import { NONCE_BYTES } from '../../src/sync/message.ts'
import { openSession } from '../../src/sync/session.ts'
import { MAX_FRAME_BYTES, type SyncSession } from '../../src/sync/session-types.ts'

/** How a link behaves. */
export interface LinkOptions {
  /** Tells this session's nonces from those of others. */
  readonly nonce?: number
  /** The link breaks after that many frames, counted over both sides. */
  readonly cutAfter?: number
  /** Changes frames on their way. */
  readonly tamper?: (frame: Uint8Array) => Uint8Array
  /** Looks after every flight, and may end the session. */
  readonly until?: () => boolean
}

/** What a session came to. */
export interface LinkReport {
  /** Both sides came to their end. */
  readonly complete: boolean
  /** Faults that one side saw in the other. */
  readonly faults: readonly string[]
  /** Bytes sent by each side, frames only. */
  readonly bytes: readonly [number, number]
  readonly frames: number
  /** Times at which everything that could be sent without waiting was on its way. */
  readonly flights: number
  readonly largestFrameBytes: number
}

/** Most flights of one session in a test: far beyond any honest one. */
const MAX_FLIGHTS = 500

const nonceOf = (number: number, side: number): Uint8Array =>
  new Uint8Array(NONCE_BYTES).map((_, i) => (number * 31 + side * 17 + i * 7) % 256)

/** Runs one session between two replicas. Throws when a frame is too large. */
export function syncOnce(a: Replica, b: Replica, options: LinkOptions = {}): LinkReport {
  const nonce = options.nonce ?? 0
  const open = (replica: Replica, side: number): SyncSession =>
    openSession(replica, { nonce: nonceOf(nonce, side), from: `link ${1 - side}` })
  return new Link([open(a, 0), open(b, 1)], options).run()
}

class Link {
  private readonly ends: readonly [End, End]
  private readonly options: LinkOptions
  private frames = 0
  private flights = 0
  private largestFrameBytes = 0

  constructor([a, b]: readonly [SyncSession, SyncSession], options: LinkOptions) {
    this.ends = [new End(a), new End(b)]
    this.options = options
  }

  run(): LinkReport {
    const [a, b] = this.ends
    while (this.flights < MAX_FLIGHTS && !this.isOver()) {
      const toB = this.send(a)
      const toA = this.send(b)
      this.flights++
      b.receive(toB)
      a.receive(toA)
      if (this.options.until?.()) break
    }
    const { frames, flights, largestFrameBytes } = this
    const faults = this.ends.flatMap(({ fault }) => fault ?? [])
    const bytes = [a.bytes, b.bytes] as const
    return { complete: a.done && b.done, faults, bytes, frames, flights, largestFrameBytes }
  }

  private isOver(): boolean {
    const isQuiet = this.ends.every(({ waiting }) => waiting.length === 0)
    const isBroken = this.ends.some(({ fault }) => fault !== undefined)
    return isQuiet || isBroken || this.frames >= this.cutAfter
  }

  private get cutAfter(): number {
    return this.options.cutAfter ?? Number.POSITIVE_INFINITY
  }

  private send(end: End): Uint8Array[] {
    const sent: Uint8Array[] = []
    for (const frame of end.outgoing()) {
      if (this.frames >= this.cutAfter) break
      this.frames++
      this.largestFrameBytes = Math.max(this.largestFrameBytes, frame.length)
      if (frame.length > MAX_FRAME_BYTES) throw new RangeError(`a frame of ${frame.length} bytes`)
      sent.push(this.options.tamper?.(frame) ?? frame)
    }
    return sent
  }
}

class End {
  readonly waiting: Iterable<Uint8Array>[] = []
  done = false
  fault: string | undefined
  bytes = 0
  private readonly session: SyncSession

  constructor(session: SyncSession) {
    this.session = session
    this.waiting.push(session.start().send)
  }

  *outgoing(): Generator<Uint8Array> {
    for (let next = this.waiting.shift(); next; next = this.waiting.shift())
      for (const frame of next) {
        this.bytes += frame.length
        yield frame
      }
  }

  receive(frames: readonly Uint8Array[]): void {
    for (const frame of frames) {
      if (this.fault !== undefined) return
      const step = this.session.receive(frame)
      this.waiting.push(step.send)
      this.done = step.done
      if (step.fault !== undefined) this.fault = step.fault
    }
  }
}

/** Runs sessions until both have the same digests; returns how many it took. */
export function syncUntilEqual(a: Replica, b: Replica, most = 12): number {
  for (let sessions = 0; sessions <= most; sessions++) {
    if (a.digest().ops === b.digest().ops && a.digest().state === b.digest().state) return sessions
    const { faults } = syncOnce(a, b, { nonce: sessions })
    if (faults.length > 0) throw new RangeError(`honest sides see faults: ${faults.join()}`)
  }
  throw new RangeError(`not equal after ${most} sessions`)
}

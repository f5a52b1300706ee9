/**
 * How fast a member's gossip is read (design §2.6). The library reads whatever comes and keeps it
 * until it is decoded; beyond the pace a stream is not read for a while, so its sender has to wait.
 * Nothing is lost, and nobody is at fault.
 */
import type { Stream } from '@libp2p/interface'
import { GOSSIP_BURST_BYTES, GOSSIP_BYTES_PER_SECOND } from './limits.ts'
import type { TimerSet } from './timers.ts'

const BURST_MS = (1000 * GOSSIP_BURST_BYTES) / GOSSIP_BYTES_PER_SECOND

/** A pace for each member, over all of its streams (generic cell rate algorithm, ITU-T I.371). */
export class ReadingPace {
  private readonly now: () => number
  private readonly timers: Pick<TimerSet, 'after'>
  /** When what each has sent would be read at its pace, in ms. */
  private readonly readAt = new Map<string, number>()

  /** `now` in ms, by a clock that is never set back. */
  constructor(now: () => number, timers: Pick<TimerSet, 'after'>) {
    this.now = now
    this.timers = timers
  }

  /** Reads a stream no faster than its member's pace; call when the service listens to it. */
  follow(stream: Stream, member: string): void {
    stream.addEventListener('message', ({ data }) => {
      const waitMs = this.spend(member, data.byteLength)
      if (waitMs > 0) this.pause(stream, waitMs)
    })
  }

  /** Counts bytes that were read; for how long no more should be, in ms. */
  spend(member: string, bytes: number): number {
    const now = this.now()
    const before = Math.max(this.readAt.get(member) ?? 0, now)
    const after = before + (1000 * bytes) / GOSSIP_BYTES_PER_SECOND
    this.readAt.set(member, after)
    return Math.max(0, after - now - BURST_MS)
  }

  /** What a peer that has ended its side has sent is read at once: there is no more of it. */
  private pause(stream: Stream, waitMs: number): void {
    if (stream.readStatus !== 'readable' || stream.remoteWriteStatus !== 'writable') return
    stream.pause()
    this.timers.after(waitMs, () => resume(stream))
  }
}

/** The stream may have ended meanwhile, and end while what it holds is handed on. */
function resume(stream: Stream): void {
  if (stream.readStatus !== 'paused') return
  try {
    stream.resume()
  } catch (error) {
    stream.abort(error instanceof Error ? error : new Error(String(error)))
  }
}

/** Drives one pure sync session over one stream: frames in, frames out, limits on both (design §2.6). */
import type { Stream } from '@libp2p/interface'
import type { SessionStep, SyncSession } from '../../src/sync/session-types.ts'
import { MAX_SESSION_MS } from '../../src/sync/session-types.ts'
import { asError, NetworkError } from './errors.ts'
import { FrameReader, writeFrames } from './frames.ts'
import { MAX_PENDING_STEPS, VAIN_REST_FACTOR } from './limits.ts'
import type { SessionOutcome } from './port.ts'
import { TimerSet } from './timers.ts'

/** How long a session may take, in ms. */
export interface SessionTimes {
  /** In all; `MAX_SESSION_MS` unless told. */
  readonly maxMs?: number
  /** Without a frame either way. */
  readonly idleMs: number
  /** From our last frame to the peer's end of the stream. */
  readonly closeMs: number
}

/** An outcome, and what stopped a session that did not complete. */
export interface DrivenSession extends SessionOutcome {
  readonly error?: Error
}

/** Runs the session to its end; never throws. `abort` stops it at once, without fault. */
export async function driveSession(
  stream: Stream,
  session: SyncSession,
  times: SessionTimes,
  abort: AbortController,
): Promise<DrivenSession> {
  return new SessionDrive(stream, session, times, abort).run()
}

/** Faults of the framing; everything else that the reader throws is a cut. */
const FRAME_FAULTS: ReadonlySet<string> = new Set(['frame-too-large', 'frame-prefix'])

class SessionDrive {
  private readonly stream: Stream
  private readonly session: SyncSession
  private readonly times: SessionTimes
  private readonly abort: AbortController
  private readonly reader: FrameReader
  private readonly timers = new TimerSet()
  /** Steps not sent yet. Reading goes on meanwhile, or two busy senders would wait for each other. */
  private readonly steps: SessionStep[] = []
  private done = false
  private active = true
  private fault: string | undefined
  private wakeWriter: () => void = () => {}
  private wakeReader: () => void = () => {}

  constructor(stream: Stream, session: SyncSession, times: SessionTimes, abort: AbortController) {
    this.stream = stream
    this.session = session
    this.times = times
    this.abort = abort
    this.reader = new FrameReader(stream)
  }

  async run(): Promise<DrivenSession> {
    this.watchTheClock()
    try {
      this.take(this.session.start())
      await Promise.all([this.readAll(), this.writeAll()])
      await this.partWays()
      return { complete: true }
    } catch (thrown) {
      return this.fail(asError(thrown))
    } finally {
      this.timers.stop()
      this.reader.close()
    }
  }

  private watchTheClock(): void {
    const stop = (message: string) => this.abort.abort(new NetworkError('session-idle', message))
    this.timers.after(this.times.maxMs ?? MAX_SESSION_MS, () => stop('the session took too long'))
    this.timers.every(this.times.idleMs, () => {
      if (!this.active) stop('the session stalled')
      this.active = false
    })
  }

  private async readAll(): Promise<void> {
    while (!this.done) {
      const frame = await this.reader.next(this.abort.signal)
      if (!frame) throw new NetworkError('stream-cut', 'the peer left before the end')
      this.active = true
      await this.receive(frame)
      while (this.steps.length >= MAX_PENDING_STEPS) await this.aStepSent()
    }
  }

  /** What brings nothing is read ever more slowly: reading on is what bounds the peer. */
  private async receive(frame: Uint8Array): Promise<void> {
    const began = performance.now()
    const step = this.session.receive(frame)
    this.take(step)
    if (!step.isVain || this.done) return
    await this.rest(VAIN_REST_FACTOR * (performance.now() - began))
    this.active = true
  }

  private async rest(ms: number): Promise<void> {
    const over = Promise.withResolvers<void>()
    const wake = (): void => over.resolve()
    const cancel = this.timers.after(ms, wake)
    this.abort.signal.addEventListener('abort', wake, { once: true })
    await over.promise
    cancel()
    this.abort.signal.removeEventListener('abort', wake)
  }

  private take(step: SessionStep): void {
    if (step.fault !== undefined) {
      this.fault = step.fault
      throw new NetworkError('session-fault', step.fault)
    }
    this.steps.push(step)
    this.done = step.done
    this.wakeWriter()
  }

  private async aStepSent(): Promise<void> {
    const sent = Promise.withResolvers<void>()
    this.wakeReader = sent.resolve
    await sent.promise
  }

  private async writeAll(): Promise<void> {
    for (;;) {
      const step = this.steps.shift()
      if (step) await this.writeStep(step)
      else if (this.done) return
      else await this.aStepToSend()
    }
  }

  private async writeStep(step: SessionStep): Promise<void> {
    await writeFrames(this.stream, this.counted(step.send), this.abort.signal)
    this.wakeReader()
  }

  private *counted(frames: Iterable<Uint8Array>): Iterable<Uint8Array> {
    for (const frame of frames) {
      this.active = true
      yield frame
    }
  }

  private async aStepToSend(): Promise<void> {
    const woken = Promise.withResolvers<void>()
    this.wakeWriter = woken.resolve
    await woken.promise
  }

  /** Ends our side and waits for the peer's end; a peer that lingers is reset, the session stands. */
  private async partWays(): Promise<void> {
    this.timers.after(this.times.closeMs, () => this.abort.abort())
    try {
      await this.stream.close({ signal: this.abort.signal })
      if (await this.reader.next(this.abort.signal)) throw new NetworkError('stream-cut', 'more')
    } catch (thrown) {
      this.stream.abort(asError(thrown))
    }
  }

  private fail(error: Error): DrivenSession {
    // The other loop may still wait for the stream: both end with it.
    this.abort.abort(error)
    this.stream.abort(error)
    const code = error instanceof NetworkError ? error.code : ''
    const fault = this.fault ?? (FRAME_FAULTS.has(code) ? code : undefined)
    return fault === undefined ? { complete: false, error } : { complete: false, error, fault }
  }
}

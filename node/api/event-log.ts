/** The last changes as events: numbered without gaps, so that whoever comes back sees what it missed. */
import type { NodeEvent } from './node-api.ts'

/** Most events kept; older ones are gone, and the gap in the ids shows it. */
export const MAX_EVENTS = 10_000

/** An event as its source knows it. */
export type NewEvent = Omit<NodeEvent, 'id' | 'at'>

/** A bounded log of events that can be followed. */
export class EventLog {
  private readonly events: NodeEvent[] = []
  private readonly now: () => number
  private nextId: number
  private waiting = Promise.withResolvers<void>()

  /**
   * Ids count up from the start's wall clock in ms: after a restart they are beyond those of the
   * process before, so a client that resumes sees a gap and no false continuation.
   */
  constructor(now: () => number) {
    this.now = now
    this.nextId = Math.max(1, now())
  }

  /** Id of the latest event. */
  get lastId(): number {
    return this.nextId - 1
  }

  /** Adds an event and wakes the followers. */
  add(event: NewEvent): void {
    this.events.push({ id: this.nextId++, at: this.now(), ...event })
    if (this.events.length > MAX_EVENTS) this.events.shift()
    const { resolve } = this.waiting
    this.waiting = Promise.withResolvers()
    resolve()
  }

  /** Events after `since` (by default: from now on), as they happen, until the signal aborts. */
  follow(since: number | undefined, signal: AbortSignal): AsyncGenerator<NodeEvent, void, void> {
    return this.run(Math.min(since ?? this.lastId, this.lastId), signal)
  }

  private async *run(since: number, signal: AbortSignal): AsyncGenerator<NodeEvent, void, void> {
    for (let last = since; !signal.aborted; ) {
      const more = this.waiting.promise
      const events = this.events.slice(this.positionAfter(last))
      last = this.lastId
      for (const event of events) {
        if (signal.aborted) return
        yield event
      }
      if (last === this.lastId) await eitherOf(more, signal)
    }
  }

  private positionAfter(id: number): number {
    const first = this.events[0]?.id ?? this.nextId
    return Math.max(0, id + 1 - first)
  }
}

/** Waits for news or the end, and leaves nothing behind: a follower may stay for years. */
async function eitherOf(news: Promise<void>, signal: AbortSignal): Promise<void> {
  const woken = Promise.withResolvers<void>()
  const wake = (): void => woken.resolve()
  signal.addEventListener('abort', wake)
  if (signal.aborted) wake()
  try {
    await Promise.race([news, woken.promise])
  } finally {
    signal.removeEventListener('abort', wake)
  }
}

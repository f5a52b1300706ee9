/** Turns at something scarce: whoever waits is served in rounds, one of each peer at a time. */

/** A fixed number of places, handed out fairly over peers, however many requests one of them makes. */
export class Turns {
  private free: number
  private readonly waiting = new Map<string, (() => void)[]>()

  constructor(places: number) {
    this.free = places
  }

  /** Waits for a turn of this peer, acts, and passes the place on. */
  async take<T>(peer: string, act: () => Promise<T>): Promise<T> {
    await this.place(peer)
    try {
      return await act()
    } finally {
      this.pass()
    }
  }

  private async place(peer: string): Promise<void> {
    if (this.free > 0) {
      this.free--
      return
    }
    const turn = Promise.withResolvers<void>()
    this.waiting.set(peer, [...(this.waiting.get(peer) ?? []), turn.resolve])
    await turn.promise
  }

  /** To the peer that waits at the front; it goes to the back with what else it wants. */
  private pass(): void {
    const [first] = this.waiting
    if (!first) {
      this.free++
      return
    }
    const [peer, [next, ...more]] = first
    this.waiting.delete(peer)
    if (more.length > 0) this.waiting.set(peer, more)
    next?.()
  }
}

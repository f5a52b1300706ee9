/** Virtual time: what happens when, in one fixed order (by time, then by entry). */

interface Entry {
  readonly at: number
  readonly order: number
  readonly action: () => void
}

/** A queue of things to do, a binary heap; `now` jumps from one to the next. */
export class Agenda {
  /** Virtual ms since the run began. */
  now = 0
  private readonly heap: Entry[] = []
  private entered = 0

  /** Does something at a moment, at the earliest now. */
  at(moment: number, action: () => void): void {
    const entry = { at: Math.max(moment, this.now), order: this.entered++, action }
    this.heap.push(entry)
    for (let i = this.heap.length - 1; i > 0; ) {
      const parent = (i - 1) >> 1
      if (!this.swapIfLater(parent, i)) break
      i = parent
    }
  }

  /** Does something after some ms. */
  after(delayMs: number, action: () => void): void {
    this.at(this.now + delayMs, action)
  }

  /** Does the next thing, if it is due by `until`; false when nothing is. */
  step(until: number): boolean {
    const [first] = this.heap
    if (first === undefined || first.at > until) return false
    const last = this.heap.pop()
    if (last !== undefined && last !== first) {
      this.heap[0] = last
      this.sink()
    }
    this.now = first.at
    first.action()
    return true
  }

  private sink(): void {
    for (let i = 0; ; ) {
      const left = 2 * i + 1
      const right = left + 1
      const least = this.isLater(left, right) ? right : left
      if (!this.swapIfLater(i, least)) return
      i = least
    }
  }

  /** Puts the entry at `b` in the place of the one at `a` where it is due before it. */
  private swapIfLater(a: number, b: number): boolean {
    if (!this.isLater(a, b)) return false
    const [x, y] = [this.heap[a], this.heap[b]]
    if (x && y) {
      this.heap[a] = y
      this.heap[b] = x
    }
    return true
  }

  private isLater(a: number, b: number): boolean {
    const [x, y] = [this.heap[a], this.heap[b]]
    if (!x || !y) return false
    return x.at > y.at || (x.at === y.at && x.order > y.order)
  }
}

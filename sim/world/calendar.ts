/**
 * What happens when: events in the total order of (time, sequence), a calendar queue on typed
 * arrays. Near events lie in a ring of buckets of about a millisecond, the current bucket in a small
 * heap, far ones in a large heap. Nothing is allocated for an event.
 *
 *   current ─ heap │ ring: 16,384 buckets of 1,024 µs │ far: heap
 */

/** Width of a bucket, in µs. */
const BUCKET_US = 1024
/** Buckets of the ring; a power of two. */
const RING = 16_384
/** Events that there is room for at first. */
const FIRST_CAPACITY = 4096
const NONE = -1
/** Bits of a code that say the kind. */
const KIND_BITS = 6

/** A kind of event and whom it happens to, in one word: up to 64 kinds and 2²⁵ − 1 of these. */
export const codeOf = (kind: number, whom: number): number => (whom << KIND_BITS) | kind
/** The kind of a code. */
export const kindOf = (code: number): number => code & ((1 << KIND_BITS) - 1)
/** Whom the event of a code happens to. */
export const whomOf = (code: number): number => code >> KIND_BITS

/** Events by time; what an event means is up to `code`, `b`, `c`. */
export class Calendar {
  /** The event that `pop` took: its time in µs and what it says. */
  at = 0
  code = 0
  b = 0
  c = 0
  /** Events that wait. */
  size = 0
  private times = new Float64Array(FIRST_CAPACITY)
  private sequences = new Float64Array(FIRST_CAPACITY)
  private data = new Int32Array(3 * FIRST_CAPACITY)
  private next = new Int32Array(FIRST_CAPACITY)
  private free = NONE
  private used = 0
  private sequence = 0
  private current = 0
  private inRing = 0
  private readonly ring = new Int32Array(RING).fill(NONE)
  private readonly near = new IndexHeap((x, y) => this.isBefore(x, y))
  private readonly far = new IndexHeap((x, y) => this.isBefore(x, y))

  /** Puts an event at a time in µs, at the earliest now. */
  push(at: number, code: number, b = 0, c = 0): void {
    const index = this.take()
    this.times[index] = Math.max(at, this.at)
    this.sequences[index] = this.sequence++
    const base = 3 * index
    this.data[base] = code
    this.data[base + 1] = b
    this.data[base + 2] = c
    this.size++
    this.place(index)
  }

  /** Takes the next event into `at`, `code`, `b`, `c`, if there is one until then. */
  pop(until: number): boolean {
    while (this.near.length === 0) if (!this.advance()) return false
    const first = this.near.top
    const at = this.times[first] as number
    if (at > until) return false
    this.near.pop()
    this.size--
    this.at = at
    const base = 3 * first
    this.code = this.data[base] as number
    this.b = this.data[base + 1] as number
    this.c = this.data[base + 2] as number
    this.next[first] = this.free
    this.free = first
    return true
  }

  /** Lets time pass to a moment at which nothing happens. */
  moveTo(at: number): void {
    if (at > this.at) this.at = at
  }

  private place(index: number): void {
    const bucket = Math.floor((this.times[index] as number) / BUCKET_US)
    if (bucket <= this.current) this.near.push(index)
    else if (bucket >= this.current + RING) this.far.push(index)
    else {
      const slot = bucket & (RING - 1)
      this.next[index] = this.ring[slot] as number
      this.ring[slot] = index
      this.inRing++
    }
  }

  /** Goes on to the next bucket with events; false when there is none. */
  private advance(): boolean {
    if (this.inRing > 0) {
      let slot = (this.current + 1) & (RING - 1)
      let steps = 1
      while (this.ring[slot] === NONE) {
        slot = (slot + 1) & (RING - 1)
        steps++
      }
      this.enter(this.current + steps)
      return true
    }
    if (this.far.length === 0) return false
    this.enter(Math.floor((this.times[this.far.top] as number) / BUCKET_US))
    return true
  }

  private enter(bucket: number): void {
    this.current = bucket
    const slot = bucket & (RING - 1)
    let index = this.ring[slot] as number
    this.ring[slot] = NONE
    while (index !== NONE) {
      const following = this.next[index] as number
      this.near.push(index)
      this.inRing--
      index = following
    }
    // What was far is near enough now for the ring; the order within a bucket is the heap's matter.
    const end = (bucket + RING) * BUCKET_US
    while (this.far.length > 0 && (this.times[this.far.top] as number) < end)
      this.place(this.far.pop())
  }

  private isBefore(x: number, y: number): boolean {
    const first = this.times[x] as number
    const second = this.times[y] as number
    if (first !== second) return first < second
    return (this.sequences[x] as number) < (this.sequences[y] as number)
  }

  private take(): number {
    if (this.free !== NONE) {
      const index = this.free
      this.free = this.next[index] as number
      return index
    }
    if (this.used === this.times.length) this.grow()
    return this.used++
  }

  private grow(): void {
    const capacity = 2 * this.times.length
    const times = new Float64Array(capacity)
    times.set(this.times)
    this.times = times
    const sequences = new Float64Array(capacity)
    sequences.set(this.sequences)
    this.sequences = sequences
    const data = new Int32Array(3 * capacity)
    data.set(this.data)
    this.data = data
    const next = new Int32Array(capacity)
    next.set(this.next)
    this.next = next
  }
}

/** A binary heap of indices. */
class IndexHeap {
  length = 0
  private items = new Int32Array(256)
  private readonly isBefore: (x: number, y: number) => boolean

  constructor(isBefore: (x: number, y: number) => boolean) {
    this.isBefore = isBefore
  }

  get top(): number {
    return this.items[0] as number
  }

  push(index: number): void {
    if (this.length === this.items.length) {
      const grown = new Int32Array(2 * this.length)
      grown.set(this.items)
      this.items = grown
    }
    let at = this.length++
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = this.items[parent] as number
      if (!this.isBefore(index, above)) break
      this.items[at] = above
      at = parent
    }
    this.items[at] = index
  }

  pop(): number {
    const first = this.items[0] as number
    const last = this.items[--this.length] as number
    if (this.length > 0) this.sink(last)
    return first
  }

  private sink(index: number): void {
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= this.length) break
      const right = child + 1
      if (
        right < this.length &&
        this.isBefore(this.items[right] as number, this.items[child] as number)
      )
        child = right
      const below = this.items[child] as number
      if (!this.isBefore(below, index)) break
      this.items[at] = below
      at = child
    }
    this.items[at] = index
  }
}

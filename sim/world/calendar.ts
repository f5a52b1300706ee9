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
/** Events that a heap has room for at first. */
const FIRST_HEAP = 256
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
  private readonly near = new EventHeap()
  private readonly far = new EventHeap()

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
    const at = this.near.time
    if (at > until) return false
    const first = this.near.pop()
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
    if (bucket <= this.current) this.pushTo(this.near, index)
    else if (bucket >= this.current + RING) this.pushTo(this.far, index)
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
    this.enter(Math.floor(this.far.time / BUCKET_US))
    return true
  }

  private enter(bucket: number): void {
    this.current = bucket
    const slot = bucket & (RING - 1)
    let index = this.ring[slot] as number
    this.ring[slot] = NONE
    while (index !== NONE) {
      const following = this.next[index] as number
      this.pushTo(this.near, index)
      this.inRing--
      index = following
    }
    // What was far is near enough now for the ring; the order within a bucket is the heap's matter.
    const end = (bucket + RING) * BUCKET_US
    while (this.far.length > 0 && this.far.time < end) this.place(this.far.pop())
  }

  private pushTo(heap: EventHeap, index: number): void {
    heap.push(index, this.times[index] as number, this.sequences[index] as number)
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
    this.times = doubledFloats(this.times)
    this.sequences = doubledFloats(this.sequences)
    this.data = doubledIntegers(this.data)
    this.next = doubledIntegers(this.next)
  }
}

/** A binary heap of events by (time, sequence), which it keeps beside their indices. */
class EventHeap {
  length = 0
  private items = new Int32Array(FIRST_HEAP)
  private times = new Float64Array(FIRST_HEAP)
  private sequences = new Float64Array(FIRST_HEAP)

  /** The time of the first one. */
  get time(): number {
    return this.times[0] as number
  }

  push(index: number, time: number, sequence: number): void {
    if (this.length === this.items.length) this.grow()
    let at = this.length++
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!this.isAfter(parent, time, sequence)) break
      this.move(parent, at)
      at = parent
    }
    this.put(at, index, time, sequence)
  }

  /** Takes the first one out. */
  pop(): number {
    const first = this.items[0] as number
    const last = --this.length
    if (last > 0) this.sink(last)
    return first
  }

  /** The event at a place, which is free now, goes where it belongs below the top. */
  private sink(from: number): void {
    const time = this.times[from] as number
    const sequence = this.sequences[from] as number
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= this.length) break
      const right = child + 1
      if (right < this.length && this.isRightFirst(child, right)) child = right
      if (this.isAfter(child, time, sequence)) break
      this.move(child, at)
      at = child
    }
    this.put(at, this.items[from] as number, time, sequence)
  }

  private isRightFirst(left: number, right: number): boolean {
    return this.isAfter(left, this.times[right] as number, this.sequences[right] as number)
  }

  /** The event at a place comes after one of that time and sequence. */
  private isAfter(at: number, time: number, sequence: number): boolean {
    const own = this.times[at] as number
    return own > time || (own === time && (this.sequences[at] as number) > sequence)
  }

  private move(from: number, to: number): void {
    this.items[to] = this.items[from] as number
    this.times[to] = this.times[from] as number
    this.sequences[to] = this.sequences[from] as number
  }

  private put(at: number, index: number, time: number, sequence: number): void {
    this.items[at] = index
    this.times[at] = time
    this.sequences[at] = sequence
  }

  private grow(): void {
    this.items = doubledIntegers(this.items)
    this.times = doubledFloats(this.times)
    this.sequences = doubledFloats(this.sequences)
  }
}

/** The same entries, and room for as many more. */
function doubledFloats(old: Float64Array): Float64Array<ArrayBuffer> {
  const doubled = new Float64Array(2 * old.length)
  doubled.set(old)
  return doubled
}

function doubledIntegers(old: Int32Array): Int32Array<ArrayBuffer> {
  const doubled = new Int32Array(2 * old.length)
  doubled.set(old)
  return doubled
}

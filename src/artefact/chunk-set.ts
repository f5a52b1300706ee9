/** Which chunks of an artefact somebody holds: a set of small numbers as bits. */

/** A set of chunk numbers below `size`. */
export class ChunkSet {
  readonly size: number
  private readonly bits: Uint8Array
  private members = 0

  constructor(size: number) {
    this.size = size
    this.bits = new Uint8Array(Math.ceil(size / 8))
  }

  /** All chunks. */
  static full(size: number): ChunkSet {
    const set = new ChunkSet(size)
    for (let i = 0; i < size; i++) set.add(i)
    return set
  }

  /** Reads what `encode` wrote; `undefined` for another size, or bits beyond it. */
  static decode(bytes: Uint8Array, size: number): ChunkSet | undefined {
    const set = new ChunkSet(size)
    if (bytes.length !== set.bits.length) return undefined
    for (let i = 0; i < bytes.length * 8; i++) {
      if (((bytes[i >> 3] ?? 0) & (1 << (i & 7))) === 0) continue
      if (i >= size) return undefined
      set.add(i)
    }
    return set
  }

  /** How many there are. */
  get count(): number {
    return this.members
  }

  /** True when none is missing. */
  get isFull(): boolean {
    return this.members === this.size
  }

  /** True for a chunk that is in the set. */
  has(index: number): boolean {
    return ((this.bits[index >> 3] ?? 0) & (1 << (index & 7))) !== 0
  }

  /** Puts a chunk in; numbers out of range are passed over. */
  add(index: number): void {
    if (index < 0 || index >= this.size || this.has(index)) return
    this.bits[index >> 3] = (this.bits[index >> 3] ?? 0) | (1 << (index & 7))
    this.members++
  }

  /** Takes a chunk out. */
  delete(index: number): void {
    if (!this.has(index)) return
    this.bits[index >> 3] = (this.bits[index >> 3] ?? 0) & ~(1 << (index & 7))
    this.members--
  }

  /** A copy that later changes do not touch. */
  copy(): ChunkSet {
    const set = new ChunkSet(this.size)
    set.bits.set(this.bits)
    set.members = this.members
    return set
  }

  /** One bit a chunk, lowest first. */
  encode(): Uint8Array {
    return this.bits.slice()
  }
}

/**
 * Randomness of a run: one seed, and from it a stream for every purpose and every node, split by
 * name. A stream's numbers follow from its name alone, so one more node or fault reshuffles nothing.
 */

/** What 32-bit words are scaled by. */
const WORDS = 4_294_967_296

/** A stream of random numbers (sfc32), and the root of further ones. */
export class Stream {
  private readonly key: readonly [number, number]
  private a: number
  private b: number
  private c: number
  private counter = 1

  private constructor(key: readonly [number, number]) {
    this.key = key
    this.a = key[0]
    this.b = key[1]
    this.c = 0x9e3779b9
    for (let i = 0; i < 12; i++) this.word()
  }

  /** The stream of a seed, any safe integer. */
  static of(seed: number): Stream {
    return new Stream(hashText(`seed ${seed}`, [0x811c9dc5, 0x1b873593]))
  }

  /** The stream of a name below this one; the same however much was drawn from either. */
  split(name: string | number): Stream {
    return new Stream(hashText(`/${name}`, this.key))
  }

  /** 32 random bits, unsigned. */
  word(): number {
    const t = (((this.a + this.b) | 0) + this.counter) | 0
    this.counter = (this.counter + 1) | 0
    this.a = this.b ^ (this.b >>> 9)
    this.b = (this.c + (this.c << 3)) | 0
    this.c = ((this.c << 21) | (this.c >>> 11)) + t
    this.c |= 0
    return t >>> 0
  }

  /** At least 0, below 1, with 53 random bits. */
  next(): number {
    return ((this.word() >>> 5) * 67_108_864 + (this.word() >>> 6)) / 9_007_199_254_740_992
  }

  /** True with a probability. */
  chance(probability: number): boolean {
    return this.next() < probability
  }

  /** A whole number from `least` to `most`, both included; at most 2³² of them. */
  int(least: number, most: number): number {
    return least + Math.floor((this.word() / WORDS) * (most - least + 1))
  }

  /** One of a list; undefined of none. */
  pick<T>(list: readonly T[]): T | undefined {
    return list.length === 0 ? undefined : list[this.int(0, list.length - 1)]
  }

  /** The list in a random order. */
  shuffled<T>(list: readonly T[]): T[] {
    const out = [...list]
    for (let i = out.length - 1; i > 0; i--) {
      const j = this.int(0, i)
      const [x, y] = [out[i] as T, out[j] as T]
      out[i] = y
      out[j] = x
    }
    return out
  }

  /** Random bytes. */
  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.word() & 255)
  }
}

/** Two words from a text and two words: multiply and rotate, as murmur3 does. */
function hashText(text: string, from: readonly [number, number]): readonly [number, number] {
  let [x, y] = from
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    x = Math.imul(x ^ code, 0x85ebca6b)
    x = (x << 13) | (x >>> 19)
    y = Math.imul(y ^ code ^ x, 0xc2b2ae35)
    y = (y << 15) | (y >>> 17)
  }
  return [mixWord(x ^ text.length), mixWord(y ^ x)]
}

/** Spreads every bit of a word over all of it (the end of murmur3). */
export function mixWord(word: number): number {
  let h = word | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

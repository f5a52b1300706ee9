/** The hash of a trace: 64 bits over every event of a run in order, cheap enough to be always on. */
import { mixWord } from '../random/stream.ts'

/** Takes in whole numbers and texts; the same ones in the same order give the same hash. */
export class TraceHash {
  private x = 0x243f6a88
  private y = 0x85a308d3

  /** Takes in a 32-bit word. */
  word(word: number): void {
    const x = Math.imul(this.x ^ word, 0xcc9e2d51)
    this.x = (x << 15) | (x >>> 17)
    const y = Math.imul(this.y + word, 0x1b873593) ^ this.x
    this.y = (y << 13) | (y >>> 19)
  }

  /** Takes in a whole number of up to 53 bits. */
  number(value: number): void {
    this.word(value | 0)
    this.word(Math.floor(value / 4_294_967_296) | 0)
  }

  /** Takes in a text. */
  text(text: string): void {
    for (let i = 0; i < text.length; i++) this.word(text.charCodeAt(i))
    this.word(text.length)
  }

  /** The hash so far, as 16 hex digits. */
  get hex(): string {
    const half = (word: number): string => mixWord(word).toString(16).padStart(8, '0')
    return half(this.x ^ Math.imul(this.y, 0x9e3779b1)) + half(this.y)
  }
}

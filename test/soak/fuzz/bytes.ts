/** Byte strings with something wrong about them: flips, cuts, splices, lengths that lie. */
import type { Dice } from '../../convergence/moot.ts'

/** Heads of CBOR items that promise much or mean nothing: lengths without end, tags, floats. */
const HEADS = [
  0x1b, 0x3b, 0x5b, 0x5f, 0x7b, 0x7f, 0x9b, 0x9f, 0xbb, 0xbf, 0xd8, 0xf7, 0xf9, 0xfb, 0xff,
]
const LENGTHS = [
  [0xff, 0xff, 0xff, 0xff],
  [0x7f, 0xff, 0xff, 0xff],
  [0, 0, 0, 0],
  [0xff, 0xff, 0xff, 0xff, 0x0f],
]

/** Bytes with one or a few things wrong. */
export function mangledBytes(bytes: Uint8Array, dice: Dice, other: Uint8Array): Uint8Array {
  let changed = bytes
  for (let i = dice.int(1, 3); i > 0; i--) changed = changedOnce(changed, dice, other)
  return changed
}

function changedOnce(bytes: Uint8Array, dice: Dice, other: Uint8Array): Uint8Array {
  const at = dice.int(0, Math.max(0, bytes.length - 1))
  const way = dice.int(0, 9)
  if (bytes.length === 0 || way === 0) return joined(bytes, Uint8Array.of(dice.int(0, 255)))
  if (way <= 3) return withByte(bytes, at, (bytes[at] ?? 0) ^ (1 << dice.int(0, 7)))
  if (way === 4) return withByte(bytes, at, dice.pick(HEADS))
  if (way === 5) return bytes.slice(0, at)
  if (way === 6) return joined(bytes.slice(0, at), bytes.slice(at + dice.int(1, 9)))
  if (way === 7) return joined(bytes.slice(0, at), other.slice(dice.int(0, other.length)))
  const [length] = dice.some(LENGTHS, 1)
  const inserted = Uint8Array.from(length ?? [dice.pick(HEADS), 0xff, 0xff, 0xff, 0xff])
  return joined(
    joined(bytes.slice(0, at), inserted),
    bytes.slice(at + (way === 8 ? inserted.length : 0)),
  )
}

function withByte(bytes: Uint8Array, at: number, byte: number): Uint8Array {
  const copy = bytes.slice()
  copy[at] = byte
  return copy
}

const joined = (a: Uint8Array, b: Uint8Array): Uint8Array => {
  const whole = new Uint8Array(a.length + b.length)
  whole.set(a)
  whole.set(b, a.length)
  return whole
}

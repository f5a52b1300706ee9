/**
 * The sorted CIDs of a million operations as one text, without a million strings: digests are sorted by
 * a number that orders as their spelling does, and spelled in that order.
 */
import { digestInto, spellCid } from '../../op/cid.ts'
import { isCounted } from '../held.ts'
import type { OpIndex } from '../op-index.ts'
import { DIGEST_BYTES, DROPPED, STANDING_BITS, STANDINGS } from './columns.ts'

/** Characters of a CID. */
const CID_LENGTH = 59
/** Bits of a digest that its sorting number begins with; the rest is the digest's place. */
const SORTED_BITS = 28
const PLACES = 2 ** (53 - SORTED_BITS)
const SUPPORT = STANDINGS.indexOf('support')
const NEWLINE = 0x0a

/** The counted operations of an index: their CIDs in order, a line each, and how many they are. */
export function countedCids(index: OpIndex): { readonly text: Uint8Array; readonly count: number } {
  const digests = countedDigests(index)
  const count = digests.length / DIGEST_BYTES
  const text = new Uint8Array(Math.max(0, count * (CID_LENGTH + 1) - 1)).fill(NEWLINE)
  let at = 0
  for (const place of sorted(digests, count)) {
    spellCid(digests, place * DIGEST_BYTES, text, at)
    at += CID_LENGTH + 1
  }
  return { text, count }
}

function countedDigests(index: OpIndex): Uint8Array {
  const { archive } = index
  const digests = new Uint8Array(index.size * DIGEST_BYTES)
  let at = 0
  const { flags, digests: rows } = archive?.columns ?? { flags: NO_BYTES, digests: NO_BYTES }
  for (let row = 0; row < flags.length; row++) {
    const its = flags[row] ?? 0
    if ((its & STANDING_BITS) === SUPPORT || its & DROPPED) continue
    for (let i = 0; i < DIGEST_BYTES; i++) digests[at + i] = rows[row * DIGEST_BYTES + i] ?? 0
    at += DIGEST_BYTES
  }
  for (const held of index.lately()) {
    if (!isCounted(held)) continue
    digestInto(held.op.cid, digests, at)
    at += DIGEST_BYTES
  }
  return digests.subarray(0, at)
}

const NO_BYTES = new Uint8Array(0)

/** The places of digests in the order of their spelling. */
function* sorted(digests: Uint8Array, count: number): Generator<number, void, void> {
  const numbers = new Float64Array(count)
  for (let place = 0; place < count; place++)
    numbers[place] = orderOf(digests, place * DIGEST_BYTES) * PLACES + place
  numbers.sort()
  for (let from = 0; from < count; ) {
    const order = Math.floor((numbers[from] ?? 0) / PLACES)
    let to = from + 1
    while (to < count && Math.floor((numbers[to] ?? 0) / PLACES) === order) to++
    const places = Array.from(numbers.subarray(from, to), (number) => number % PLACES)
    yield* places.length === 1 ? places : bySpelling(places, digests)
    from = to
  }
}

/**
 * The first bits of a digest as a number that orders as its spelling: three bits in the digit that it
 * shares with the prefix, then five a digit. Of the digits `2` to `7`, the last in value, sort first.
 */
function orderOf(digests: Uint8Array, at: number): number {
  let order = (digests[at] ?? 0) >> 5
  for (let bit = 3; bit < SORTED_BITS; bit += 5) {
    const byte = at + (bit >> 3)
    const two = ((digests[byte] ?? 0) << 8) | (digests[byte + 1] ?? 0)
    const digit = (two >> (11 - (bit & 7))) & 31
    order = order * 32 + ((digit + 6) & 31)
  }
  return order
}

/** Those few that begin alike. */
function bySpelling(places: readonly number[], digests: Uint8Array): number[] {
  const spelled = places.map((place) => {
    const text = new Uint8Array(CID_LENGTH)
    spellCid(digests, place * DIGEST_BYTES, text, 0)
    return { place, text: String.fromCharCode(...text) }
  })
  return spelled.sort((a, b) => (a.text < b.text ? -1 : 1)).map(({ place }) => place)
}

/**
 * An image of a replica as bytes: what chains, counting and ballots had come to, so that opening a
 * store of a million operations reads the image and what came after it. A convenience of one node:
 * never sent, and thrown away whenever anything about it does not fit.
 *
 *   digest of all that follows ‖ length of the header ‖ header as JSON ‖ columns, eight-byte aligned
 */
import type { Columns } from '../../chain/archive/columns.ts'
import type { LedgerHeader, LedgerImage } from '../../chain/archive/ledger-image.ts'
import type { Sha256 } from '../../op/cid.ts'
import type { CoalitionId, OpCid } from '../../op/ids.ts'
import type { RestFacts } from './facts.ts'

/** Raise it when what an image holds changes its meaning. */
export const IMAGE_FORMAT = 1
const DIGEST_BYTES = 32
const ALIGNMENT = 8
/** Read back as another number by a machine of the other byte order. */
const ORDER_MARK = 0x0102_0304

/** Everything that an image holds. */
export interface ReplicaImage {
  readonly coalition: CoalitionId
  /** Of the rules by which it was counted: by others it would be another. */
  readonly rules: string
  readonly ledger: LedgerImage
  /** Ballots at rest, as the index numbers them. */
  readonly facts: readonly RestFacts[]
  /** The charters in line by which they were counted. */
  readonly line: readonly OpCid[]
}

const COLUMNS = {
  digests: Uint8Array,
  seenAt: Float64Array,
  sizes: Uint32Array,
  flags: Uint8Array,
  typeOf: Uint16Array,
  refStarts: Uint32Array,
  refs: Uint32Array,
  subjects: Uint32Array,
} as const
type ColumnName = keyof typeof COLUMNS
const NAMES = Object.keys(COLUMNS) as ColumnName[]

interface Header {
  readonly format: number
  readonly coalition: CoalitionId
  readonly rules: string
  readonly ledger: LedgerHeader
  readonly facts: readonly RestFacts[]
  readonly line: readonly OpCid[]
  readonly index: Pick<Columns, 'spans' | 'types' | 'outside'>
  /** How many entries each column has. */
  readonly lengths: Readonly<Record<ColumnName, number>>
}

/** How many operations an image holds. */
export const operationsOf = ({ ledger }: ReplicaImage): number =>
  ledger.columns.sizes.length + ledger.strays.length

/** An image as bytes. */
export function encodeImage(image: ReplicaImage, hash: Sha256): Uint8Array {
  const { columns, ...ledger } = image.ledger
  const { spans, types, outside } = columns
  const { coalition, rules, facts, line } = image
  const header: Header = {
    format: IMAGE_FORMAT,
    ...{ coalition, rules, facts, line, ledger },
    index: { spans, types, outside },
    lengths: lengthsOf(columns),
  }
  const text = new TextEncoder().encode(JSON.stringify(header))
  const start = aligned(DIGEST_BYTES + 8 + text.length)
  const size = NAMES.reduce((at, name) => aligned(at + columns[name].byteLength), start)
  const bytes = new Uint8Array(size)
  const view = new DataView(bytes.buffer)
  new Uint32Array(bytes.buffer, DIGEST_BYTES, 1)[0] = ORDER_MARK
  view.setUint32(DIGEST_BYTES + 4, text.length)
  bytes.set(text, DIGEST_BYTES + 8)
  let at = start
  for (const name of NAMES) {
    const { buffer, byteOffset, byteLength } = columns[name]
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at)
    at = aligned(at + byteLength)
  }
  bytes.set(hash(bytes.subarray(DIGEST_BYTES)))
  return bytes
}

/** Reads an image of a coalition by these rules; undefined for anything else, damaged or not. */
export function decodeImage(
  given: Uint8Array,
  { coalition, rules, hash }: { coalition: CoalitionId; rules: string; hash: Sha256 },
): ReplicaImage | undefined {
  const bytes = given.byteOffset % ALIGNMENT === 0 ? given : new Uint8Array(given)
  if (bytes.length < DIGEST_BYTES + 8) return undefined
  const digest = hash(bytes.subarray(DIGEST_BYTES))
  if (digest.some((byte, i) => byte !== bytes[i])) return undefined
  const { byteOffset } = bytes
  const buffer = bytes.buffer as ArrayBuffer
  if (new Uint32Array(buffer, byteOffset + DIGEST_BYTES, 1)[0] !== ORDER_MARK) return undefined
  const length = new DataView(buffer, byteOffset).getUint32(DIGEST_BYTES + 4)
  const text = new TextDecoder().decode(bytes.subarray(DIGEST_BYTES + 8, DIGEST_BYTES + 8 + length))
  const header: Header = JSON.parse(text)
  if (header.format !== IMAGE_FORMAT || header.rules !== rules || header.coalition !== coalition)
    return undefined
  const start = byteOffset + aligned(DIGEST_BYTES + 8 + length)
  const columns: Columns = { ...header.index, ...readColumns(buffer, start, header.lengths) }
  const { facts, line } = header
  return { coalition, rules, facts, line, ledger: { ...header.ledger, columns } }
}

function readColumns(
  buffer: ArrayBuffer,
  start: number,
  lengths: Header['lengths'],
): Pick<Columns, ColumnName> {
  let at = start
  const next = <Name extends ColumnName>(name: Name): InstanceType<(typeof COLUMNS)[Name]> => {
    const column = new COLUMNS[name](buffer, at, lengths[name])
    at = aligned(at + column.byteLength)
    return column as InstanceType<(typeof COLUMNS)[Name]>
  }
  return {
    digests: next('digests'),
    seenAt: next('seenAt'),
    sizes: next('sizes'),
    flags: next('flags'),
    typeOf: next('typeOf'),
    refStarts: next('refStarts'),
    refs: next('refs'),
    subjects: next('subjects'),
  }
}

function lengthsOf(columns: Columns): Header['lengths'] {
  const { digests, seenAt, sizes, flags, typeOf, refStarts, refs, subjects } = columns
  return {
    digests: digests.length,
    seenAt: seenAt.length,
    sizes: sizes.length,
    flags: flags.length,
    typeOf: typeOf.length,
    refStarts: refStarts.length,
    refs: refs.length,
    subjects: subjects.length,
  }
}

const aligned = (at: number): number => Math.ceil(at / ALIGNMENT) * ALIGNMENT

/** Makes an index of what a ledger holds: rows by chain, then seq, of every gap-free chain. */
import { digestInto } from '../../op/cid.ts'
import type { OpCid } from '../../op/ids.ts'
import type { Chain, Held } from '../held.ts'
import { type Archive, ArchivedHeld } from './archive.ts'
import {
  COMPLETE,
  type Columns,
  DIGEST_BYTES,
  NAMES_ROOTS,
  OTHER_TYPE,
  OUTSIDE,
  rowsOf,
  SIGNED,
  type Span,
  STANDINGS,
} from './columns.ts'
import { DigestTable } from './digest-table.ts'

/** Rows between two turns of others. */
const ROWS_A_STEP = 1_000
/** No row. */
const GONE = 0xffff_ffff

/** Work that gives `T` in the end and lets others have their turn on the way. */
export type Turns<T> = Generator<undefined, T, void>

/** Reads the columns of what chains hold now; what they get meanwhile is left out. */
export function* archived(chains: Iterable<Chain>, before?: Archive): Turns<Columns> {
  const archiving = new Archiving(chains, before)
  yield* archiving.fill()
  yield* archiving.link()
  return archiving.columns()
}

class Archiving {
  private readonly parts: readonly { readonly span: Span; readonly main: readonly Held[] }[]
  private readonly rows: number
  private readonly before: Archive | undefined
  private readonly digests: Uint8Array
  private readonly seenAt: Float64Array
  private readonly sizes: Uint32Array
  private readonly flags: Uint8Array
  private readonly typeOf: Uint16Array
  private readonly refStarts: Uint32Array
  private refs = new Uint32Array(0)
  private readonly types = new Map<string, number>()
  private readonly outside = new Map<OpCid, number>()
  /** Where each row of the index before is now. */
  private readonly moved: Uint32Array

  constructor(chains: Iterable<Chain>, before: Archive | undefined) {
    let start = 0
    this.parts = [...chains].flatMap(({ key, main }) => {
      const span = { key, start, length: main.length }
      start += main.length
      return span.length === 0 ? [] : [{ span, main }]
    })
    this.rows = start
    this.before = before
    this.digests = new Uint8Array(start * DIGEST_BYTES)
    this.seenAt = new Float64Array(start)
    this.sizes = new Uint32Array(start)
    this.flags = new Uint8Array(start)
    this.typeOf = new Uint16Array(start)
    this.refStarts = new Uint32Array(start + 1)
    this.moved = new Uint32Array(before ? rowsOf(before.columns) : 0).fill(GONE)
  }

  /** Everything but references. */
  *fill(): Turns<void> {
    let refs = 0
    for (const [row, held] of this.each()) {
      this.refStarts[row] = refs
      refs += held instanceof ArchivedHeld ? this.copy(row, held) : this.write(row, held)
      if (row % ROWS_A_STEP === 0) yield
    }
    this.refStarts[this.rows] = refs
    this.refs = new Uint32Array(refs)
  }

  /** References, each as the row that it leads to. */
  *link(): Turns<void> {
    const table = new DigestTable(this.digests, this.rows)
    yield
    for (const [row, held] of this.each()) {
      if (held instanceof ArchivedHeld) this.relink(row, held, table)
      else
        held.op.refs.forEach((cid, i) => {
          this.refs[(this.refStarts[row] ?? 0) + i] = this.placeOf(cid, table)
        })
      if (row % ROWS_A_STEP === 0) yield
    }
  }

  columns(): Columns {
    const { digests, seenAt, sizes, flags, typeOf, refStarts, refs } = this
    return {
      spans: this.parts.map(({ span }) => span),
      types: [...this.types.keys()],
      outside: [...this.outside.keys()],
      ...{ digests, seenAt, sizes, flags, typeOf, refStarts, refs },
      subjects: new Uint32Array(this.rows),
    }
  }

  private *each(): Generator<readonly [number, Held], void, void> {
    for (const { span, main } of this.parts)
      for (let seq = 0; seq < span.length; seq++) {
        const held = main[seq]
        if (held) yield [span.start + seq, held]
      }
  }

  private write(row: number, held: Held): number {
    const { op, seenAt, sizeBytes, standing, complete, signed, roots } = held
    digestInto(op.cid, this.digests, row * DIGEST_BYTES)
    this.seenAt[row] = seenAt
    this.sizes[row] = sizeBytes
    this.flags[row] =
      STANDINGS.indexOf(standing) |
      (complete ? COMPLETE : 0) |
      (signed ? SIGNED : 0) |
      (roots.length > 0 ? NAMES_ROOTS : 0)
    this.typeOf[row] = this.placeOfType(op.type)
    return op.refs.length
  }

  private copy(row: number, { archive, row: from }: ArchivedHeld): number {
    const { digests, seenAt, sizes, flags, refStarts, typeOf } = archive.columns
    const at = from * DIGEST_BYTES
    this.digests.set(digests.subarray(at, at + DIGEST_BYTES), row * DIGEST_BYTES)
    this.seenAt[row] = seenAt[from] ?? 0
    this.sizes[row] = sizes[from] ?? 0
    this.flags[row] = flags[from] ?? 0
    this.typeOf[row] =
      typeOf[from] === OTHER_TYPE ? OTHER_TYPE : this.placeOfType(archive.typeAt(from))
    if (archive === this.before) this.moved[from] = row
    return (refStarts[from + 1] ?? 0) - (refStarts[from] ?? 0)
  }

  private relink(row: number, { archive, row: from }: ArchivedHeld, table: DigestTable): void {
    const { refs, refStarts, outside } = archive.columns
    let to = this.refStarts[row] ?? 0
    for (let i = refStarts[from] ?? 0; i < (refStarts[from + 1] ?? 0); i++) {
      const ref = refs[i] ?? 0
      const isOut = (ref & OUTSIDE) !== 0
      const now = isOut ? GONE : (this.moved[ref] ?? GONE)
      const cid = isOut ? outside[ref & ~OUTSIDE] : archive.cidAt(ref)
      this.refs[to++] = now === GONE && cid !== undefined ? this.placeOf(cid, table) : now
    }
  }

  private placeOf(cid: OpCid, table: DigestTable): number {
    const row = table.rowOf(cid)
    if (row >= 0) return row
    const place = this.outside.get(cid) ?? this.outside.size
    this.outside.set(cid, place)
    return (OUTSIDE | place) >>> 0
  }

  private placeOfType(type: string): number {
    const known = this.types.get(type)
    if (known !== undefined) return known
    if (this.types.size >= OTHER_TYPE) return OTHER_TYPE
    this.types.set(type, this.types.size)
    return this.types.size - 1
  }
}

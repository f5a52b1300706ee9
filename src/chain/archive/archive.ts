/**
 * Operations that are held as rows of an index: what chains and counting ask of them is in memory,
 * all else is read from the store when somebody asks for it. A row stands for its operation wholly:
 * nothing else in the ledger need know which operations are rows.
 */
import type { Sha256 } from '../../op/cid.ts'
import { cidOfDigest } from '../../op/cid.ts'
import type { KeyId, OpCid, Value } from '../../op/ids.ts'
import { decodeOp, type Op } from '../../op/operation.ts'
import { invariant, unwrap } from '../../op/refusal.ts'
import type { Held, Standing } from '../held.ts'
import {
  COMPLETE,
  type Columns,
  DIGEST_BYTES,
  DROPPED,
  NAMES_ROOTS,
  OTHER_TYPE,
  OUTSIDE,
  rowsOf,
  SIGNED,
  type Span,
  STANDING_BITS,
  STANDINGS,
} from './columns.ts'
import { DigestTable } from './digest-table.ts'

/** Operations that were read last and are kept; up to twice as many. */
export const MAX_READ = 2_048

/** Where whole operations come from. */
export interface ArchiveSource {
  /** The stored bytes of an operation; throws what the store throws. */
  readonly bytesOf: (cid: OpCid) => Uint8Array | undefined
  readonly rootsNamedBy: (op: Op) => readonly KeyId[]
  readonly hash?: Sha256 | undefined
}

/** An index of operations. */
export class Archive {
  readonly columns: Columns
  /** Every row as a held operation. */
  readonly helds: readonly ArchivedHeld[]
  private readonly source: ArchiveSource
  private readonly table: DigestTable
  private readonly spans: ReadonlyMap<KeyId, Span>
  private dropped = 0
  private waits: Uint32Array | undefined
  /** What was read last, in two halves: whoever is asked for twice stays. */
  private young = new Map<number, ArchivedOp>()
  private old = new Map<number, ArchivedOp>()

  constructor(columns: Columns, source: ArchiveSource) {
    const rows = rowsOf(columns)
    this.columns = columns
    this.source = source
    this.spans = new Map(columns.spans.map((span) => [span.key, span]))
    this.table = new DigestTable(columns.digests, rows)
    this.helds = Array.from({ length: rows }, (_, row) => new ArchivedHeld(this, row))
    for (const flags of columns.flags) if (flags & DROPPED) this.dropped++
  }

  /** Operations that it holds and that were not dropped. */
  get size(): number {
    return this.helds.length - this.dropped
  }

  /** The operation of a CID, unless it was dropped. */
  get(cid: OpCid): ArchivedHeld | undefined {
    const row = this.table.rowOf(cid)
    return row < 0 || this.has(row, DROPPED) ? undefined : this.helds[row]
  }

  /** All operations that were not dropped, by chain and seq. */
  *values(): Generator<ArchivedHeld, void, void> {
    for (const held of this.helds) if (!this.has(held.row, DROPPED)) yield held
  }

  /** The rows of a key. */
  spanOf(key: KeyId): Span | undefined {
    return this.spans.get(key)
  }

  /** Forgets an operation; false where it holds none. */
  drop(cid: OpCid): boolean {
    const held = this.get(cid)
    if (!held) return false
    this.set(held.row, DROPPED, true)
    this.dropped++
    return true
  }

  /** The operation of a row: the same object while it is among those that were read last. */
  opAt(row: number): ArchivedOp {
    const known = this.young.get(row)
    if (known) return known
    const op = this.old.get(row) ?? new ArchivedOp(this, row)
    if (this.young.size >= MAX_READ) {
      this.old = this.young
      this.young = new Map()
    }
    this.young.set(row, op)
    return op
  }

  cidAt(row: number): OpCid {
    return cidOfDigest(this.columns.digests, row * DIGEST_BYTES)
  }

  /** The rows that a row is of. */
  spanAt(row: number): Span {
    const { spans } = this.columns
    let low = 0
    for (let high = spans.length - 1; low < high; ) {
      const middle = (low + high + 1) >> 1
      if ((spans[middle]?.start ?? 0) <= row) low = middle
      else high = middle - 1
    }
    const span = spans[low]
    invariant(span, 'a row is of a chain')
    return span
  }

  typeAt(row: number): string {
    const { typeOf, types } = this.columns
    const place = typeOf[row] ?? OTHER_TYPE
    return place === OTHER_TYPE ? this.read(row).type : (types[place] ?? '')
  }

  refsAt(row: number): OpCid[] {
    return Array.from(this.refsOf(row), (ref) => this.cidOf(ref))
  }

  /** What a row refers to; of what is no row, or was dropped, the CID. */
  targetsAt(row: number): (ArchivedHeld | OpCid)[] {
    return Array.from(this.refsOf(row), (ref) => {
      const isHere = (ref & OUTSIDE) === 0 && !this.has(ref, DROPPED)
      return (isHere ? this.helds[ref] : undefined) ?? this.cidOf(ref)
    })
  }

  private refsOf(row: number): Uint32Array {
    const { refs, refStarts } = this.columns
    return refs.subarray(refStarts[row], refStarts[row + 1])
  }

  private cidOf(ref: number): OpCid {
    const cid = ref & OUTSIDE ? this.columns.outside[ref & ~OUTSIDE] : this.cidAt(ref)
    invariant(cid !== undefined, 'a reference leads somewhere')
    return cid
  }

  rootsAt(row: number): readonly KeyId[] {
    return this.has(row, NAMES_ROOTS) ? this.source.rootsNamedBy(this.opAt(row)) : NO_ROOTS
  }

  /** The whole operation of a row, from the store. */
  read(row: number): Op {
    const bytes = this.source.bytesOf(this.cidAt(row))
    invariant(bytes, 'what is in the index is in the store')
    return unwrap(decodeOp(bytes, this.source.hash))
  }

  has(row: number, flag: number): boolean {
    return ((this.columns.flags[row] ?? 0) & flag) !== 0
  }

  set(row: number, flag: number, value: boolean): void {
    const { flags } = this.columns
    const before = flags[row] ?? 0
    flags[row] = value ? before | flag : before & ~flag
  }

  standingAt(row: number): Standing {
    return STANDINGS[(this.columns.flags[row] ?? 0) & STANDING_BITS] ?? 'support'
  }

  setStanding(row: number, standing: Standing): void {
    const { flags } = this.columns
    flags[row] = ((flags[row] ?? 0) & ~STANDING_BITS) | STANDINGS.indexOf(standing)
  }

  waitsAt(row: number): number {
    return this.waits?.[row] ?? 0
  }

  /** Only while something is incomplete, or counted anew, does anything wait. */
  setWaits(row: number, count: number): void {
    if (count === 0 && !this.waits) return
    this.waits ??= new Uint32Array(this.helds.length)
    this.waits[row] = count
  }
}

const NO_ROOTS: readonly KeyId[] = []

/** A held operation that is a row. */
export class ArchivedHeld implements Held {
  readonly archive: Archive
  readonly row: number

  constructor(archive: Archive, row: number) {
    this.archive = archive
    this.row = row
  }

  get op(): Op {
    return this.archive.opAt(this.row)
  }

  get sizeBytes(): number {
    return this.archive.columns.sizes[this.row] ?? 0
  }

  get seenAt(): number {
    return this.archive.columns.seenAt[this.row] ?? 0
  }

  get roots(): readonly KeyId[] {
    return this.archive.rootsAt(this.row)
  }

  get signed(): boolean {
    return this.archive.has(this.row, SIGNED)
  }

  set signed(value: boolean) {
    this.archive.set(this.row, SIGNED, value)
  }

  get standing(): Standing {
    return this.archive.standingAt(this.row)
  }

  set standing(value: Standing) {
    this.archive.setStanding(this.row, value)
  }

  get waitsFor(): number {
    return this.archive.waitsAt(this.row)
  }

  set waitsFor(value: number) {
    this.archive.setWaits(this.row, value)
  }

  get complete(): boolean {
    return this.archive.has(this.row, COMPLETE)
  }

  set complete(value: boolean) {
    this.archive.set(this.row, COMPLETE, value)
  }
}

/** The operation of a row; body, version and time are read when somebody asks for them. */
class ArchivedOp implements Op {
  private readonly archive: Archive
  private readonly row: number
  private whole: Op | undefined
  readonly cid: OpCid

  constructor(archive: Archive, row: number) {
    this.archive = archive
    this.row = row
    this.cid = archive.cidAt(row)
  }

  get key(): KeyId {
    return this.archive.spanAt(this.row).key
  }

  get seq(): number {
    return this.row - this.archive.spanAt(this.row).start
  }

  get prev(): OpCid | null {
    return this.seq === 0 ? null : this.archive.cidAt(this.row - 1)
  }

  get type(): string {
    return this.archive.typeAt(this.row)
  }

  get refs(): readonly OpCid[] {
    return this.whole?.refs ?? this.archive.refsAt(this.row)
  }

  get v(): number {
    return this.read().v
  }

  get coalition(): Op['coalition'] {
    return this.read().coalition
  }

  get at(): number {
    return this.read().at
  }

  get body(): { readonly [key: string]: Value } {
    return this.read().body
  }

  private read(): Op {
    this.whole ??= this.archive.read(this.row)
    return this.whole
  }
}

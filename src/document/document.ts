/**
 * A document as it stands: its value, what it was after given edits, who wrote what, where people
 * set one place to different values (design §2.5). A reading of what `Workshop` prepared.
 */
import type { KeyId, OpCid, StakeholderId, Value } from '../op/ids.ts'
import { accept, type Result, refuse } from '../op/refusal.ts'
import { type BlameSpan, blaming, type Conflict, conflictsOf } from './blame.ts'
import { contentOf, type Handle, READER } from './content.ts'
import type { Derivation } from './derivation.ts'
import type { Judgement, Reason } from './judgement.ts'
import { MAX_AFTER } from './limits.ts'
import { unifiedDiff } from './line-diff.ts'
import type { Edit } from './ops.ts'
import { bySize, isWithin, type Past } from './past.ts'
import type { DocumentRecord, EditRecord } from './record.ts'
import { renderValue } from './rendering.ts'
import { editsTo, rebased } from './rewriting.ts'
import { finish, type Steps } from './steps.ts'
import { digestOfValue } from './value.ts'

/** What became of an edit. `late`: its author had left or had lost the right to edit, and nobody who
 * has it built on it (§3.3). */
export interface HistoryLine {
  readonly edit: EditRecord
  readonly author: StakeholderId | undefined
  readonly standing: 'counts' | 'late' | 'waits' | 'void'
  readonly reason: Reason | undefined
  readonly detail: string | undefined
}

/** What a document is made of. */
export interface DocumentParts {
  readonly record: DocumentRecord
  readonly judgement: Judgement
  readonly derivation: Derivation
  /** The edits that count. */
  readonly counted: Past
}

/** A document at one moment; good until the next edit to it is read. */
export class Document {
  readonly record: DocumentRecord
  /** For whom its creation spoke. */
  readonly author: StakeholderId | undefined
  private readonly parts: DocumentParts

  constructor(parts: DocumentParts) {
    this.parts = parts
    this.record = parts.record
    const { creation } = parts.judgement
    this.author = 'author' in creation ? creation.author : undefined
  }

  get id(): OpCid {
    return this.record.cid
  }

  /** Edits that no other counted edit builds on: what the next one builds on. */
  get heads(): OpCid[] {
    const { judgement, counted } = this.parts
    return judgement.lanes
      .headsOf(counted)
      .map(({ cid }) => cid)
      .sort()
  }

  /** How many edits count. */
  get editCount(): number {
    return this.parts.judgement.lanes.within(this.parts.counted).length
  }

  /** Names of the newest changes, as Automerge has them; alike wherever the same edits count. */
  get automergeHeads(): string[] {
    const { derivation, counted, judgement } = this.parts
    return derivation.headsAt(counted, judgement.lanes).sort()
  }

  /** The plain value. */
  get value(): Value {
    return this.parts.derivation.summary().value
  }

  /** The value after some edits and all that they build on; refuses (`unknown-edit`) others. */
  valueAt(after: readonly OpCid[]): Result<Value> {
    return this.at(after, contentOf)
  }

  /** sha256 of the canonical dag-cbor of the value after some edits. */
  digestAt(after: readonly OpCid[]): Result<Uint8Array> {
    const value = this.valueAt(after)
    return value.ok ? accept(digestOfValue(value.value)) : value
  }

  /** Unified diff, by lines, of what the document was after some edits and after others. */
  diff(from: readonly OpCid[], to: readonly OpCid[]): Result<string> {
    const before = this.valueAt(from)
    if (!before.ok) return before
    const after = this.valueAt(to)
    return after.ok
      ? accept(unifiedDiff(renderValue(before.value), renderValue(after.value)))
      : after
  }

  /** Who wrote what: text by span, other values one by one. */
  blame(): BlameSpan[] {
    return finish(this.blaming())
  }

  /** The same in steps: of the document as it was at the first one. */
  *blaming(): Steps<BlameSpan[]> {
    const handle = this.handle.clone(READER)
    try {
      return yield* blaming(handle, this.editsByActor())
    } finally {
      handle.free()
    }
  }

  /** Places that people set to different values at the same time, each with all of them. */
  conflicts(): Conflict[] {
    const { hasConflicts } = this.parts.derivation.summary()
    return hasConflicts ? conflictsOf(this.handle, this.editsByActor()) : []
  }

  /** Every edit in an order in which each follows what it builds on; those without effect last. */
  history(): HistoryLine[] {
    const { judgement, counted } = this.parts
    const sound = bySize(judgement.lanes.all()).flatMap(({ cid, lane, index }) => {
      const isCounted = index < (counted[lane] ?? 0)
      return this.line(cid, isCounted ? 'counts' : 'late')
    })
    const others = [...judgement.verdicts].flatMap(([cid, { standing }]) =>
      standing === 'sound' ? [] : this.line(cid, standing),
    )
    return [...sound, ...others]
  }

  /** The edits of a key that its next one must build on. */
  lastOf(key: KeyId): OpCid | undefined {
    const own = this.parts.judgement.lanes
      .all()
      .filter(({ cid }) => this.record.edits.get(cid)?.key === key)
    return bySize(own).at(-1)?.cid
  }

  /** What a key's next edit builds on, when it was written against some edits. */
  afterFor(key: KeyId, base: readonly OpCid[]): OpCid[] {
    const { lanes } = this.parts.judgement
    const own = this.lastOf(key)
    const past = lanes.baseOf(own === undefined ? base : [...base, own])
    const heads = lanes.headsOf(past).map(({ cid }) => cid)
    const ownHead = heads.filter((cid) => cid === own)
    return [...ownHead, ...heads.filter((cid) => cid !== own).sort()].slice(0, MAX_AFTER)
  }

  /**
   * The fewest edits, to be made on `after`, that change what `wanted` changes of the value after
   * `base`; whatever else `after` holds is left alone.
   */
  editsFor(base: readonly OpCid[], after: readonly OpCid[], wanted: Value): Result<Edit[]> {
    const { lanes } = this.parts.judgement
    const isCurrent = isWithin(lanes.baseOf(after), lanes.baseOf(base))
    const edits = this.at(base, (from) =>
      isCurrent
        ? accept(editsTo(from, wanted))
        : this.at(after, (onto) => rebased(from, onto, wanted)),
    )
    if (!edits.ok) return edits
    return edits.value.ok ? edits.value.value : edits.value
  }

  private get handle(): Handle {
    return this.parts.derivation.whole().handle
  }

  private at<T>(after: readonly OpCid[], read: (handle: Handle) => T): Result<T> {
    const { judgement, derivation } = this.parts
    const unknown = after.find((cid) => !judgement.lanes.get(cid))
    if (unknown !== undefined)
      return refuse('unknown-edit', `${unknown} is no edit of this document that stands`)
    const handle = derivation.handleAt(judgement.lanes.baseOf(after), judgement.lanes)
    try {
      return accept(read(handle))
    } finally {
      handle.free()
    }
  }

  private editsByActor(): ReadonlyMap<string, EditRecord> {
    return this.parts.derivation.actors(this.record.edits.values())
  }

  private line(cid: OpCid, standing: HistoryLine['standing']): HistoryLine[] {
    const edit = this.record.edits.get(cid)
    const verdict = this.parts.judgement.verdicts.get(cid)
    if (!edit || !verdict) return []
    return verdict.standing === 'sound'
      ? [{ edit, author: verdict.author, standing, reason: undefined, detail: undefined }]
      : [{ edit, author: undefined, standing, reason: verdict.reason, detail: verdict.detail }]
  }
}

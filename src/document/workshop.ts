/**
 * Opens documents and keeps the derived changes of those that were read last (design §2.5): a
 * document is derived when it is read, from its snapshot if there is one that fits.
 */
import type { OpCid, Value } from '../op/ids.ts'
import { accept, type Result, refuse } from '../op/refusal.ts'
import { contentOf } from './content.ts'
import { Derivation } from './derivation.ts'
import { Document } from './document.ts'
import { dependenciesOf, excessOf, type Judgement, judge, judging } from './judgement.ts'
import { NOTHING, type Past, union } from './past.ts'
import type { DocumentRecord, EditRecord, Spoken } from './record.ts'
import type { RightsContext } from './rights.ts'
import { encodeSnapshot, restoreSnapshot, type SnapshotStore } from './snapshot.ts'
import { finish, type Steps } from './steps.ts'

/** Documents whose changes stay in memory. */
const MAX_OPEN = 16
/** New edits after which a snapshot is worth writing. */
const SNAPSHOT_EDITS = 32

/** What a document as a whole is judged by, besides rights. */
export interface OpeningContext extends RightsContext {
  /** True for what a member said after its last operation with effect here (§3.3). */
  readonly isLate: (spoken: Spoken) => boolean
}

interface Shelf {
  readonly derivation: Derivation
  /** Outcomes that the snapshot has. */
  kept: number
}

/** Derivations by document. */
export class Workshop {
  private readonly snapshots: SnapshotStore
  private readonly shelves = new Map<OpCid, Shelf>()

  constructor(snapshots: SnapshotStore) {
    this.snapshots = snapshots
  }

  /** The document as it stands; undefined while its creation has no effect. */
  open(record: DocumentRecord, context: OpeningContext): Document | undefined {
    const shelf = this.shelfOf(record)
    const { derivation } = shelf
    const judgement = judge(record, derivation, context)
    const counted = countedOf(record, judgement, context)
    if (!('author' in judgement.creation)) return undefined
    if (context.isLate(record) && counted.length === 0) return undefined
    finish(derivation.gathering(counted, judgement.lanes))
    this.keep(record.cid, shelf)
    return new Document({ record, judgement, derivation, counted })
  }

  /**
   * Derives what is not derived yet, in steps between which anything may be read, and changes
   * nothing else: `open` is quick afterwards. Ends early where the document was put away meanwhile.
   */
  *prepare(record: DocumentRecord, context: OpeningContext): Steps<void> {
    const shelf = this.shelfOf(record)
    const steps = deriving(record, shelf.derivation, context)
    while (!steps.next().done) {
      yield
      if (this.shelves.get(record.cid) !== shelf) steps.return()
    }
  }

  /**
   * The value after some edits, for those to whom a charter and the ones before it are in force: a
   * function of what these edits build on, so what is frozen cannot move. Refuses (`no-such-edits`,
   * `too-much-history`).
   */
  valueAt(record: DocumentRecord, after: readonly OpCid[], context: RightsContext): Result<Value> {
    const judgement = this.judgePast(record, after, context)
    if (!judgement.ok) return judgement
    const { lanes } = judgement.value
    const handle = this.shelfOf(record).derivation.handleAt(lanes.baseOf(after), lanes)
    const value = contentOf(handle)
    handle.free()
    return accept(value)
  }

  /** Whether some edits and all that they build on stand. Refuses (`no-such-edits`). */
  stands(
    record: DocumentRecord,
    after: readonly OpCid[],
    context: RightsContext,
  ): Result<undefined> {
    const judgement = this.judgePast(record, after, context)
    return judgement.ok ? accept(undefined) : judgement
  }

  private judgePast(
    record: DocumentRecord,
    after: readonly OpCid[],
    context: RightsContext,
  ): Result<Judgement> {
    const part = { ...record, edits: pastOf(record.edits, after) }
    const excess = excessOf(part.edits)
    if (excess) return excess
    const judgement = judge(part, this.shelfOf(record).derivation, context)
    if (!('author' in judgement.creation))
      return refuse('no-such-edits', 'the document itself has no effect')
    const unknown = after.find((cid) => !judgement.lanes.get(cid))
    return unknown === undefined
      ? accept(judgement)
      : refuse('no-such-edits', `${unknown} is no edit of the document that stands`)
  }

  /** Lets go of everything in memory. */
  close(): void {
    for (const { derivation } of this.shelves.values()) derivation.close()
    this.shelves.clear()
  }

  private shelfOf({ cid, kind, edits }: DocumentRecord): Shelf {
    const known = this.shelves.get(cid)
    this.shelves.delete(cid)
    const shelf = known ?? this.newShelf(cid, kind, edits.size)
    this.shelves.set(cid, shelf)
    const [oldest] = this.shelves
    if (this.shelves.size > MAX_OPEN && oldest) {
      this.shelves.delete(oldest[0])
      oldest[1].derivation.close()
    }
    return shelf
  }

  private newShelf(cid: OpCid, kind: DocumentRecord['kind'], edits: number): Shelf {
    const bytes = edits === 0 ? undefined : this.snapshots.get(cid)
    const restored = bytes && restoreSnapshot(cid, bytes)
    return { derivation: new Derivation(cid, kind, restored), kept: restored?.outcomes.size ?? 0 }
  }

  private keep(id: OpCid, shelf: Shelf): void {
    const { derivation } = shelf
    const outcomes = derivation.allOutcomes()
    if (outcomes.size - shelf.kept < SNAPSHOT_EDITS) return
    const { handle, members } = derivation.whole()
    const summary = derivation.summary()
    const saved = handle.save()
    this.snapshots.put(id, encodeSnapshot({ id, members, outcomes, summary, saved }))
    shelf.kept = outcomes.size
  }
}

function* deriving(
  record: DocumentRecord,
  derivation: Derivation,
  context: OpeningContext,
): Steps<void> {
  const judgement = yield* judging(record, derivation, context)
  yield* derivation.gathering(countedOf(record, judgement, context), judgement.lanes)
}

/** Sound edits, but of those who left or lost the right only what somebody who has it built on (§3.3). */
function countedOf(
  { edits }: DocumentRecord,
  { lanes }: Judgement,
  { isLate }: OpeningContext,
): Past {
  return lanes.all().reduce<Past>((past, { cid, past: own }) => {
    const edit = edits.get(cid)
    return edit && !isLate(edit) ? union(past, own) : past
  }, NOTHING)
}

/** Some edits, all they build on, and what their chains say before them. */
function pastOf(
  edits: ReadonlyMap<OpCid, EditRecord>,
  after: readonly OpCid[],
): Map<OpCid, EditRecord> {
  const found = new Map<OpCid, EditRecord>()
  const queue = [...after]
  for (let cid = queue.pop(); cid !== undefined; cid = queue.pop()) {
    const edit = edits.get(cid)
    if (!edit || found.has(cid)) continue
    found.set(cid, edit)
    queue.push(...dependenciesOf(edit))
  }
  return found
}

/**
 * Derives Automerge's changes from edits (design §2.5): each at the heads of what it builds on, by
 * an actor of its own. What an edit gives is a function of what it builds on alone, so it is
 * derived once, whatever else arrives, forks or is revoked.
 */
import type { OpCid, Value } from '../op/ids.ts'
import { invariant } from '../op/refusal.ts'
import { applying } from './apply.ts'
import { conflictsOf } from './blame.ts'
import { actorOf, blank, contentOf, type Handle, READER, sizeOf } from './content.ts'
import { MAX_DOCUMENT_SIZE } from './limits.ts'
import { type DocumentKind, insertedBy } from './ops.ts'
import {
  bySize,
  isWithin,
  type Lanes,
  NOTHING,
  type Past,
  type Placed,
  sizeOfPast,
} from './past.ts'
import type { EditRecord } from './record.ts'
import { finish, type Steps } from './steps.ts'

/** Handles at recent pasts that are kept while edits are derived, each a whole document. */
const MAX_VIEWS = 8
/** From so many changes on, forking the whole document at old heads is cheaper than applying them. */
const FORK_WORTH_CHANGES = 200
/** Changes that Automerge is given at once: one by one they cost several times as much. */
const BATCH_CHANGES = 250

/** What an edit gives: the hash of its change, or why it fits nowhere. */
export type Outcome =
  | { readonly hash: string }
  | { readonly fault: 'does-not-fit' | 'too-large'; readonly detail: string }

/** A document at a past of some lanes. */
interface View {
  readonly lanes: Lanes
  readonly past: Past
  readonly handle: Handle
}

/** What most readers want of a document as a whole. */
export interface Summary {
  readonly value: Value
  /** There may be places that people set to different values. */
  readonly hasConflicts: boolean
}

/** What a snapshot brings back; the document itself only when it is asked for. */
export interface Restored {
  readonly load: () => Handle
  readonly summary: Summary
  readonly members: ReadonlySet<OpCid>
  readonly outcomes: ReadonlyMap<OpCid, Outcome>
}

/** The changes of one document; holds memory outside the heap until `close`. */
export class Derivation {
  private readonly id: OpCid
  private readonly kind: DocumentKind
  private readonly outcomes: Map<OpCid, Outcome>
  private readonly changes = new Map<OpCid, Uint8Array>()
  private views: View[] = []
  /** Handles of edits that were derived but not placed yet. */
  private readonly fresh = new Map<OpCid, Handle>()
  /** The document with all edits that counted when it was last gathered; loaded when it is used. */
  private held: Handle | undefined
  private readonly load: () => Handle
  private members: ReadonlySet<OpCid>
  /** Of the document as it was last gathered. */
  private known: Summary | undefined

  constructor(id: OpCid, kind: DocumentKind, restored?: Restored) {
    this.id = id
    this.kind = kind
    this.outcomes = new Map(restored?.outcomes)
    this.load = restored?.load ?? (() => blank(id, kind))
    this.known = restored?.summary
    this.members = restored?.members ?? new Set()
  }

  /** What an edit gave when it was derived. */
  outcomeOf(cid: OpCid): Outcome | undefined {
    return this.outcomes.get(cid)
  }

  /** All that is known of outcomes, to be kept. */
  allOutcomes(): ReadonlyMap<OpCid, Outcome> {
    return this.outcomes
  }

  /** Edits by the actor that stands for each. */
  actors(edits: Iterable<EditRecord>): ReadonlyMap<string, EditRecord> {
    return new Map([...edits].map((edit) => [actorOf(edit.cid), edit]))
  }

  /**
   * Derives an edit in steps, between which others may use this derivation: it has a handle of its
   * own meanwhile. Put down for good, it lets go of that.
   */
  *derive(base: Past, edit: EditRecord, lanes: Lanes): Steps<void> {
    const handle = this.viewAt(base, lanes).handle.clone(actorOf(edit.cid))
    let isKept = false
    try {
      const fault = yield* tryEdit(handle, edit, lanes.insertedBy(base))
      if (fault) {
        this.outcomes.set(edit.cid, fault)
        return
      }
      // An edit that changes nothing is a change all the same: others name it.
      const hash = handle.commit(null, 0) ?? handle.emptyChange(null, 0)
      const change = handle.getLastLocalChange()
      invariant(change, 'what was committed is there')
      this.outcomes.set(edit.cid, { hash })
      this.changes.set(edit.cid, change)
      isKept = !this.fresh.has(edit.cid)
      if (isKept) this.remember(edit.cid, handle)
    } finally {
      if (!isKept) handle.free()
    }
  }

  /** An edit has its place: its handle is a view from now on. */
  placed({ cid, past }: Placed, lanes: Lanes): void {
    const handle = this.fresh.get(cid)
    this.fresh.delete(cid)
    if (handle) this.keep({ lanes, past, handle })
  }

  /** Brings the whole document to exactly the edits of a past, and forgets all views. */
  *gathering(past: Past, lanes: Lanes): Steps<void> {
    const counted = lanes.within(past)
    const cids = new Set(counted.map(({ cid }) => cid))
    const isSameSet = cids.size === this.members.size && cids.isSubsetOf(this.members)
    if (!isSameSet) this.replaceMain(yield* this.gathered(past, lanes, cids), cids)
    this.clearViews()
  }

  /** The whole document as it was gathered; not to be changed or freed. */
  whole(): { readonly handle: Handle; readonly members: ReadonlySet<OpCid> } {
    return { handle: this.main, members: this.members }
  }

  /** Its value, without the document itself where a snapshot tells it. */
  summary(): Summary {
    this.known ??= {
      value: contentOf(this.main),
      hasConflicts: conflictsOf(this.main, new Map()).length > 0,
    }
    return this.known
  }

  /** Names of the newest changes of a past, as Automerge has them. */
  headsAt(past: Past, lanes: Lanes): string[] {
    const heads = lanes.headsOf(past).map(({ cid }) => this.hashOf(cid))
    return heads.length > 0 ? heads : creationHeads(this.id, this.kind)
  }

  /** A handle at a past, to be freed by the caller. */
  handleAt(past: Past, lanes: Lanes): Handle {
    const handle = this.viewAt(past, lanes).handle.clone(READER)
    this.clearViews()
    return handle
  }

  /** Lets go of all memory. */
  close(): void {
    this.clearViews()
    this.held?.free()
  }

  private get main(): Handle {
    this.held ??= this.load()
    return this.held
  }

  /** The view at a past: a known one, or the nearest that it holds and what is lacking there. */
  private viewAt(past: Past, lanes: Lanes): View {
    const exact = this.exactView(past, lanes)
    if (exact) return exact
    const near = this.nearest(past, lanes)
    finish(this.feeding(near.handle, lanes.between(past, near.past)))
    const view = { lanes, past, handle: near.handle }
    this.keep(view)
    return view
  }

  private exactView(past: Past, lanes: Lanes): View | undefined {
    return this.views.find((view) => view.lanes === lanes && isSame(view.past, past))
  }

  /** A handle of its own that is closest to a past from below. */
  private nearest(past: Past, lanes: Lanes): Pick<View, 'past' | 'handle'> {
    const within = this.views.filter((view) => view.lanes === lanes && isWithin(view.past, past))
    const best = within.reduce<View | undefined>(
      (a, b) => (a && sizeOfPast(a.past) >= sizeOfPast(b.past) ? a : b),
      undefined,
    )
    const known = best ? sizeOfPast(best.past) : 0
    const shared = lanes.part(past, (cid) => this.members.has(cid))
    const gain = sizeOfPast(shared) - known
    if (gain >= 0 && sizeOfPast(shared) === this.members.size)
      return { past: shared, handle: this.main.clone(READER) }
    if (gain >= FORK_WORTH_CHANGES)
      return { past: shared, handle: this.main.fork(READER, this.headsAt(shared, lanes)) }
    return best
      ? { past: best.past, handle: best.handle.clone(READER) }
      : { past: NOTHING, handle: blank(this.id, this.kind) }
  }

  /** A new handle with exactly the edits of a past, grown from what is there. */
  private *gathered(past: Past, lanes: Lanes, cids: ReadonlySet<OpCid>): Steps<Handle> {
    const exact = this.exactView(past, lanes)
    if (exact) return exact.handle.clone(READER)
    const isOnward = this.members.isSubsetOf(cids)
    const known = isOnward ? this.members : new Set<OpCid>()
    const handle = isOnward ? this.main.clone(READER) : blank(this.id, this.kind)
    let isWhole = false
    try {
      yield* this.feeding(
        handle,
        lanes.within(past).filter(({ cid }) => !known.has(cid)),
      )
      isWhole = true
      return handle
    } finally {
      if (!isWhole) handle.free()
    }
  }

  /** Gives a handle changes, each after what it builds on, authors interleaved. */
  private *feeding(handle: Handle, missing: readonly Placed[]): Steps<void> {
    const changes = bySize(missing).map(({ cid }) => this.changeOf(cid))
    for (let at = 0; at < changes.length; at += BATCH_CHANGES, yield)
      handle.applyChanges(changes.slice(at, at + BATCH_CHANGES))
  }

  private changeOf(cid: OpCid): Uint8Array {
    const change = this.changes.get(cid) ?? this.main.getChangeByHash(this.hashOf(cid))
    invariant(change, 'only derived edits are applied')
    return change
  }

  private hashOf(cid: OpCid): string {
    const outcome = this.outcomes.get(cid)
    invariant(outcome && 'hash' in outcome, 'only edits that fit have a place')
    return outcome.hash
  }

  private replaceMain(handle: Handle, members: ReadonlySet<OpCid>): void {
    // What only the old one holds must not be lost with it.
    for (const cid of this.members.difference(members)) this.changes.set(cid, this.changeOf(cid))
    this.main.free()
    this.held = handle
    this.known = undefined
    this.members = members
  }

  /** Of many edits at one place only some stay: each handle is a whole document. */
  private remember(cid: OpCid, handle: Handle): void {
    this.fresh.set(cid, handle)
    const [oldest] = this.fresh
    if (this.fresh.size <= MAX_VIEWS || !oldest) return
    this.fresh.delete(oldest[0])
    oldest[1].free()
  }

  private keep(view: View): void {
    this.views.push(view)
    while (this.views.length > MAX_VIEWS) this.views.shift()?.handle.free()
  }

  private clearViews(): void {
    for (const { handle } of this.views) handle.free()
    for (const handle of this.fresh.values()) handle.free()
    this.views = []
    this.fresh.clear()
  }
}

/** Makes an edit; says why it fits nowhere if so. */
function* tryEdit(
  handle: Handle,
  { edits }: EditRecord,
  inserted: number,
): Steps<Outcome | undefined> {
  // What was ever inserted bounds what stands there: mostly there is no need to measure.
  const isTight = inserted + insertedBy(edits) >= MAX_DOCUMENT_SIZE
  const before = isTight ? sizeOf(handle) : 0
  const detail = yield* misfit(handle, edits)
  if (detail !== undefined) return { fault: 'does-not-fit', detail }
  const after = isTight ? sizeOf(handle) : 0
  if (after <= MAX_DOCUMENT_SIZE || after <= before) return undefined
  return { fault: 'too-large', detail: `size ${after}; at most ${MAX_DOCUMENT_SIZE}` }
}

/** Why edits do not fit; whatever Automerge itself refuses does not fit either. */
function* misfit(handle: Handle, edits: EditRecord['edits']): Steps<string | undefined> {
  try {
    return yield* applying(handle, edits)
  } catch (error) {
    return `Automerge refuses: ${error instanceof Error ? error.message : String(error)}`
  }
}

function creationHeads(id: OpCid, kind: DocumentKind): string[] {
  const handle = blank(id, kind)
  const heads = handle.getHeads()
  handle.free()
  return heads
}

const isSame = (a: Past, b: Past): boolean => isWithin(a, b) && isWithin(b, a)

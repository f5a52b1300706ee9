/**
 * Documents of one coalition: who may edit follows from keyring and charters, what they hold from
 * the edits that count (design §2.5). Derived when read, as a function of the counted set.
 */
import { type Held, hasEffect } from '../chain/held.ts'
import type { Ledger } from '../chain/ledger.ts'
import type { Charter } from '../charter/schema.ts'
import type { Document } from '../document/document.ts'
import { documentEdit, type Editors } from '../document/ops.ts'
import type { DocumentRecord, EditRecord, Spoken } from '../document/record.ts'
import { editorOf } from '../document/rights.ts'
import type { SnapshotStore } from '../document/snapshot.ts'
import type { Steps } from '../document/steps.ts'
import { digestOfValue } from '../document/value.ts'
import { Workshop } from '../document/workshop.ts'
import type { OpCid, StakeholderId, Value } from '../op/ids.ts'
import { accept, type Result, refuse } from '../op/refusal.ts'
import {
  type DocumentTopic,
  type FiledEdit,
  type FiledFreeze,
  readEdit,
  readFreeze,
} from './document-topics.ts'
import { type Line, lastEditUnder } from './leaving.ts'

/** What documents are derived from. */
export interface DocumentsContext {
  readonly ledger: () => Ledger
  readonly topics: ReadonlyMap<OpCid, DocumentTopic>
  readonly held: (cid: OpCid) => Held | undefined
  /** Charters that are or were in force. */
  readonly inForce: () => Line
  /** Any charter, proposed or in force, with the one before it. */
  readonly charterAt: (
    id: OpCid,
  ) => { readonly charter: Charter; readonly before: OpCid | undefined } | undefined
}

/** A freeze that holds: a document's value that can be cited, and cannot change any more. */
export interface Frozen {
  readonly id: OpCid
  readonly document: OpCid
  readonly title: string
  /** What the document says that it is: `register/risks`, or nothing. */
  readonly schema: string | undefined
  readonly editors: Editors
  readonly author: StakeholderId
  readonly after: readonly OpCid[]
  readonly digest: Uint8Array
}

type CharterOf = (id: OpCid) => Charter | undefined
type Said = Pick<Spoken, 'key' | 'seq' | 'charter'>

const charterIn = (line: Line): CharterOf => {
  const byId = new Map(line.map(({ id, charter }) => [id, charter]))
  return (id) => byId.get(id)
}

/** The documents of one replica. */
export class Documents {
  private readonly context: DocumentsContext
  private readonly workshop: Workshop
  /** Of each freeze that was looked at, the digest of the value that its edits give. */
  private readonly digests = new Map<OpCid, Uint8Array>()

  constructor(context: DocumentsContext, snapshots: SnapshotStore) {
    this.context = context
    this.workshop = new Workshop(snapshots)
  }

  /** Documents whose creation is held, whatever became of it. */
  topics(): DocumentTopic[] {
    return [...this.context.topics.values()].filter(({ creation }) => creation !== undefined)
  }

  /** A document as it stands. Refuses `unknown-document`; derives it if it was not read lately. */
  open(id: OpCid): Result<Document> {
    const record = this.recordOf(id)
    const document = record && this.workshop.open(record, this.contextNow(record))
    return document ? accept(document) : refuse('unknown-document', `no document ${id} stands`)
  }

  /** Derives what `open` would, in steps between which the replica goes on with everything else. */
  *prepare(id: OpCid): Steps<void> {
    const record = this.recordOf(id)
    if (record) yield* this.workshop.prepare(record, this.contextNow(record))
  }

  /** For whom a document's creation speaks; undefined while it has no effect. Derives nothing. */
  creatorOf({ creation }: DocumentTopic): StakeholderId | undefined {
    const charter = creation && this.charterInForce()(creation.charter)
    const { keyring } = this.context.ledger()
    const context = { keyring, charterInForce: this.charterInForce() }
    return charter && editorOf(context, creation.held.op.key, charter, creation.body.editors)
  }

  /** A freeze by the charters that are in force. */
  frozen(id: OpCid): Result<Frozen> {
    return this.frozenBy(id, this.context.inForce())
  }

  /**
   * A freeze as a proposal under that charter cites it: by that charter and those before it, so that
   * every node says the same for ever. Refuses (`invalid-freeze`) one that does not hold.
   */
  frozenFor(id: OpCid, charter: OpCid): Result<Frozen> {
    const line = new Map<OpCid, Charter>()
    for (let at: OpCid | undefined = charter; at !== undefined && !line.has(at); ) {
      const found = this.context.charterAt(at)
      if (!found) break
      line.set(at, found.charter)
      at = found.before
    }
    return this.frozenBy(id, [...line].map(([at, found]) => ({ id: at, charter: found })).reverse())
  }

  /** The value that a freeze fixes; one that holds by `frozen` or `frozenFor`. */
  frozenValue({ document, after }: Frozen): Result<Value> {
    const record = this.recordOf(document)
    // That it holds was judged before: here every charter goes.
    const anyCharter: CharterOf = (id) => this.context.charterAt(id)?.charter
    return record
      ? this.valueAt(record, after, anyCharter)
      : refuse('unknown-document', `no document ${document} stands`)
  }

  /** Freezes of a document that hold now, by their authors' clocks. */
  freezesOf(id: OpCid): Frozen[] {
    const filed = this.context.topics.get(id)?.freezes ?? []
    return filed.toSorted(byMoment).flatMap(({ held }) => {
      const frozen = this.frozen(held.op.cid)
      return frozen.ok ? frozen.value : []
    })
  }

  /** Lets go of what was derived. */
  close(): void {
    this.workshop.close()
  }

  private frozenBy(id: OpCid, line: Line): Result<Frozen> {
    const charterOf = charterIn(line)
    const held = this.context.held(id)
    const freeze = held?.complete ? readFreeze(held) : undefined
    if (!freeze) return refuse('invalid-freeze', `${id} is no freeze that is held`)
    const record = this.recordOf(freeze.document)
    const charter = charterOf(freeze.charter)
    if (!record || !charter)
      return refuse('invalid-freeze', 'it names no document, or a charter that is not in force')
    const { keyring } = this.context.ledger()
    const context = { keyring, charterInForce: charterOf }
    const author = editorOf(context, freeze.held.op.key, charter, record.editors)
    if (!author) return refuse('invalid-freeze', 'its key may not edit the document')
    const { key, seq } = freeze.held.op
    if (this.lateness(record, line)({ key, seq, charter: freeze.charter }))
      return refuse('invalid-freeze', 'its author had lost the right to edit the document')
    const fault = this.digestFault(record, freeze, charterOf)
    if (fault) return fault
    const { document, after, digest } = freeze
    const { title, schema, editors } = record
    return accept({ id, document, title, schema, editors, author, after, digest })
  }

  private digestFault(record: DocumentRecord, freeze: FiledFreeze, charterOf: CharterOf) {
    const { cid } = freeze.held.op
    const known = this.digests.get(cid)
    // What edits give is a function of what they build on; only whether they stand may change.
    if (known) {
      const stands = this.workshop.stands(record, freeze.after, this.rights(charterOf))
      if (!stands.ok) return refuse('invalid-freeze', stands.message)
    }
    const digest = known ?? this.freshDigest(record, freeze, charterOf)
    if (!(digest instanceof Uint8Array)) return digest
    this.digests.set(cid, digest)
    return digest.every((byte, i) => byte === freeze.digest[i])
      ? undefined
      : refuse('invalid-freeze', 'its digest is not that of the value that its edits give')
  }

  private freshDigest(record: DocumentRecord, { after }: FiledFreeze, charterOf: CharterOf) {
    const value = this.valueAt(record, after, charterOf)
    return value.ok ? digestOfValue(value.value) : refuse('invalid-freeze', value.message)
  }

  private valueAt(
    record: DocumentRecord,
    after: readonly OpCid[],
    charterOf: CharterOf,
  ): Result<Value> {
    return this.workshop.valueAt(record, after, this.rights(charterOf))
  }

  private rights(charterInForce: CharterOf) {
    return { keyring: this.context.ledger().keyring, charterInForce }
  }

  private charterInForce(): CharterOf {
    return charterIn(this.context.inForce())
  }

  private contextNow(record: DocumentRecord) {
    return {
      ...this.rights(this.charterInForce()),
      isLate: this.lateness(record, this.context.inForce()),
    }
  }

  /** What a key said of a document after its last operation that has effect there (§3.3). */
  private lateness({ editors }: DocumentRecord, line: Line): (spoken: Said) => boolean {
    const context = this.rights(charterIn(line))
    const lastEdit = lastEditUnder(line)
    const known = new Map<string, number>()
    return ({ key, seq, charter }) => {
      const name = `${key}/${charter}`
      const mayEdit = (at: Charter) => editorOf(context, key, at, editors) !== undefined
      const last = known.get(name) ?? lastEdit(key, charter, mayEdit)
      known.set(name, last)
      return seq > last
    }
  }

  private recordOf(id: OpCid): DocumentRecord | undefined {
    const topic = this.context.topics.get(id)
    if (!topic?.creation) return undefined
    const { held, body, charter } = topic.creation
    const { cid, key, seq, at, v } = held.op
    const { kind, title, editors, schema } = body
    const edits = this.editsOf(topic)
    return { cid, key, seq, at, v, charter, kind, title, editors, schema, edits }
  }

  private editsOf(topic: DocumentTopic): Map<OpCid, EditRecord> {
    const edits = new Map<OpCid, FiledEdit>()
    for (const edit of topic.edits) edits.set(edit.cid, edit)
    // One that is not complete is filed nowhere, but those after it in its chain wait for it.
    for (const edit of this.incomplete(topic.id)) edits.set(edit.cid, edit)
    return withPrevious(edits, this.context.ledger())
  }

  private incomplete(document: OpCid): FiledEdit[] {
    const found = new Set<Held>()
    for (const waiting of this.context.ledger().waiters.values())
      for (const held of waiting)
        if (held.op.type === documentEdit.type && !held.complete && hasEffect(held)) found.add(held)
    return [...found].flatMap((held) => {
      const edit = readEdit(held)
      return edit?.document === document ? edit : []
    })
  }
}

/** The same order wherever the same freezes are held. */
const byMoment = ({ held: { op: a } }: FiledFreeze, { held: { op: b } }: FiledFreeze): number =>
  a.at - b.at || (a.cid < b.cid ? -1 : 1)

/** To each edit the one before it in its own chain; of a broken chain, in its own branch. */
function withPrevious(
  edits: ReadonlyMap<OpCid, FiledEdit>,
  ledger: Ledger,
): Map<OpCid, EditRecord> {
  const records = new Map<OpCid, EditRecord>()
  for (const [key, own] of Map.groupBy(edits.values(), (edit) => edit.key)) {
    const { splitAt } = ledger.chain(key)
    const sorted = own.sort((a, b) => a.seq - b.seq)
    for (const [i, edit] of sorted.entries()) {
      const before = edit.seq < splitAt ? sorted[i - 1]?.cid : inBranch(edit, sorted, ledger)
      const { cid, seq, at, v, charter, after, held } = edit
      const { complete } = held
      records.set(cid, {
        cid,
        key,
        seq,
        at,
        v,
        charter,
        after,
        edits: edit.edits,
        complete,
        before,
      })
    }
  }
  return records
}

/** Goes back along a branch of a broken chain; below the split all of it is one line. */
function inBranch(
  edit: FiledEdit,
  sorted: readonly FiledEdit[],
  ledger: Ledger,
): OpCid | undefined {
  const { splitAt } = ledger.chain(edit.key)
  const cids = new Set(sorted.map(({ cid }) => cid))
  for (let at = edit.held.op.prev; at !== null; ) {
    if (cids.has(at)) return at
    const op = ledger.byCid.get(at)?.op
    if (!op || op.seq < splitAt) break
    at = op.prev
  }
  return sorted.findLast(({ seq }) => seq < splitAt)?.cid
}

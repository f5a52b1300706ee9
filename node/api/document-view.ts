/** Documents as people read them: lines, versions, who wrote what. */
import type { BlameSpan, Conflict, Place } from '../../src/document/blame.ts'
import type { Document, HistoryLine } from '../../src/document/document.ts'
import type { Edit, Editors } from '../../src/document/ops.ts'
import type { EditRecord } from '../../src/document/record.ts'
import { renderValue, toPlain } from '../../src/document/rendering.ts'
import type { OpCid, Value } from '../../src/op/ids.ts'
import { accept, type Result, refuse } from '../../src/op/refusal.ts'
import { digestOfFreeze } from '../../src/proposal/document.ts'
import type { DocumentTopic } from '../../src/replica/document-topics.ts'
import type { Frozen } from '../../src/replica/documents.ts'
import type { Replica } from '../../src/replica/replica.ts'
import type {
  BlameLine,
  ConflictLine,
  DocumentDetail,
  DocumentLine,
  EditLine,
  FreezeLine,
} from './document-api.ts'
import { findId } from './ids.ts'
import { nameOf } from './naming.ts'

/** Longest part of a value that a line shows, in UTF-16 units. */
const MAX_SHOWN = 80

/** All documents, the latest change first. */
export const documentLines = (replica: Replica): DocumentLine[] =>
  replica.views.documents
    .topics()
    .flatMap((topic) => lineOf(replica, topic) ?? [])
    .sort((a, b) => b.changedAt - a.changedAt || (a.id < b.id ? -1 : 1))

/** The full id of a document from a unique part of it. */
export const documentId = (replica: Replica, given: string): Result<OpCid> =>
  findId(
    given,
    replica.views.documents.topics().map(({ id }) => id),
    'document',
  )

/** The edits that a version means: edits as they are, a freeze as what it fixed. */
export function versionOf(
  replica: Replica,
  { record }: Document,
  given: readonly string[],
): Result<OpCid[]> {
  const freezes = new Map(replica.views.documents.freezesOf(record.cid).map((one) => [one.id, one]))
  const after: OpCid[] = []
  for (const name of given) {
    const id = findId(name, [...record.edits.keys(), ...freezes.keys()], 'edit')
    if (!id.ok) return id
    after.push(...(freezes.get(id.value)?.after ?? [id.value]))
  }
  return accept([...new Set(after)])
}

/** One document whole, at given edits. */
export function documentDetail(
  replica: Replica,
  document: Document,
  at: readonly OpCid[] | undefined,
): Result<DocumentDetail> {
  const value = at === undefined ? accept(document.value) : document.valueAt(at)
  if (!value.ok) return value
  const topic = replica.views.topics.documents.get(document.id)
  const line = topic && lineOf(replica, topic)
  if (!line) return refuse('unknown-document', `no document ${document.id} is held`)
  return accept({
    ...line,
    heads: at ?? document.heads,
    counted: document.editCount,
    text: renderValue(value.value),
    value: toPlain(value.value),
    conflicts:
      at === undefined ? document.conflicts().map((one) => conflictLine(replica, one)) : [],
    freezes: replica.views.documents
      .freezesOf(document.id)
      .map((frozen) => freezeLine(replica, frozen)),
  })
}

/** One edit with what became of it. */
export const editLine = ({ edit, author, standing, reason, detail }: HistoryLine): EditLine => ({
  id: edit.cid,
  author: author ?? null,
  key: edit.key,
  at: edit.at,
  after: edit.after,
  standing,
  reason: reason ?? null,
  detail: detail ?? null,
  summary: summaryOf(edit.edits),
})

/** One span of text or one value, and who put it there. */
export const blameLine = (replica: Replica, span: BlameSpan): BlameLine => ({
  place: placeOf(span.place),
  at: span.at,
  text: shown(span.value),
  author: writerOf(replica, span.edit),
  edit: span.edit?.cid ?? null,
  editedAt: span.edit?.at ?? 0,
})

function lineOf(replica: Replica, topic: DocumentTopic): DocumentLine | undefined {
  if (!topic.creation) return undefined
  const { held, body } = topic.creation
  return {
    id: topic.id,
    title: body.title,
    kind: body.kind,
    schema: body.schema ?? null,
    editors: editorsText(body.editors),
    author: replica.views.documents.creatorOf(topic) ?? null,
    edits: topic.edits.length,
    changedAt: topic.edits.reduce((latest, { at }) => Math.max(latest, at), held.op.at),
  }
}

const editorsText = (editors: Editors): string =>
  editors === 'members'
    ? 'members'
    : 'functions' in editors
      ? `with function ${editors.functions.join(' or ')}`
      : editors.stakeholders.join(', ')

const conflictLine = (replica: Replica, { place, rivals }: Conflict): ConflictLine => ({
  place: placeOf(place),
  rivals: rivals.map(({ value, edit, isShown }) => ({
    value: shown(value),
    author: writerOf(replica, edit),
    edit: edit?.cid ?? null,
    isShown,
  })),
})

/** A freeze as a line. */
export const freezeLine = (
  replica: Replica,
  { id, author, after, digest }: Frozen,
): FreezeLine => ({
  id,
  author,
  at: replica.ledger.byCid.get(id)?.op.at ?? 0,
  after,
  digest: digestOfFreeze(digest),
})

const placeOf = (place: Place): string => `/${place.join('/')}`

const writerOf = (replica: Replica, edit: EditRecord | undefined): string =>
  edit ? nameOf(replica, edit.key) : 'the creation'

const shown = (value: Value): string =>
  typeof value === 'string' ? value : clip(JSON.stringify(toPlain(value)))

const clip = (text: string): string =>
  text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN - 1).toWellFormed()}…` : text

/** What edits do, in a few words: how much text comes and goes, which places are set. */
function summaryOf(edits: readonly Edit[]): string {
  let [inserted, removed] = [0, 0]
  const places = new Set<string>()
  for (const edit of edits) {
    if (edit.do === 'splice') {
      inserted += edit.insert.length
      removed += edit.remove
      if (edit.path.length > 0) places.add(placeOf(edit.path))
    } else places.add(placeOf([...edit.path, edit.at]))
  }
  const text = inserted + removed > 0 ? [`+${inserted} −${removed}`] : []
  return clip([...text, ...places].join(' ')) || 'nothing'
}

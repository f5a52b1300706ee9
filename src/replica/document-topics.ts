/**
 * Operations of documents by what they are about. Filing one reads its body and nothing else: what
 * it does to a document is found out when somebody reads that (design §2.5).
 */
import type { Held } from '../chain/held.ts'
import { documentCreate, documentEdit, documentFreeze } from '../document/ops.ts'
import type { EditRecord } from '../document/record.ts'
import type { OpCid } from '../op/ids.ts'
import type { Op } from '../op/operation.ts'
import { type BodyOf, bodyReader, type Entry } from './entry.ts'

/** The body of `document.create`. */
export type CreateBody = BodyOf<typeof documentCreate>

/** An edit with its references resolved, but for what its own chain says before it. */
export type FiledEdit = Omit<EditRecord, 'before' | 'complete'> & {
  readonly document: OpCid
  readonly held: Held
}

/** A freeze with its references resolved. */
export interface FiledFreeze {
  readonly held: Held
  readonly document: OpCid
  readonly charter: OpCid
  readonly after: readonly OpCid[]
  readonly digest: Uint8Array
}

/** Everything that was said about one document. */
export interface DocumentTopic {
  readonly id: OpCid
  /** Grows with every operation. */
  version: number
  creation: (Entry<CreateBody> & { readonly charter: OpCid }) | undefined
  readonly edits: FiledEdit[]
  readonly freezes: FiledFreeze[]
}

/** A document of which nothing is known yet. */
export const emptyDocumentTopic = (id: OpCid): DocumentTopic => ({
  id,
  version: 0,
  creation: undefined,
  edits: [],
  freezes: [],
})

const readCreate = bodyReader(documentCreate)
const readEditBody = bodyReader(documentEdit)
const readFreezeBody = bodyReader(documentFreeze)

/** Files an operation of a document; the document's id, or undefined for what is not understood. */
export function fileDocumentOp(
  topicOf: (id: OpCid) => DocumentTopic,
  held: Held,
): OpCid | undefined {
  const topic = fileInto(topicOf, held)
  if (topic) topic.version++
  return topic?.id
}

function fileInto(topicOf: (id: OpCid) => DocumentTopic, held: Held): DocumentTopic | undefined {
  switch (held.op.type) {
    case documentCreate.type:
      return fileCreation(topicOf, held)
    case documentEdit.type: {
      const edit = readEdit(held)
      const topic = edit && topicOf(edit.document)
      if (edit) topic?.edits.push(edit)
      return topic
    }
    case documentFreeze.type: {
      const freeze = readFreeze(held)
      const topic = freeze && topicOf(freeze.document)
      if (freeze) topic?.freezes.push(freeze)
      return topic
    }
    default:
      return undefined
  }
}

function fileCreation(
  topicOf: (id: OpCid) => DocumentTopic,
  held: Held,
): DocumentTopic | undefined {
  const body = readCreate(held.op)
  const charter = body.ok ? held.op.refs[body.value.charter] : undefined
  if (!body.ok || charter === undefined) return undefined
  const topic = topicOf(held.op.cid)
  topic.creation = { held, body: body.value, charter }
  return topic
}

/** An edit, if its body is understood and every position in it points at a reference. */
export function readEdit(held: Held): FiledEdit | undefined {
  const body = readEditBody(held.op)
  if (!body.ok) return undefined
  const { cid, key, seq, at, v } = held.op
  const { edits } = body.value
  const named = namedBy(held.op, body.value)
  return named && { ...named, cid, key, seq, at, v, edits, held }
}

/** A freeze, likewise. */
export function readFreeze(held: Held): FiledFreeze | undefined {
  const body = held.op.type === documentFreeze.type ? readFreezeBody(held.op) : undefined
  if (!body?.ok) return undefined
  const named = namedBy(held.op, body.value)
  return named && { ...named, held, digest: body.value.digest }
}

interface Positions {
  readonly document: number
  readonly charter: number
  readonly after: readonly number[]
}

function namedBy(
  { refs }: Op,
  positions: Positions,
): { document: OpCid; charter: OpCid; after: OpCid[] } | undefined {
  const document = refs[positions.document]
  const charter = refs[positions.charter]
  const after = positions.after.flatMap((position) => refs[position] ?? [])
  const isWhole = after.length === positions.after.length
  return document && charter && isWhole ? { document, charter, after } : undefined
}

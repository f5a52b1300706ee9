/** The endpoints of documents. */
import { z } from 'zod'
import { DOCUMENT_KINDS } from '../../src/document/ops.ts'
import { accept } from '../../src/op/refusal.ts'
import type { DocumentInput } from '../../src/replica/document-acts.ts'
import type * as document from './document-api.ts'
import { acting, byId, dryRunOf, endpoint, nothing } from './endpoint.ts'
import * as shape from './schemas.ts'

const count = z.int().min(0)
const words = z.array(z.string())
/** Most edits that a version names: more heads than that take an edit that merges them first. */
const MAX_NAMED = 64
const names = z.array(z.string()).max(MAX_NAMED).readonly().exactOptional()
/** In a query string: ids, separated by commas; empty for the document as it was created. */
const nameList = z
  .string()
  .transform((text) => text.split(',').filter((id) => id !== ''))
  .exactOptional()

const documentLineShape = {
  id: z.string(),
  title: z.string(),
  kind: z.enum(DOCUMENT_KINDS),
  schema: z.string().nullable(),
  editors: z.string(),
  author: z.string().nullable(),
  edits: count,
  changedAt: count,
}
const documentLine: z.ZodType<document.DocumentLine> = z.object(documentLineShape)

const conflictLine: z.ZodType<document.ConflictLine> = z.object({
  place: z.string(),
  rivals: z.array(
    z.object({
      value: z.string(),
      author: z.string(),
      edit: z.string().nullable(),
      isShown: z.boolean(),
    }),
  ),
})

const freezeLine: z.ZodType<document.FreezeLine> = z.object({
  id: z.string(),
  author: z.string(),
  at: count,
  after: words,
  digest: z.string(),
})

const documentDetail: z.ZodType<document.DocumentDetail> = z.object({
  ...documentLineShape,
  heads: words,
  counted: count,
  text: z.string(),
  value: z.unknown(),
  conflicts: z.array(conflictLine),
  freezes: z.array(freezeLine),
})

const editLine: z.ZodType<document.EditLine> = z.object({
  id: z.string(),
  author: z.string().nullable(),
  key: z.string(),
  at: count,
  after: words,
  standing: z.enum(['counts', 'late', 'waits', 'void']),
  reason: z.string().nullable(),
  detail: z.string().nullable(),
  summary: z.string(),
})

const blameLine: z.ZodType<document.BlameLine> = z.object({
  place: z.string(),
  at: count,
  text: z.string(),
  author: z.string(),
  edit: z.string().nullable(),
  editedAt: count,
})

const documentDiff: z.ZodType<document.DocumentDiff> = z.object({
  from: words,
  to: words,
  diff: z.string(),
})

const written: z.ZodType<document.Written> = z.object({
  signed: z.array(shape.signed),
  more: count,
  merged: z.boolean(),
})

const ids = z.array(z.string())
const documentInput: z.ZodType<DocumentInput> = z.strictObject({
  kind: z.enum(DOCUMENT_KINDS),
  title: z.string(),
  editors: z.union([
    z.literal('members'),
    z.strictObject({ functions: ids }),
    z.strictObject({ stakeholders: ids }),
  ]),
  schema: shape.maybeText,
})

/** Documents: read, begun, written, frozen. */
export const DOCUMENT_ENDPOINTS = {
  documents: endpoint({
    method: 'GET',
    path: '/v1/documents',
    summary: 'all documents, the latest change first',
    input: nothing,
    output: z.array(documentLine).readonly(),
    answer: async (api) => accept(await api.documents.list()),
  }),
  document: endpoint({
    method: 'GET',
    path: '/v1/documents/:id',
    summary: 'one document whole, now or as it was after given edits',
    input: z.strictObject({ id: z.string(), at: z.string().exactOptional() }),
    output: documentDetail,
    answer: (api, { id, at }) =>
      api.documents.read(id, at === undefined ? {} : { at: nameList.parse(at) ?? [] }),
  }),
  documentHistory: endpoint({
    method: 'GET',
    path: '/v1/documents/:id/history',
    summary: 'every edit, and what became of it',
    input: byId,
    output: z.array(editLine).readonly(),
    answer: (api, { id }) => api.documents.history(id),
  }),
  documentBlame: endpoint({
    method: 'GET',
    path: '/v1/documents/:id/blame',
    summary: 'who wrote what stands there',
    input: byId,
    output: z.array(blameLine).readonly(),
    answer: (api, { id }) => api.documents.blame(id),
  }),
  documentDiff: endpoint({
    method: 'GET',
    path: '/v1/documents/:id/diff',
    summary: 'what differs between two versions',
    input: z.strictObject({
      id: z.string(),
      from: z.string().exactOptional(),
      to: z.string().exactOptional(),
    }),
    output: documentDiff,
    answer: (api, { id, from, to }) =>
      api.documents.diff(id, {
        ...(from !== undefined && { from: nameList.parse(from) ?? [] }),
        ...(to !== undefined && { to: nameList.parse(to) ?? [] }),
      }),
  }),
  createDocument: endpoint({
    method: 'POST',
    path: '/v1/documents',
    summary: 'begin a document',
    input: acting({ input: documentInput }),
    output: shape.signed,
    answer: (api, act) => api.documents.create(act.input, dryRunOf(act)),
  }),
  writeDocument: endpoint({
    method: 'POST',
    path: '/v1/documents/:id/edits',
    summary: 'write content; what others wrote since the version named is kept',
    input: acting({ id: z.string(), base: names, content: z.string() }),
    output: written,
    answer: (api, { dryRun, ...input }) =>
      api.documents.write(input, dryRun === undefined ? {} : { dryRun }),
  }),
  freezeDocument: endpoint({
    method: 'POST',
    path: '/v1/documents/:id/freezes',
    summary: 'fix the value that a document has, for proposals to cite',
    input: acting({ id: z.string(), at: names }),
    output: shape.signed,
    answer: (api, { id, ...version }) => api.documents.freeze(id, version),
  }),
}

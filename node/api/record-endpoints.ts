/** The endpoints of artefacts and notes that answer with JSON; contents stream on routes of their own. */
import { z } from 'zod'
import { type ContentDigest, readDigest } from '../../src/artefact/digest.ts'
import { accept } from '../../src/op/refusal.ts'
import type { AnnounceInput } from '../../src/replica/record-acts.ts'
import { acting, byId, dryRunOf, endpoint, nothing } from './endpoint.ts'
import type * as record from './record-api.ts'
import * as shape from './schemas.ts'

const count = z.int().min(0)
const digest = z.custom<ContentDigest>(
  (value) => typeof value === 'string' && readDigest(value) === value,
  'must be a sha256: 64 hex digits',
)

/** What a content is named by, in a query string too. */
export const contentIdentity = z.strictObject({
  digest,
  manifest: digest,
  sizeBytes: z.coerce.number().int().min(0),
})

const announceInput: z.ZodType<AnnounceInput> = z.strictObject({
  digest,
  manifest: digest,
  sizeBytes: count,
  name: z.string(),
  mediaType: shape.maybeText,
})

const problem = z.object({ code: z.string(), message: z.string(), hint: z.string() })

/** How an artefact stands at a node. */
export const localArtefact: z.ZodType<record.ArtefactLine['local']> = z.object({
  state: z.enum(['absent', 'partial', 'queued', 'checking', 'fetching', 'stopped', 'held']),
  doneBytes: count,
  sources: count,
  problem: problem.nullable(),
  checked: z.object({ at: count, damagedChunks: count }).nullable(),
})

const artefactLine: z.ZodType<record.ArtefactLine> = z.object({
  digest: z.string(),
  name: z.string(),
  mediaType: z.string().nullable(),
  sizeBytes: count,
  by: z.array(z.string()),
  standing: z.enum(['counts', 'released', 'over-quota']),
  announcedAt: count,
  pins: z.array(z.enum(['asked', 'own', 'subject'])),
  local: localArtefact,
})

const noteShape = {
  id: z.string(),
  by: z.string(),
  at: count,
  label: z.string().nullable(),
  about: z.string().nullable(),
  digest: z.string(),
  standing: z.enum(['sealed', 'revealed', 'false']),
  isOurs: z.boolean(),
  reveals: z.array(z.object({ id: z.string(), at: count, text: z.string(), isTrue: z.boolean() })),
}
const noteLine: z.ZodType<record.NoteLine> = z.object(noteShape)
const noteDetail: z.ZodType<record.NoteDetail> = z.object({
  ...noteShape,
  kept: z.object({ text: z.string(), salt: z.string(), isTrue: z.boolean() }).nullable(),
})
const noteInput: z.ZodType<record.NoteInput> = z.strictObject({
  text: z.string(),
  label: shape.maybeText,
  about: shape.maybeText,
})

/** An act on one artefact that answers with how it stands. */
const onArtefact = (word: 'fetch' | 'check' | 'pin' | 'unpin' | 'drop', summary: string) =>
  endpoint({
    method: 'POST',
    path: `/v1/artefacts/:id/${word}`,
    summary,
    input: byId,
    output: artefactLine,
    answer: ({ artefacts }, { id }) => artefacts[word](id),
  })

/** Endpoints by name; part of `ENDPOINTS`. */
export const RECORD_ENDPOINTS = {
  artefacts: endpoint({
    method: 'GET',
    path: '/v1/artefacts',
    summary: 'all artefacts, the latest announced first',
    input: nothing,
    output: z.array(artefactLine),
    answer: async ({ artefacts }) => accept([...(await artefacts.list())]),
  }),
  artefact: endpoint({
    method: 'GET',
    path: '/v1/artefacts/:id',
    summary: 'one artefact',
    input: byId,
    output: artefactLine,
    answer: ({ artefacts }, { id }) => artefacts.show(id),
  }),
  announceArtefact: endpoint({
    method: 'POST',
    path: '/v1/artefacts',
    summary: 'announce a content that was put here',
    input: acting({ input: announceInput }),
    output: shape.signed,
    answer: ({ artefacts }, act) => artefacts.announce(act.input, dryRunOf(act)),
  }),
  releaseArtefact: endpoint({
    method: 'POST',
    path: '/v1/artefacts/:id/release',
    summary: 'take back what we said of it',
    input: acting({ id: z.string() }),
    output: z.array(shape.signed).readonly(),
    answer: ({ artefacts }, act) => artefacts.release(act.id, dryRunOf(act)),
  }),
  fetchArtefact: onArtefact('fetch', 'have it fetched from members'),
  checkArtefact: onArtefact('check', 'have every byte looked at, and fetch again what is damaged'),
  pinArtefact: onArtefact('pin', 'keep it whatever the room'),
  unpinArtefact: onArtefact('unpin', 'no longer keep it by hand'),
  dropArtefact: onArtefact('drop', 'remove it from here'),
  notes: endpoint({
    method: 'GET',
    path: '/v1/notes',
    summary: 'all notes, the oldest first',
    input: nothing,
    output: z.array(noteLine),
    answer: async ({ notes }) => accept([...(await notes.list())]),
  }),
  note: endpoint({
    method: 'GET',
    path: '/v1/notes/:id',
    // Its text is private: who may only look around has no business with it.
    scope: 'operate',
    summary: 'one note, with its text where it is ours',
    input: byId,
    output: noteDetail,
    answer: ({ notes }, { id }) => notes.show(id),
  }),
  addNote: endpoint({
    method: 'POST',
    path: '/v1/notes',
    summary: 'keep a text here and commit to it',
    input: acting({ input: noteInput }),
    output: shape.signed,
    answer: ({ notes }, act) => notes.add(act.input, dryRunOf(act)),
  }),
  revealNote: endpoint({
    method: 'POST',
    path: '/v1/notes/:id/reveal',
    summary: 'publish the text of our note',
    input: acting({ id: z.string() }),
    output: shape.signed,
    answer: ({ notes }, act) => notes.reveal(act.id, dryRunOf(act)),
  }),
}

/** The route of a content (GET `:id`), and where one is put (POST, named in the query). */
export const CONTENT_PATH = '/v1/contents'

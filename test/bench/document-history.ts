/** Histories of documents: members who write texts together, most of the time one after the other. */
import type { OpCid } from '../../src/op/ids.ts'
import { invariant } from '../../src/op/refusal.ts'
import type { Founded } from '../support/coalition.ts'
import { foundFor, type HistoryOp, Scribe, type Speaker } from './scribe.ts'

/** What a history is like. */
export interface DocumentHistoryOptions {
  readonly documents: number
  /** Edits in all. */
  readonly edits: number
  /** Members who write on each document. */
  readonly authors: number
  /** How likely somebody writes on what was there before the latest edit. */
  readonly concurrency: number
}

/** A founded coalition, its documents, and what was written. */
export interface DocumentHistory {
  readonly founded: Founded
  readonly ops: readonly HistoryOp[]
  readonly documents: readonly OpCid[]
  readonly endsAt: number
}

interface Work {
  readonly id: OpCid
  readonly authors: readonly Speaker[]
  readonly own: Map<Speaker, OpCid>
  /** Edits that nobody has built on. */
  heads: OpCid[]
  /** What the heads were before the latest edit. */
  before: OpCid[]
}

/** Most edits that stand side by side; the next one then builds on all. */
const MAX_HEADS = 4
const WORDS = 'The standby cluster takes over before the primary one is drained.\n'

/** Makes a history; the same options make the same one. */
export function makeDocumentHistory(options: DocumentHistoryOptions): DocumentHistory {
  const keys = Math.max(options.authors, Math.min(100, options.documents))
  const scribe = new Scribe(foundFor(keys), { signsAll: false })
  const works = Array.from({ length: options.documents }, (_, i) => begin(scribe, options, i))
  for (let left = options.edits; left > 0; left--) write(scribe, scribe.pick(works), options)
  scribe.signLast()
  const { founded, ops } = scribe
  return { founded, ops, documents: works.map(({ id }) => id), endsAt: scribe.now() }
}

function begin(scribe: Scribe, { authors }: DocumentHistoryOptions, i: number): Work {
  const { speakers, founded } = scribe
  const circle = [...speakers, ...speakers].slice(i % speakers.length).slice(0, authors)
  const [author] = circle
  invariant(author, 'a document has authors')
  const body = { charter: 0, kind: 'text', title: `Runbook ${i}`, editors: 'members' }
  const id = scribe.say(author, { type: 'document.create', refs: [founded.coalition], body })
  return { id, authors: circle, own: new Map(), heads: [], before: [] }
}

/** Types a line at the beginning: that fits whatever stands there. */
function write(scribe: Scribe, work: Work, { concurrency }: DocumentHistoryOptions): void {
  const { founded } = scribe
  const author = scribe.pick(work.authors)
  const isLate = scribe.random() < concurrency && work.heads.length < MAX_HEADS
  const own = work.own.get(author)
  const base = isLate ? work.before : work.heads
  const after = [...new Set([...(own === undefined ? [] : [own]), ...base])]
  const edit = { do: 'splice', path: [], at: 0, remove: 0, insert: WORDS }
  const cid = scribe.say(author, {
    type: 'document.edit',
    refs: [work.id, founded.coalition, ...after],
    body: { document: 0, charter: 1, after: after.map((_, i) => i + 2), edits: [edit] },
  })
  work.before = work.heads
  work.heads = [...work.heads.filter((head) => !after.includes(head)), cid]
  work.own.set(author, cid)
}

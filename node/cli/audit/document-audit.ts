/** Documents in an audit: every freeze derived anew from its edits, and its digest compared (§2.5). */
import type { OpCid } from '../../../src/op/ids.ts'
import type { Replica } from '../../../src/replica/replica.ts'

/** A freeze that does not hold: no proposal that cites it counts. */
export interface VoidFreeze {
  readonly id: OpCid
  readonly document: OpCid
  readonly why: string
}

/** What an audit says of documents. */
export interface DocumentsAudit {
  readonly documents: number
  /** Edit operations, whatever became of them. */
  readonly edits: number
  /** Freezes whose value was derived and has the digest that they state. */
  readonly frozen: number
  /** Void for everybody; that somebody said such a thing is no fault of the bundle. */
  readonly void: readonly VoidFreeze[]
}

/** Derives what every freeze fixes. */
export function auditDocuments({ views }: Replica): DocumentsAudit {
  const topics = views.documents.topics()
  const freezes = topics.flatMap(({ id, freezes: filed }) =>
    filed.map(({ held }) => ({
      document: id,
      id: held.op.cid,
      found: views.documents.frozen(held.op.cid),
    })),
  )
  return {
    documents: topics.length,
    edits: topics.reduce((sum, { edits }) => sum + edits.length, 0),
    frozen: freezes.filter(({ found }) => found.ok).length,
    void: freezes.flatMap(({ id, document, found }) =>
      found.ok ? [] : { id, document, why: found.message },
    ),
  }
}

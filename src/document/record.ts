/** What the engine is given: a document's operations with their references resolved (design §2.5). */
import type { KeyId, OpCid } from '../op/ids.ts'
import type { DocumentKind, Edit, Editors } from './ops.ts'

/** Who says something, where in which chain, by which charter's rules. */
export interface Spoken {
  readonly cid: OpCid
  readonly key: KeyId
  readonly seq: number
  readonly at: number
  /** The protocol of its body. */
  readonly v: number
  /** The charter by which the right to say it is judged. */
  readonly charter: OpCid
}

/** An edit operation. */
export interface EditRecord extends Spoken {
  /** The edits that it says it builds on. */
  readonly after: readonly OpCid[]
  readonly edits: readonly Edit[]
  /** All that it builds on is held; only then can it count. */
  readonly complete: boolean
  /** The edit to this document before it in its own chain, whatever became of that one. */
  readonly before: OpCid | undefined
}

/** A document and everything that was ever said to change it. */
export interface DocumentRecord extends Spoken {
  readonly kind: DocumentKind
  readonly title: string
  readonly editors: Editors
  readonly schema: string | undefined
  readonly edits: ReadonlyMap<OpCid, EditRecord>
}

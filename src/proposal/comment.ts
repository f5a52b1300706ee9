/** Comments as gates and records read them (design §3.4). */
import type { OpCid, StakeholderId } from '../op/ids.ts'
import type { COMMENT_KINDS } from './ops.ts'

/** A kind of comment. */
export type CommentKind = (typeof COMMENT_KINDS)[number]

/** A comment of a stakeholder that counts, with its references resolved. */
export interface CommentRecord {
  readonly cid: OpCid
  readonly stakeholder: StakeholderId
  readonly kind: CommentKind
  readonly text: string
  /** What would settle an objection. */
  readonly disposition: string | null
  /** The comment that this one answers. */
  readonly answers: OpCid | null
  /** The author's clock in ms; shown, never judged by. */
  readonly at: number
}

/** An objection in force: one that says what would settle it. */
export const isObjection = ({ kind, disposition }: CommentRecord): boolean =>
  kind === 'objection' && disposition !== null && disposition.trim() !== ''

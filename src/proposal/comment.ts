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
  /** On a ballot of appeals (§3.8): it refers to an appeal of its author, who so shares the ballot. */
  readonly byAppellant: boolean
  /** The author's clock in ms; shown, never judged by. */
  readonly at: number
}

/** An objection in force: one that says what would settle it. */
export const isObjection = ({ kind, disposition }: CommentRecord): boolean =>
  kind === 'objection' && disposition !== null && disposition.trim() !== ''

/**
 * Comments by their authors' clocks, oldest first, but none before what it answers: clocks differ, and
 * two things may be said in one moment.
 */
export function inOrder<Said extends Pick<CommentRecord, 'cid' | 'at' | 'answers'>>(
  comments: readonly Said[],
): Said[] {
  const sorted = comments.toSorted((a, b) => a.at - b.at || (a.cid < b.cid ? -1 : 1))
  const byId = new Map(sorted.map((comment) => [comment.cid, comment]))
  const ordered = new Set<Said>()
  for (const comment of sorted) {
    const path: Said[] = []
    for (let at: Said | undefined = comment; at && !ordered.has(at); ) {
      path.push(at)
      at = at.answers === null ? undefined : byId.get(at.answers)
    }
    for (const one of path.reverse()) ordered.add(one)
  }
  return [...ordered]
}

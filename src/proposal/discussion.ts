/** A discussion as threads (design §3.4): what was said, what answers it, what is still open. */
import type { StakeholderId } from '../op/ids.ts'
import { type CommentRecord, inOrder, isObjection } from './comment.ts'
import { isLetGo } from './gates/objections.ts'

/**
 * `open`: an objection or a question that waits. `answered`; `withdrawn`: whoever objected has let go
 * of it. `null`: nothing is asked for.
 */
export type ThreadState = 'open' | 'answered' | 'withdrawn' | null

/** A comment that answers none, with everything that answers it, directly or not. */
export interface Thread {
  readonly comment: CommentRecord
  readonly state: ThreadState
  readonly answers: readonly CommentRecord[]
}

/** The threads of a discussion by their authors' clocks, oldest first. */
export function threadsOf(comments: readonly CommentRecord[], author: StakeholderId): Thread[] {
  const sorted = inOrder(comments)
  const byId = new Map(sorted.map((comment) => [comment.cid, comment]))
  const answers = Map.groupBy(
    sorted.filter((comment) => rootOf(comment, byId) !== comment),
    (comment) => rootOf(comment, byId).cid,
  )
  return sorted
    .filter((comment) => rootOf(comment, byId) === comment)
    .map((comment) => {
      const own = answers.get(comment.cid) ?? []
      return { comment, state: stateOf(comment, own, author), answers: own }
    })
}

/** The comment that a chain of answers leads to: references are to older operations, so it ends. */
function rootOf(comment: CommentRecord, byId: ReadonlyMap<string, CommentRecord>): CommentRecord {
  let at = comment
  for (let next = byId.get(at.answers ?? ''); next; next = byId.get(at.answers ?? '')) at = next
  return at
}

function stateOf(
  comment: CommentRecord,
  answers: readonly CommentRecord[],
  author: StakeholderId,
): ThreadState {
  if (comment.kind === 'question')
    return answers.some(({ kind }) => kind === 'answer') ? 'answered' : 'open'
  if (!isObjection(comment)) return null
  const lettingGo = answers.filter((answer) => isLetGo(comment, answer, author))
  if (lettingGo.length === 0) return 'open'
  const isAnswered = lettingGo.some(
    ({ stakeholder }) => stakeholder === author || stakeholder !== comment.stakeholder,
  )
  return isAnswered ? 'answered' : 'withdrawn'
}

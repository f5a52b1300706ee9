/**
 * Objections (design §3.4): one that says what would settle it holds the ballot until the proposer
 * answers it, or whoever objected does and so lets go of it. Anybody else's answer is discussion: a
 * third party can neither bury a concern nor speak for the proposer. One that does not say what would
 * settle it is shown, and holds nothing.
 */
import type { StakeholderId } from '../../op/ids.ts'
import { type CommentRecord, isObjection } from '../comment.ts'
import { type GateJudge, judged, listed } from './scene.ts'

/** Objections that nobody who could has answered. */
export function openObjections(
  comments: readonly CommentRecord[],
  author: StakeholderId,
): CommentRecord[] {
  const answers = comments.filter(({ kind, text }) => kind === 'answer' && text.trim() !== '')
  return comments.filter(
    (objection) =>
      isObjection(objection) &&
      !answers.some(
        ({ answers, stakeholder }) =>
          answers === objection.cid &&
          (stakeholder === author || stakeholder === objection.stakeholder),
      ),
  )
}

/** Every objection has an answer of the proposer, or of whoever objected. */
export const objectionsGate: GateJudge = ({ comments, author }) => {
  const all = comments.filter(isObjection)
  const open = openObjections(comments, author)
  const asked = open.map(({ stakeholder, disposition }) => `${stakeholder}: ${disposition}`)
  const sentence =
    open.length > 0
      ? `${open.length} of ${all.length} unanswered (${asked.join('; ')})`
      : all.length === 0
        ? 'nobody objects'
        : `all ${all.length} have an answer`
  const ids = listed(open.map(({ cid }) => cid))
  return judged(open.length === 0, sentence, `an answer by ${author} to ${ids}`)
}

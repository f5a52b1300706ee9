/**
 * Objections (design §3.4): one that says what would settle it holds the ballot until the proposer
 * answers it, or whoever objected does and so lets go of it. Anybody else's answer is discussion: a
 * third party can neither bury a concern nor speak for the proposer. One that does not say what would
 * settle it is shown, and holds nothing. The ballot of appeals is of all who appealed (§3.8), and so is
 * the answer: else a friend of the decision would appeal first, open the ballot and leave an objection
 * unanswered, for everybody.
 */
import type { StakeholderId } from '../../op/ids.ts'
import { type CommentRecord, isObjection } from '../comment.ts'
import { type GateJudge, judged, listed } from './scene.ts'

/** True when a comment answers an objection so that it holds nothing any more. */
export const isLetGo = (
  objection: CommentRecord,
  { kind, text, answers, stakeholder, byAppellant }: CommentRecord,
  author: StakeholderId,
): boolean =>
  kind === 'answer' &&
  text.trim() !== '' &&
  answers === objection.cid &&
  (byAppellant || stakeholder === author || stakeholder === objection.stakeholder)

/** Objections that nobody who could has answered. */
export const openObjections = (
  comments: readonly CommentRecord[],
  author: StakeholderId,
): CommentRecord[] =>
  comments.filter(
    (objection) =>
      isObjection(objection) && !comments.some((comment) => isLetGo(objection, comment, author)),
  )

/** Every objection has an answer of the proposer, or of whoever objected. */
export const objectionsGate: GateJudge = ({ comments, author, isAppeal }) => {
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
  const objectors = [...new Set(open.map(({ stakeholder }) => stakeholder))]
  const whose = [author, ...(isAppeal ? ['anybody else who appealed'] : []), objectorOf(objectors)]
  return judged(open.length === 0, sentence, `an answer to ${ids} by ${alternatives(whose)}`)
}

const objectorOf = ([only, ...more]: readonly StakeholderId[]): string =>
  only === undefined || more.length > 0 ? 'whoever objected' : only

/** `a`, `a or b`, `a, b or c`; what is named twice once. */
function alternatives(names: readonly string[]): string {
  const all = [...new Set(names)]
  return all.length < 2 ? all.join() : `${all.slice(0, -1).join(', ')} or ${all.at(-1)}`
}

/**
 * The council (design §3.8): members elected for a term by a ballot of their own, recalled by another
 * one in the same slot. What it may do beyond other members is a list in the charter.
 */
import { type FixedQuestion, shortTitle } from './question.ts'

/** The slot that elections of the council are decided in. */
export const COUNCIL_SLOT = 'council@seats'

/** The question of an election; nobody elected is a recall. */
export const electionQuestion = (elects: readonly string[]): FixedQuestion => {
  const names = elects.join(', ')
  const isRecall = elects.length === 0
  return {
    title: shortTitle(isRecall ? 'Recall the council' : `Elect the council: ${names}`),
    text: isRecall
      ? 'Shall the council be recalled, so that there is none?'
      : `Shall these be the council for the term that the charter sets: ${names}?`,
    slot: COUNCIL_SLOT,
    components: [],
  }
}

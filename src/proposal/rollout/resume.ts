/**
 * Going on after a halt (design §3.9): a ballot of its own on the emergency track, which names the
 * statements that it clears. Whatever halted besides, or halts later, halts on.
 */
import { EMERGENCY } from '../../charter/lookup.ts'
import type { OpCid } from '../../op/ids.ts'
import { type FixedQuestion, shortTitle } from '../question.ts'

/** The track on which a rollout is resumed. */
export const RESUME_TRACK = EMERGENCY

/** A halted rollout that a proposal would resume. */
export interface Resumed {
  readonly ballot: OpCid
  readonly title: string
  readonly components: readonly string[]
  /** The statements that it clears, in the order of its references. */
  readonly clears: readonly OpCid[]
}

/** The question of the ballot that resumes a rollout. */
export const resumeQuestion = ({ ballot, title, components, clears }: Resumed): FixedQuestion => ({
  title: shortTitle(`Resume the rollout of: ${title}`),
  text: [
    `Shall the rollout of ${ballot} go on, though these statements halt it?`,
    ...clears.map((cid) => `- ${cid}`),
    'Yes: they halt it no longer; every hook may run once more.',
    'No: it stays halted.',
  ].join('\n'),
  slot: `resume@${ballot}`,
  components,
})

/**
 * Gate overrides (design §3.8): a ballot of its own, on a track of its own, by which one gate counts
 * as met on one ballot. It is marked wherever that gate is shown, and listed for the retrospective.
 */
import type { OpCid } from '../op/ids.ts'
import { type FixedQuestion, shortTitle } from './question.ts'

/** A gate of a ballot that a proposal would have count as met. */
export interface Overridden {
  readonly ballot: OpCid
  readonly gate: string
  readonly title: string
  readonly components: readonly string[]
}

/** The question of the ballot that overrides a gate. */
export const overrideQuestion = ({
  ballot,
  gate,
  title,
  components,
}: Overridden): FixedQuestion => ({
  title: shortTitle(`Override gate ${gate} of: ${title}`),
  text: [
    `Shall gate ${gate} count as met on ballot ${ballot}, though it is not?`,
    'Yes: it holds that ballot open no longer; all other rules of its track stay as they are.',
    'No: it holds the ballot open until it is met.',
  ].join('\n'),
  slot: `override-${gate}@${ballot}`,
  // Their owners may veto that as they may veto the change itself.
  components,
})

/** Runs one ballot vector; throws what does not hold. */
import { deepStrictEqual } from 'node:assert/strict'
import { openReplica } from '../../support/coalition.ts'
import { TestClock } from '../../support/people.ts'
import type { Expectation } from './case.ts'
import { mergeGiven } from './founding.ts'
import { readingOf } from './reading.ts'
import { Story } from './story.ts'
import type { Vector } from './vector-files.ts'

/** What else is to be asked at each expectation, and at the end of the story. */
export type Question = (story: Story, expected?: Expectation) => void

/** Tells the story of a vector and checks what it expects, and that no order of arrival matters. */
export function runVector({ base, the }: Vector, ask: Question = () => {}): Story {
  const story = new Story(mergeGiven(base.given, the.given), (expected, at) => {
    deepStrictEqual(readingOf(expected, at), expected, the.shows)
    ask(at, expected)
  })
  story.tell(the.steps)
  ask(story)
  const state = story.replica.digest().state
  deepStrictEqual(backwards(story), state, 'the order of arrival changes nothing')
  return story
}

/** The digest at a reader who hears everything at once, the last first. */
function backwards({ founded, said, clock }: Story): string {
  const replica = openReplica(founded, { clock: new TestClock(clock.now()) })
  replica.ingest(said.toReversed())
  return replica.digest().state
}

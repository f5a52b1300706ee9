/**
 * The shared vectors on ballots (README.md): what people say goes in as signed operations, and the
 * shipped code must read what the design makes of it, in whatever order they arrive.
 */
import { describe, expect, test } from 'vitest'
import { openReplica } from '../support/coalition.ts'
import { TestClock } from '../support/people.ts'
import { mergeGiven } from './runner/founding.ts'
import { readingOf } from './runner/reading.ts'
import { Story } from './runner/story.ts'
import { ballotVectors, type Vector } from './vector-files.ts'

const VECTORS = ballotVectors()
/** Fewest vectors that there are. */
const LEAST = 150

test('there are enough vectors, each with a name of its own', () => {
  const names = VECTORS.map(({ the }) => the.name)
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([])
  expect(names.length).toBeGreaterThanOrEqual(LEAST)
})

for (const [file, vectors] of Map.groupBy(VECTORS, (vector) => vector.file))
  describe(file, () => {
    test.each(vectors)('$the.name', (vector) => run(vector))
  })

function run({ base, the }: Vector): void {
  const given = mergeGiven(base.given, the.given)
  const story = new Story(given, (expected, at) => {
    expect(readingOf(expected, at), the.shows).toEqual(expected)
  })
  story.tell(the.steps)
  expect(backwards(story), 'the order of arrival changes nothing').toBe(
    story.replica.digest().state,
  )
}

/** The digest at a reader who hears everything at once, the last first. */
function backwards({ founded, said, clock }: Story): string {
  const replica = openReplica(founded, { clock: new TestClock(clock.now()) })
  replica.ingest(said.toReversed())
  return replica.digest().state
}

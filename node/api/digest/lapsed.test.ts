/** A digest tells that a provisional adoption lapsed by time alone, and only then. */
import { expect, test } from 'vitest'
import { unwrap } from '../../../src/op/refusal.ts'
import { lapsesAt } from '../../../src/replica/overlay.ts'
import { testCharter } from '../../../test/support/coalition.ts'
import { AFTER, HOUR, PartedCoalition, RATIFY_WITHIN } from '../../../test/support/parted.ts'
import { digestOf } from './digest.ts'

/** Two of five have voted, which is the floor and no quorum: the ballot is open, and provisional. */
function provisional() {
  const coalition = new PartedCoalition(5)
  const [first, second] = coalition.parties
  if (!first || !second) throw new RangeError('two parties')
  const id = coalition.propose(first)
  coalition.vote(id, [first, second])
  coalition.later(HOUR + AFTER)
  const ballot = unwrap(first.replica.views.ballot(id))
  const lapse = lapsesAt(ballot) ?? expect.unreachable()
  /** What the digest of the hours around the lapse says under that title. */
  const told = (title: string): readonly string[] => {
    coalition.later(Math.max(0, lapse + HOUR - coalition.clock.time))
    const digest = unwrap(digestOf(first.replica, { from: lapse - HOUR, to: lapse + HOUR }))
    return digest.happened.find((section) => section.title === title)?.lines ?? []
  }
  return { coalition, first, told }
}

const LATE = [expect.stringContaining('was not settled in time')]

test('what nothing settles has lapsed', () => {
  expect(provisional().told('Provisional')).toEqual(LATE)
})

test('what an amendment has ended was not late', () => {
  const { coalition, first, told } = provisional()
  const { founded, clock, parties } = coalition
  const amendment = { ...testCharter(founded.members, founded.charter), version: 2, purpose: 'x' }
  const input = { kind: 'amendment', track: 'constitutional', slot: 'charter', amendment } as const
  const id = coalition.propose(first, input)
  const accepts = [...founded.roots.values()].map((root) =>
    root.say({ type: 'charter.accept', refs: [id], body: { amendment: 0 } }, clock.time),
  )
  for (const { replica } of parties) replica.ingest(accepts)
  coalition.vote(id, parties)
  coalition.later(HOUR)
  expect(first.replica.charter?.id).toBe(id)
  expect(told('Provisional')).toEqual([])
})

test('what lost its slot to another was not late', () => {
  const { coalition, first, told } = provisional()
  const other = coalition.propose(first)
  coalition.vote(other, coalition.parties)
  coalition.later(RATIFY_WITHIN / 2)
  const outcomes = first.replica.views.standing()?.outcomes
  expect(outcomes?.get(other)?.outcome).toBe('adopted')
  expect(told('Provisional')).toEqual([])
})

/** Rollouts of what a reduced coalition decided (design §3.7): what can be undone, and is, on a lapse. */
import { expect, test } from 'vitest'
import type { Party } from '../../../test/support/coalition.ts'
import { AFTER, HOUR, PartedCoalition, RATIFY_WITHIN } from '../../../test/support/parted.ts'
import { PLAN, plainStage, ROLLBACK } from '../../../test/support/rollout.ts'
import type { OpCid } from '../../op/ids.ts'
import { unwrap } from '../../op/refusal.ts'
import { reportDraft } from './rollout-acts.ts'
import { readRollout, selfOn } from './rollouts.ts'
import { turnOf } from './turn.ts'

const stages = [
  plainStage('first', { cohort: { stakeholders: ['s1'] }, soak: 0 }),
  plainStage('second', { reversible: false, soak: 0 }),
]
const input = { rollout: { ...PLAN, stages }, rollback: ROLLBACK }

const rolloutAt = ({ replica }: Party, id: OpCid) => unwrap(readRollout(replica, id))
const progressAt = (party: Party, id: OpCid) => {
  const { state, stages } = rolloutAt(party, id).course
  return `${state}: ${stages.map(({ progress }) => progress).join(' ')}`
}
const turnAt = (party: Party, id: OpCid) => {
  const rollout = rolloutAt(party, id)
  const self = selfOn(party.replica, rollout.ballot)
  return self && turnOf(rollout, self)
}

/** Three of five go ahead with an upgrade; the first of them has taken it. */
function goneAhead() {
  const coalition = new PartedCoalition(5)
  const [side = [], rest = []] = coalition.part(3, 2)
  const [first, second] = side
  if (!first || !second) throw new RangeError('three are there')
  const id = coalition.propose(first, input)
  coalition.vote(id, side)
  expect(progressAt(first, id)).toBe('waiting: held waiting')
  coalition.later(HOUR + AFTER)
  expect(progressAt(first, id)).toBe('running: open waiting')
  const report = unwrap(reportDraft(first.replica, { proposal: id, status: 'healthy' }))
  const issued = first.issue(report)
  first.said.push(issued)
  coalition.tell(first, [issued])
  return { coalition, first, second, rest, id }
}

test('opens what can be undone, and nothing else', () => {
  const { second, id } = goneAhead()
  expect(rolloutAt(second, id).basis).toBe('provisional')
  expect(progressAt(second, id)).toBe('running: complete held')
  expect(turnAt(second, id)).toBeUndefined()
})

test('waits for what it depends on, as it would were it adopted', () => {
  const coalition = new PartedCoalition(5)
  const [side = []] = coalition.part(3, 2)
  const [first] = side
  if (!first) throw new RangeError('three are there')
  const other = coalition.propose(first, { slot: 'policy@other' })
  const id = coalition.propose(first, { ...input, dependsOn: [other] })
  coalition.vote(id, side)
  coalition.later(HOUR + AFTER)
  expect(rolloutAt(first, id).basis).toBe('provisional')
  expect(rolloutAt(first, id).surrounds.hold?.why).toContain(other)
  expect(turnAt(first, id)).toBeUndefined()
})

test('goes on once it is ratified', () => {
  const { coalition, second, id } = goneAhead()
  coalition.heal()
  coalition.later(HOUR)
  expect(rolloutAt(second, id).basis).toBe('adopted')
  expect(progressAt(second, id)).toBe('running: complete open')
  expect(turnAt(second, id)).toMatchObject({ kind: 'deploy', stage: 'second' })
})

test('is undone by each node’s own clock when it lapses', () => {
  const { coalition, first, id } = goneAhead()
  coalition.clock.time += RATIFY_WITHIN - 1
  expect(turnAt(first, id)).toBeUndefined()
  coalition.clock.time += 1
  expect(turnAt(first, id)).toMatchObject({ kind: 'rollback', stage: 'first' })
  expect(progressAt(first, id)).toBe('rolling-back: complete held')
})

test('holds everywhere while the other side has one in the slot too', () => {
  const coalition = new PartedCoalition(4, { contingency: { stakeholders: 2 } })
  const [left = [], right = []] = coalition.part(2, 2)
  const [one, other] = [left[0], right[0]]
  if (!one || !other) throw new RangeError('two on each side')
  const ids = [coalition.propose(one, input), coalition.propose(other, input)] as const
  coalition.vote(ids[0], left)
  coalition.vote(ids[1], right)
  coalition.later(HOUR + AFTER)
  expect(progressAt(one, ids[0])).toBe('running: open waiting')
  coalition.heal()
  for (const id of ids) {
    expect(rolloutAt(one, id).surrounds.hold?.why).toContain('held')
    expect(turnAt(one, id)).toBeUndefined()
  }
})

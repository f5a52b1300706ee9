/** Findings: what a charter without problems still risks. */
import { expect, test } from 'vitest'
import { charterWith, type MemberSpec } from '../../../test/support/charters.ts'
import { findings } from './findings.ts'

const equal = (count: number, weight = 1): MemberSpec[] =>
  Array.from({ length: count }, (_, i) => [`m-${i}`, weight])
const codes = (members: readonly MemberSpec[], more = ''): string[] =>
  findings(charterWith(members, more)).map(({ code, severity }) => `${severity} ${code}`)

const NONE_TOLERATED = 'error no-fault-tolerance'

test('three equal members tolerate no faulty one, four do', () => {
  expect(codes(equal(3))).toEqual([NONE_TOLERATED])
  expect(codes(equal(4))).toEqual([])
})

test('larger weights do not hide that every member is heavier than F', () => {
  // Weight 30, F = 9, and each of the three weighs 10.
  expect(codes(equal(3, 10))).toEqual([NONE_TOLERATED])
  expect(codes(equal(4, 10))).toEqual([])
})

test('one heavy member is no reason to say that none is tolerated, but it is over the cap', () => {
  expect(codes([['big', 10], ...equal(3)])).toEqual([
    'error one-stalls',
    'error weight-share',
    'error one-forces',
    'error one-forces',
    'error one-forces',
  ])
})

test('a share at the cap is fine, above it is not', () => {
  expect(codes(equal(4), 'limits: { maxWeightShare: 1/4 }')).toEqual([])
  expect(codes(equal(4), 'limits: { maxWeightShare: 249/1000 }')).toHaveLength(4)
})

test('a member on its own is an error for a coalition and a warning for a domain', () => {
  expect(codes(equal(1), 'limits: { maxWeightShare: 1 }')).toEqual([
    NONE_TOLERATED,
    'warning contingency-never',
    'warning contingency-never',
  ])
  const domain = 'components: [{ id: core, owners: [m-0], decidedBy: owners }]'
  expect(codes(equal(4), domain)).toEqual(['warning sole-decider'])
})

test('a domain of two owners tolerates no faulty one', () => {
  const domain = 'components: [{ id: core, owners: [m-0, m-1], decidedBy: owners }]'
  const [found] = findings(charterWith(equal(4), domain))
  expect(found).toMatchObject({ code: 'no-fault-tolerance', severity: 'error' })
  expect(found?.sentence).toContain('the owners of core')
  expect(found?.fix).not.toBe('')
})

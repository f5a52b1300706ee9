/** Gates that nothing can meet, and those that one member can hold shut. */
import { expect, test } from 'vitest'
import { charterWith, type MemberSpec } from '../../../test/support/charters.ts'
import type { Charter, Track } from '../schema.ts'
import { gateFindings } from './gate-findings.ts'

const FOUR: readonly MemberSpec[] = [
  ['acme', 1, ['maintainer']],
  ['globex', 1, ['maintainer']],
  ['initech', 1, ['operator']],
  ['umbrella'],
]

function found(gates: Track['gates'], charter: Charter = charterWith(FOUR)): string[] {
  const track = charter.tracks.standard
  if (track === undefined) return expect.unreachable()
  return gateFindings(charter, { ...track, gates }, { where: 'on standard', gravity: 'error' }).map(
    ({ severity, code, who }) => `${severity} ${code}: ${who.join(' ')}`,
  )
}

const ALL = 'acme globex initech umbrella'
const reviews = (count: number, name = 'any') => ({ reviews: { count, function: name } })

test('a gate that enough members can meet, whoever proposes, is fine', () => {
  expect(found({ objections: { state: 'answered' }, risks: { state: 'reassessed' } })).toEqual([])
  expect(found({ ...reviews(3), builds: { reproductions: 3 } })).toEqual([])
  expect(found({ interop: { passes: 3, suite: '' }, drills: { count: 3 } })).toEqual([])
})

test('where all who could must, each alone holds the gate shut', () => {
  expect(found({ drills: { count: 4 } })).toEqual([`error gate-needs-all: ${ALL}`])
  expect(found({ interop: { passes: 4, suite: '' } })).toEqual([`error gate-needs-all: ${ALL}`])
})

test('where the proposer does not count, what those propose cannot pass', () => {
  expect(found(reviews(2, 'maintainer'))).toEqual([
    'warning gate-out-of-reach: acme globex',
    'error gate-needs-all: acme globex',
  ])
  expect(found(reviews(1, 'operator'))).toEqual([
    'warning gate-out-of-reach: initech',
    'error gate-needs-all: initech',
  ])
})

test('more than there are is out of reach for everybody', () => {
  expect(found(reviews(3, 'maintainer'))).toEqual(['error gate-out-of-reach: acme globex'])
  expect(found({ builds: { reproductions: 5 } })).toEqual([`error gate-out-of-reach: ${ALL}`])
})

test('a gate that only a later version judges lets nothing pass', () => {
  expect(found({ oracle: {} })).toEqual(['error gate-unjudged: '])
})

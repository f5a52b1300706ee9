/** A ballot under a charter that is not the current one when it opens is declined (design §3.6, 1). */
import { expect, test } from 'vitest'
import { type Party, testCharter } from '../../test/support/coalition.ts'
import { HOUR, PartedCoalition } from '../../test/support/parted.ts'
import { unwrap } from '../op/refusal.ts'
import { refusalReason } from './closing.ts'

const CORE = { id: 'core', owners: ['s1', 's2', 's3'], depends: [], decidedBy: 'owners' as const }
/** When s1 hears of the amendment: it is proposed after an hour, and takes its window to settle. */
const AMENDED_AFTER = 2 * HOUR + 60_000
const at = (list: readonly Party[], i: number): Party => list[i] ?? expect.unreachable(`party ${i}`)

/** The others amend the charter; what they said, roots included. */
function amended({ founded, clock }: PartedCoalition, side: readonly Party[], propose: Propose) {
  const amendment = {
    ...testCharter(founded.members, founded.charter),
    version: 2,
    purpose: 'more',
  }
  const input = { kind: 'amendment', track: 'constitutional', slot: 'charter', amendment } as const
  const id = propose(input)
  const accepts = [...founded.roots.values()].map((root) =>
    root.say({ type: 'charter.accept', refs: [id], body: { amendment: 0 } }, clock.time),
  )
  for (const { replica } of side) replica.ingest(accepts)
  return { id, accepts }
}
type Propose = (
  input: Parameters<PartedCoalition['propose']>[1],
) => ReturnType<PartedCoalition['propose']>

/**
 * Why s1, who was alone meanwhile, declines a ballot of its domain once it hears that the charter is
 * another; the ballot, which came before, opens so long after that.
 */
function whyAfter(ms: number): string | undefined {
  const coalition = new PartedCoalition(4, { charter: { components: [CORE] } })
  const [alone = [], rest = []] = coalition.part(1, 3)
  const opensAt = coalition.clock.time + AMENDED_AFTER + ms
  const touched = { track: 'domain', slot: 'core@main', components: ['core'] }
  const ballot = coalition.propose(at(alone, 0), { ...touched, opensAt })
  coalition.clock.time += HOUR
  const { id, accepts } = amended(coalition, rest, (input) => coalition.propose(at(rest, 0), input))
  coalition.vote(id, rest)
  coalition.later(AMENDED_AFTER - HOUR)
  const { replica } = at(alone, 0)
  replica.ingest([...accepts, ...rest.flatMap(({ said }) => said)])
  expect(replica.charter?.id).toBe(id)
  const scene = replica.scene(coalition.clock.time) ?? expect.unreachable()
  return refusalReason(unwrap(replica.views.ballot(ballot)), scene)
}

test('by the node’s own clock, to the millisecond', () => {
  const why = 'its charter was no longer the current one'
  expect([-1, 0, HOUR].map(whyAfter)).toEqual([undefined, why, why])
})

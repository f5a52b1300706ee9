/** What would change a ballot whose voting window is over at the node that explains it. */
import { expect, test } from 'vitest'
import { unwrap } from '../../src/op/refusal.ts'
import { testTrack } from '../../test/support/coalition.ts'
import { ServedCoalition } from '../../test/support/service.ts'

const HOUR_MS = 3_600_000
const track = testTrack({ gates: { objections: { state: 'answered' } } })
const tracks = { standard: track, emergency: track, constitutional: track }

/** Changes as one of the members sees them, before and after the end of the window. */
async function changesWith(votes: number) {
  const coalition = new ServedCoalition([1, 1, 1, 1], { charter: { tracks } })
  const id = await coalition.proposed('policy@a')
  const { service } = coalition.node(3)
  unwrap(
    await service.comment({
      ...{ proposal: id, kind: 'objection', text: 'no', disposition: 'a plan' },
    }),
  )
  for (let n = 0; n < votes; n++) unwrap(await coalition.node(n).service.vote(id, 'yes', undefined))
  coalition.exchange()
  const seen = async () => {
    const { headline, changes } = unwrap(await service.explain(id))
    return { headline, changes }
  }
  const before = await seen()
  coalition.clock.advance(track.windows.voting + HOUR_MS)
  return { before, after: await seen() }
}

test('a quorum that is lacking can come only from what was voted in time', async () => {
  const { before, after } = await changesWith(1)
  expect(before.headline).toMatch(/^Open: quorum/)
  expect(after.headline).toMatch(/^Open, though voting is over here: quorum/)
  expect(after.changes).toEqual(before.changes)
})

test('a gate that is lacking is met as before', async () => {
  const { before, after } = await changesWith(3)
  expect(after).toEqual(before)
  expect(after.changes).toEqual([expect.stringContaining('gate objections')])
})

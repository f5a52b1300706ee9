import { expect, it } from 'vitest'
import { simpleProposal, testTrack } from '../../test/support/coalition.ts'
import { ServedCoalition } from '../../test/support/service.ts'
import type { OpCid } from '../op/ids.ts'
import { unwrap } from '../op/refusal.ts'
import { againInput } from './again.ts'

const HOUR = 3_600_000
/** In a hurry more must agree. */
const emergency = testTrack({ approval: { at: { num: 1, den: 1 }, of: 'total' } })
const charter = {
  tracks: { standard: testTrack(), emergency, constitutional: testTrack() },
  appeals: { track: 'emergency' },
}

class Hurry extends ServedCoalition {
  constructor() {
    super([1, 1, 1, 1], { charter })
  }

  async urgent(over: object = {}): Promise<OpCid> {
    return this.proposed('policy@fix', 'Patch now', {
      ...{ track: 'emergency', criteria: ['No user has to act'] },
      ...{ subjects: [{ name: 'core', digest: 'sha256:aa' }], text: 'Upgrade to 4.1 tonight.' },
      ...over,
    })
  }

  async decide(id: OpCid, yes: readonly number[], no: readonly number[] = []): Promise<void> {
    for (const n of yes) unwrap(await this.node(n).service.vote(id, 'yes', undefined))
    for (const n of no) unwrap(await this.node(n).service.vote(id, 'no', undefined))
    this.exchange()
    this.clock.advance(25 * HOUR)
    this.settle()
  }

  outcome(id: OpCid): string | undefined {
    return this.node(1).replica.views.standing()?.outcomes.get(id)?.outcome
  }
}

it('an emergency that was not carried falls over to standard, word for word, and passes there', async () => {
  const coalition = new Hurry()
  const id = await coalition.urgent()
  expect(againInput(coalition.node(0).replica, id)).toMatchObject({ code: 'not-declined' })
  await coalition.decide(id, [0, 1], [2])
  expect(coalition.outcome(id)).toBe('declined')
  const explained = unwrap(await coalition.node(0).service.explain(id))
  expect(explained.changes.join()).toContain('propose --again')
  // Any member may ask again, not only whoever was in a hurry.
  const { cid } = unwrap(await coalition.node(1).service.recourse.again({ proposal: id }))
  coalition.exchange()
  const [before, after] = [id, (cid ?? '') as OpCid].map(
    (one) => unwrap(coalition.node(2).replica.views.ballot(one)).body,
  )
  const same = ['title', 'summary', 'slot', 'criteria', 'subjects', 'scope'] as const
  for (const field of same) expect(after?.[field]).toEqual(before?.[field])
  expect(after).toMatchObject({ track: 'standard', document: before?.document })
  await coalition.decide((cid ?? '') as OpCid, [0, 1], [2])
  expect(coalition.outcome((cid ?? '') as OpCid)).toBe('adopted')
})

it('goes where it is told, to a track that there is', async () => {
  const coalition = new Hurry()
  const id = await coalition.urgent()
  await coalition.decide(id, [0], [1, 2, 3])
  const { replica } = coalition.node(0)
  expect(unwrap(againInput(replica, id, 'emergency')).track).toBe('emergency')
  expect(againInput(replica, id, 'urgent')).toMatchObject({ code: 'track' })
})

it('what was adopted, or is open, is not asked again', async () => {
  const coalition = new Hurry()
  const id = await coalition.proposed('policy@a')
  await coalition.decide(id, [0, 1, 2])
  const { replica, service } = coalition.node(0)
  expect(againInput(replica, id)).toMatchObject({ code: 'not-declined' })
  const open = unwrap(await service.propose(simpleProposal('policy@b')))
  expect(againInput(replica, (open.cid ?? '') as OpCid)).toMatchObject({ code: 'not-declined' })
})

/** An appeal on real daemons: it is shown and delays hooks everywhere, and its ballot is upheld. */
import { expect, test } from 'vitest'
import { ApiClient } from '../../node/api/client.ts'
import type { Daemon } from '../../node/daemon/daemon.ts'
import { unwrap } from '../../src/op/refusal.ts'
import { simpleProposal, testTrack } from '../support/coalition.ts'
import { foundHomes, invite, makeHomes, startDaemon } from '../support/daemons.ts'
import { until } from '../support/network.ts'

test('four daemons set aside on appeal what they had adopted', async () => {
  const homes = await makeHomes(4)
  const track = testTrack({ windows: { ...testTrack().windows, appeal: 3_600_000 } })
  const tracks = { standard: track, emergency: track, constitutional: track }
  const coalition = foundHomes(homes, { tracks, appeals: { track: 'emergency' } })
  const daemons: Daemon[] = []
  for (const { home } of homes) {
    invite(home, coalition, daemons.slice(0, 1))
    daemons.push(await startDaemon(home))
  }
  const apis = homes.map(({ home }) => new ApiClient(home.layout.socket))
  const [author, second, third] = apis
  if (!author || !second || !third) throw new RangeError('there are four')
  await until('all know all', () =>
    daemons.every(
      ({ replica }) =>
        replica.ledger.keyring.nodeKeys().length === 4 &&
        replica.views.ratification()?.active === true,
    ),
  )
  const everywhere = (what: string, holds: (api: ApiClient) => Promise<boolean>) =>
    until(what, async () => (await Promise.all(apis.map(holds))).every(Boolean), 20_000)
  const adopt = async (id: string) => {
    await everywhere('all see it', async (api) => (await api.proposal(id)).ok)
    for (const api of apis) unwrap(await api.vote(id, 'yes', undefined))
    await everywhere(
      'adopted everywhere',
      async (api) => unwrap(await api.proposal(id)).outcome === 'adopted',
    )
  }

  const id = unwrap(await author.propose(simpleProposal('policy@one', 'Meet weekly'))).cid ?? ''
  await adopt(id)
  for (const api of apis)
    expect(unwrap(await api.proposal(id)).appeal).toMatchObject({
      stage: 'window',
      delaysHooks: true,
    })
  const input = { proposal: id, grounds: 'nobody asked the operators' }
  const { ballot } = unwrap(await second.recourse.appeal(input))
  if (ballot === null) throw new RangeError('an appeal has a ballot')
  await everywhere(
    'all know that it is appealed against',
    async (api) => unwrap(await api.proposal(id)).appeal?.stage === 'pending',
  )
  const joined = unwrap(await third.recourse.appeal({ ...input, grounds: 'nor us' }))
  expect(joined).toMatchObject({ opened: null, ballot })
  await adopt(ballot)
  await everywhere('upheld everywhere', async (api) => {
    const { appeal } = unwrap(await api.proposal(id))
    return appeal?.stage === 'upheld' && appeal.appeals.length === 2
  })
  for (const { replica } of daemons)
    expect(replica.views.standing()?.holders.get('policy@one')).toBe(ballot)
  await until('all derive the same', async () => {
    const digests = await Promise.all(apis.map(async (api) => (await api.status()).digests))
    return new Set(digests.map(({ state }) => state)).size === 1
  })
})

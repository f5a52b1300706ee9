/** A gate on real daemons: it holds a ballot open until attestations come in; then it settles. */
import { expect, test } from 'vitest'
import { ApiClient } from '../../node/api/client.ts'
import type { Daemon } from '../../node/daemon/daemon.ts'
import { unwrap } from '../../src/op/refusal.ts'
import { simpleProposal, testTrack, UPGRADE_SCOPE } from '../support/coalition.ts'
import { foundHomes, invite, makeHomes, startDaemon } from '../support/daemons.ts'
import { until } from '../support/network.ts'

test('a ballot that everybody voted for waits for its reviews and builds, then settles', async () => {
  const homes = await makeHomes(4)
  const gates = { reviews: { count: 2, function: 'any' }, builds: { reproductions: 1 } }
  const tracks = {
    standard: testTrack({ gates }),
    emergency: testTrack(),
    constitutional: testTrack(),
  }
  const coalition = foundHomes(homes, { tracks })
  const daemons: Daemon[] = []
  for (const { home } of homes) {
    invite(home, coalition, daemons.slice(0, 1))
    daemons.push(await startDaemon(home))
  }
  // Over the sockets, as commands speak to them.
  const apis = homes.map(({ home }) => new ApiClient(home.layout.socket))
  const [author, second, third, fourth] = apis
  if (!author || !second || !third || !fourth) throw new RangeError('there are four')
  await until('all know all', () =>
    daemons.every(
      ({ replica }) =>
        replica.ledger.keyring.nodeKeys().length === 4 &&
        replica.views.ratification()?.active === true,
    ),
  )
  const core = { name: 'core', digest: `sha256:${'ab'.repeat(32)}` }
  const input = {
    ...simpleProposal('core@main'),
    ...{ kind: 'upgrade' as const, scope: UPGRADE_SCOPE, subjects: [core] },
  }
  const id = unwrap(await author.propose(input)).cid ?? ''
  const holds = (check: (api: ApiClient) => Promise<boolean>) => async (): Promise<boolean> =>
    (await Promise.all(apis.map(check))).every(Boolean)
  await until(
    'all see it',
    holds(async (api) => (await api.proposal(id)).ok),
  )
  for (const api of apis) unwrap(await api.vote(id, 'yes', undefined))
  await until(
    'all have all votes',
    holds(async (api) => unwrap(await api.proposal(id)).votes.length === 4),
  )
  const review = { kind: 'review', verdict: 'approve', scope: [] } as const
  const build = { kind: 'build', builder: 'https://ci.example', buildType: 'urn:make' } as const
  unwrap(await second.attestations.state({ proposal: id, finding: review }))
  unwrap(await fourth.attestations.state({ proposal: id, finding: build, built: [core] }))
  await until(
    'all hold both',
    holds(async (api) => unwrap(await api.attestations.list({})).length === 2),
  )
  // Everything is there but one review: nobody has closed, so nobody can have sealed.
  for (const api of apis) {
    const { seals, outcome, reasons } = unwrap(await api.proposal(id))
    expect({ seals, outcome }).toEqual({ seals: [], outcome: 'open' })
    expect(reasons).toEqual(['Gate reviews: 1 of 2 stakeholders approve (s2).'])
  }
  unwrap(await third.attestations.state({ proposal: id, finding: review }))
  await until(
    'adopted everywhere',
    holds(async (api) => unwrap(await api.proposal(id)).outcome === 'adopted'),
    20_000,
  )
  for (const api of apis)
    expect(
      unwrap(await api.attestations.list({ proposal: id })).map(({ check }) => check.state),
    ).toEqual(['verified', 'verified', 'verified'])
})

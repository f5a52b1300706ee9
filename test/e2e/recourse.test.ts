/**
 * Ways to go on from a disagreement (design §3.8), walked on real daemons through the command line:
 * an appeal, a panel that is drawn, a council, an escalation, a mediator, an override. One coalition
 * of four for all of it; each test goes on from the one before.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ApiClient } from '../../node/api/client.ts'
import { Workplace } from '../../node/cli/testing.ts'
import { Daemon } from '../../node/daemon/daemon.ts'
import { silentLog } from '../../node/daemon/log.ts'
import { openHome } from '../../node/home/home.ts'
import { unwrap } from '../../src/op/refusal.ts'
import type { Dispute } from '../../src/replica/recourse/disputes.ts'
import type { Escalation } from '../../src/replica/recourse/escalations.ts'
import { testTrack } from '../support/coalition.ts'
import { foundHomes, invite, makeHomes } from '../support/daemons.ts'
import { FAST, until } from '../support/network.ts'

const HOUR_MS = 3_600_000
const plain = testTrack()
const standard = testTrack({ windows: { ...plain.windows, appeal: HOUR_MS } })
const emergency = testTrack({ gates: { reviews: { count: 3, function: 'any' } } })
const CHARTER = {
  tracks: { standard, emergency, constitutional: plain },
  appeals: { track: 'constitutional' },
  overrides: { track: 'constitutional' },
  panels: { seats: 2, functions: [] },
  mediation: { binding: true },
  council: {
    seats: 2,
    term: 24 * HOUR_MS,
    track: 'constitutional',
    powers: ['escalation.resolve', 'dispute.close'],
  },
}
const ALL = [0, 1, 2, 3]

const place = new Workplace()
const daemons: Daemon[] = []
const apis: ApiClient[] = []

beforeAll(async () => {
  const homes = await makeHomes(ALL.length, place.dir)
  const coalition = foundHomes(homes, CHARTER)
  await as(0, 'config', 'set', 'digest.every', 'daily')
  for (const [n, { home }] of homes.entries()) {
    invite(home, coalition, daemons.slice(0, 1))
    daemons.push(await start(n))
    apis.push(new ApiClient(home.layout.socket))
  }
  await until('all know all', () =>
    daemons.every(
      ({ replica }) =>
        replica.ledger.keyring.nodeKeys().length === ALL.length &&
        replica.views.ratification()?.active === true,
    ),
  )
})

afterAll(async () => {
  await Promise.all(daemons.map((daemon) => daemon.stop()))
  place.remove()
})

const start = (member: number): Promise<Daemon> =>
  Daemon.start({ home: openHome(place.path(`s${member + 1}`)), log: silentLog, timings: FAST })

/** A command that a member types, and that works. */
async function as(member: number, ...argv: string[]): Promise<string> {
  const { out, err, exit } = await place.run(argv, { home: `s${member + 1}` })
  expect({ argv, err, exit }).toEqual({ argv, err: '', exit: 0 })
  return out
}

const everywhere = (what: string, holds: (api: ApiClient) => Promise<boolean>) =>
  until(what, async () => (await Promise.all(apis.map(holds))).every(Boolean), 20_000)

/** The id after one of these words in what a command printed. */
const idIn = (out: string): string =>
  /(?:by ballot |id {2})(bafy\w+)/.exec(out)?.[1] ?? expect.unreachable(out)

async function votedBy(members: readonly number[], ballot: string): Promise<void> {
  await everywhere('all see it', async (api) => (await api.proposal(ballot)).ok)
  for (const n of members) await as(n, 'vote', ballot, 'yes')
}

async function adopt(ballot: string): Promise<void> {
  await votedBy(ALL, ballot)
  await everywhere(
    'adopted everywhere',
    async (api) => unwrap(await api.proposal(ballot)).outcome === 'adopted',
  )
}

const propose = async (member: number, title: string, ...more: string[]): Promise<string> =>
  idIn(await as(member, 'propose', '--title', title, '--text', title, ...more))

/** Until a dispute stands so at every node. */
const disputed = (what: string, id: string, holds: (dispute: Dispute) => boolean) =>
  until(what, () =>
    daemons.every(({ replica }) => {
      const dispute = replica.views.matters.disputes().find((one) => one.id === id)
      return dispute !== undefined && holds(dispute)
    }),
  )

/** Until an escalation stands so at every node. */
const escalated = (what: string, id: string, holds: (escalation: Escalation) => boolean) =>
  until(what, () =>
    daemons.every(({ replica }) => {
      const escalation = replica.views.matters.escalations().find((one) => one.id === id)
      return escalation !== undefined && holds(escalation)
    }),
  )

test('four daemons set aside on appeal what they had adopted', async () => {
  const id = await propose(0, 'Meet weekly', '--slot', 'policy@one')
  await adopt(id)
  for (const api of apis)
    expect(unwrap(await api.proposal(id)).appeal).toMatchObject({
      stage: 'window',
      delaysHooks: true,
    })
  const appealed = await as(1, 'appeal', id, '--because', 'nobody asked the operators')
  const ballot = idIn(appealed)
  await everywhere(
    'all know that it is appealed against',
    async (api) => unwrap(await api.proposal(id)).appeal?.stage === 'pending',
  )
  expect(await as(2, 'appeal', id, '--because', 'nor us')).toContain(`by ballot ${ballot}`)
  await adopt(ballot)
  await everywhere('upheld everywhere', async (api) => {
    const { appeal } = unwrap(await api.proposal(id))
    return appeal?.stage === 'upheld' && appeal.appeals.length === 2
  })
  for (const { replica } of daemons)
    expect(replica.views.standing()?.holders.get('policy@one')).toBe(ballot)
})

test('a dispute goes to a panel that the next settlement draws, while a council is elected', async () => {
  const opening = ['severity', 'CVE-2031-7', '--party', 's1', '--party', 's2']
  const id = idIn(await as(0, 'disputes', 'open', ...opening, '--because', 's2 says low'))
  await disputed('all know of it', id, () => true)
  const elected = idIn(await as(2, 'council', 'elect', 's3', 's4', '--because', 'somebody must'))
  await adopt(elected)
  await until('the fourth has what the third recorded', () => {
    const found = daemons[3]?.replica.views.ballots().find(({ id: one }) => one === elected)
    return found?.settlements.some(({ stakeholder }) => stakeholder === 's3') ?? false
  })
  expect(await as(3, 'disputes', 'panel', id)).toMatch(/✓ drawn: (s3, s4|s4, s3)/)
  await disputed('all see the panel', id, ({ panels }) => panels.length === 1)
  for (const n of [2, 3])
    await as(n, 'disputes', 'rule', id, 'high', '--because', 'no login is needed')
  await disputed('settled by the panel', id, ({ state }) => state.state === 'settled')
  expect(await as(1, 'disputes')).toContain('settled by panel: high')
})

test('a council member resolves what is another’s to resolve, by its mandate', async () => {
  expect(await as(0, 'council')).toMatch(/in office +s3, s4 until/)
  const asked = ['waiting', 'Who pays?', '--owner', 's2', '--due', '3h', '--because', 'no answer']
  const id = idIn(await as(0, 'escalations', 'open', ...asked))
  await escalated('all see it', id, () => true)
  await as(3, 'escalations', 'resolve', id, '--because', 's2 pays')
  await escalated('all see that', id, ({ resolutions }) => resolutions.length === 1)
  expect(await as(0, 'escalations')).toMatch(/resolved +s4, council: s2 pays/)
})

test('a mediator whom both parties accept settles a dispute', async () => {
  const opening = ['ownership', 'the gateway', '--party', 's1', '--party', 's2']
  const id = idIn(await as(1, 'disputes', 'open', ...opening, '--because', 'both deploy it'))
  await disputed('all know of it', id, () => true)
  await as(0, 'disputes', 'mediator', id, 's4')
  await disputed('all know the offer', id, ({ mediators }) => mediators.length === 1)
  await as(1, 'disputes', 'mediator', id, 's4')
  await disputed('all know who mediates', id, ({ mediators }) => mediators[0]?.isAccepted === true)
  await as(3, 'disputes', 'rule', id, 's1', '--because', 'it was first')
  await disputed('all know the ruling', id, ({ state }) => state.state === 'settled')
  expect(await as(2, 'disputes')).toContain('settled by mediator: s1')
})

test('a gate that holds a ballot open is overridden by a ballot of its own', async () => {
  const id = await propose(3, 'Rotate keys', '--slot', 'policy@keys', '--track', 'emergency')
  await votedBy(ALL, id)
  const because = ['--because', 'every reviewer is ill']
  const ballot = idIn(await as(1, 'override', id, 'reviews', ...because))
  await adopt(ballot)
  await everywhere(
    'the gate holds it no longer',
    async (api) => unwrap(await api.proposal(id)).outcome === 'adopted',
  )
  expect(await as(2, 'explain', id)).toMatch(/gate:reviews: OVERRIDDEN/)
  expect(await as(2, 'overrides')).toMatch(/reviews +Rotate keys +adopted +s2/)
})

test('in the end all derive the same', async () => {
  await until('equal digests', async () => {
    const digests = await Promise.all(apis.map(async (api) => (await api.status()).digests))
    return new Set(digests.map(({ state }) => state)).size === 1
  })
})

test('a day later the daemon writes its digest by itself: what happened, and what is due', async () => {
  await daemons.shift()?.stop()
  await as(0, 'config', 'set', 'clockOffsetMs', String(25 * HOUR_MS))
  const daemon = await start(0)
  daemons.unshift(daemon)
  const { digests } = openHome(place.path('s1')).layout
  await until('there is one', () => existsSync(digests) && readdirSync(digests).length === 1)
  const [name = ''] = readdirSync(digests)
  const page = readFileSync(join(digests, name), 'utf8')
  for (const told of ['Meet weekly', 'CVE-2031-7', 'Who pays?', 'Rotate keys'])
    expect(page).toContain(told)
})

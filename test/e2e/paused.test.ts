/**
 * A daemon that is stopped and goes on much later, as on a laptop that slept or a machine that was
 * migrated: the others see it gone and decide without it, and it catches up by itself (design §6.3).
 */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { demoCharter, FOUNDERS } from '../../node/demo/cast.ts'
import { Company } from '../../node/demo/company.ts'
import { freePort, type Organisation } from '../../node/demo/organisation.ts'
import { Stage } from '../../node/demo/stage.ts'
import { until } from '../../node/demo/until.ts'

/** Longest until silence is noticed: a ping is due, and its answer is overdue. In ms. */
const NOTICED_MS = 30_000
const ROLES = FOUNDERS.slice(0, 4)
const IDS = ROLES.map(({ id }) => id)
const [AWAKE, ASLEEP] = [IDS.slice(0, 3), 'dogwood']

const directory = mkdtempSync(join(tmpdir(), 'folkmoot-paused-'))
const company = new Company(directory, new Stage(process.stdout, true))
afterAll(async () => {
  const { pid } = company.org(ASLEEP)
  if (pid > 0) process.kill(pid, 'SIGCONT')
  await company.end()
})

async function initialise(org: Organisation): Promise<void> {
  const listen = `/ip4/127.0.0.1/tcp/${await freePort()}`
  await org.run('init', '--id', org.id, '--listen', listen)
  await org.run('card', '-o', company.path(`${org.id}.card`))
}

async function coalition(): Promise<void> {
  const orgs = IDS.map((id) => company.org(id))
  await Promise.all(orgs.map(initialise))
  const cards = IDS.map((id) => company.path(`${id}.card`))
  const charter = company.write('charter.yaml', demoCharter(ROLES))
  const [founder, ...others] = orgs
  await founder?.run('found', charter, '--cards', ...cards, '-o', company.path('invite'))
  for (const org of others) {
    await org.run('join', company.path('invite'))
    await org.run('ratify')
  }
  await Promise.all(orgs.map((org) => org.up()))
  await company.connected(IDS, IDS.length - 1)
}

const sees = async (id: string, other: string): Promise<boolean> =>
  (await company.org(id).api.peers()).some((p) => p.stakeholder === other && p.connected)

test('a daemon that was stopped for a while is seen gone, and catches up by itself', {
  timeout: 120_000,
}, async () => {
  await coalition()
  const { pid } = company.org(ASLEEP)
  process.kill(pid, 'SIGSTOP')
  await until('the others see it gone', NOTICED_MS, async () => {
    const seen = await Promise.all(AWAKE.map((id) => sees(id, ASLEEP)))
    return !seen.includes(true)
  })
  const [first = ''] = AWAKE
  const { peers } = await company.org(first).api.status()
  expect(peers).toMatchObject({ connected: AWAKE.length - 1, known: AWAKE.length })
  const id = await company.propose(first, { title: 'Without it', slot: 'naps@policy' })
  for (const one of AWAKE) await company.vote(one, id, 'yes')
  process.kill(pid, 'SIGCONT')
  await company.connected(IDS, IDS.length - 1)
  await company.vote(ASLEEP, id, 'yes')
  await company.settled(IDS, id, 'adopted')
  await company.converged(IDS)
})

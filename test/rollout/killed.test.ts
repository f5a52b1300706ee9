/**
 * A daemon that is killed at any moment, again and again, while its hooks run (design §3.9): each hook
 * is run at most once, and what nobody saw to its end is reported as inconclusive. Every second kill is
 * aimed at a hook that runs, so that interrupted ones do occur; they are counted.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { writeConfigValue } from '../../node/home/config-file.ts'
import { INTERRUPTED } from '../../node/hooks/rollout-runner.ts'
import { unwrap } from '../../src/op/refusal.ts'
import { tempDir } from '../acceptance/temp-dir.ts'
import { Dice } from '../convergence/moot.ts'
import { simpleProposal } from '../support/coalition.ts'
import { foundHomes, makeHomes } from '../support/daemons.ts'
import { NodeProcess, waitFor } from '../support/node-process.ts'
import { plainStage, ROLLBACK } from '../support/rollout.ts'

/** How often it is killed; `npm run soak:rollout` does so many times more. */
const KILLS = Number(process.env.ROLLOUT_KILLS ?? 2)
/** Rollouts that begin before each kill, so far apart, in ms. */
const BATCH = 3
const APART_MS = 250
const ROLLOUTS = BATCH * KILLS
/** Longest wait for all to be decided, or reported, in ms. */
const PATIENCE_MS = 120_000

const nodes: NodeProcess[] = []
afterAll(async () => {
  for (const node of nodes) await node.down('SIGKILL')
})

/** Upgrades of a few slots, each adopted, that begin one after the other from now on. */
async function decide({ api }: NodeProcess, batch: number): Promise<void> {
  const begin = Date.now()
  for (let i = 0; i < BATCH; i++) {
    const stages = [plainStage('all', { soak: 0 })]
    const activation = { notBefore: begin + i * APART_MS }
    const rollout = { stages, indicators: [], builds: [], activation }
    const input = { ...simpleProposal(`part-${batch}-${i}@main`), rollout, rollback: ROLLBACK }
    const { cid } = unwrap(await api.propose(input))
    unwrap(await api.vote(cid ?? '', 'yes', undefined))
  }
  await waitFor(
    'everything is adopted',
    async () => (await api.proposals()).every(({ outcome }) => outcome === 'adopted'),
    PATIENCE_MS,
  )
}

/** The ids of events, a line each, that hooks wrote when they began and when they ended. */
function linesOf(file: string): string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
}

interface Told {
  readonly status: string
  readonly note: string
}

/** What became of each hook, by the id of its event, once all are reported. */
async function reported({ api }: NodeProcess): Promise<ReadonlyMap<string, Told>> {
  const told = new Map<string, Told>()
  await waitFor(
    'every hook is reported',
    async () => {
      for (const { proposal } of unwrap(await api.rollouts.list())) {
        const id = `deploy:${proposal}:all:0`
        if (told.has(id)) continue
        const { hooks, stages } = unwrap(await api.rollouts.show(proposal))
        const note = stages[0]?.members[0]?.note ?? ''
        if (hooks[0]?.state === 'reported') told.set(id, { status: hooks[0].status ?? '', note })
      }
      return told.size === ROLLOUTS
    },
    PATIENCE_MS,
  )
  return told
}

test('a daemon that is killed runs no hook twice, and says of each how it ended', {
  timeout: 3 * PATIENCE_MS + KILLS * 60_000,
}, async () => {
  const folder = tempDir()
  const homes = await makeHomes(1, folder)
  foundHomes(homes)
  const { home } = homes[0] ?? expect.unreachable()
  const [began, ended] = [join(folder, 'began'), join(folder, 'ended')]
  // While this file is there no hook ends: a kill that is aimed at one hits it in the middle.
  const hold = join(folder, 'hold')
  const script = [
    `echo "$FOLKMOOT_EVENT_ID" >> '${began}'`,
    `while [ -e '${hold}' ]; do sleep 0.05; done; sleep 0.$(( $$ % 5 ))`,
    `echo "$FOLKMOOT_EVENT_ID" >> '${ended}'`,
  ].join('; ')
  const deploy = { command: ['/bin/sh', '-c', script] }
  writeConfigValue(home.layout.config, 'rollout.hooks', { '*': { deploy } })
  const node = new NodeProcess(home)
  nodes.push(node)
  await node.up()
  await waitFor('it is active', async () => (await node.api.status()).ratified.active)
  const dice = new Dice(7)
  let aimed = 0
  for (let kill = 0; kill < KILLS; kill++) {
    const isAimed = kill % 2 === 0
    if (isAimed) writeFileSync(hold, '')
    const before = linesOf(began).length
    await decide(node, kill)
    if (isAimed) {
      await waitFor('a hook runs', async () => linesOf(began).length > before, PATIENCE_MS)
      aimed++
    } else await sleep(dice.int(0, 1_500))
    await node.down('SIGKILL')
    rmSync(hold, { force: true })
    await node.up()
  }
  const told = await reported(node)
  const ran = linesOf(began)
  expect(new Set(ran).size, 'no hook ran twice').toBe(ran.length)
  const withStatus = (status: string): string[] =>
    [...told].filter(([, one]) => one.status === status).map(([id]) => id)
  const interrupted = withStatus('inconclusive')
  const healthy = withStatus('healthy')
  expect(interrupted.length + healthy.length).toBe(ROLLOUTS)
  // Only what was seen to its end is called healthy; of all else it is said why.
  expect(healthy.filter((id) => !linesOf(ended).includes(id))).toEqual([])
  for (const id of interrupted) expect(told.get(id)?.note).toBe(INTERRUPTED)
  const inTheMiddle = interrupted.filter((id) => ran.includes(id))
  expect(inTheMiddle.length, 'hooks were interrupted').toBeGreaterThanOrEqual(aimed)
  if (process.env.ROLLOUT_KILLS)
    console.info(
      JSON.stringify({
        ...{ kills: KILLS, hooks: ROLLOUTS, healthy: healthy.length, twice: 0 },
        interrupted: inTheMiddle.length,
        begunAndNotStarted: interrupted.length - inTheMiddle.length,
      }),
    )
})

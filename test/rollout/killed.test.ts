/**
 * A daemon that is killed at any moment, again and again, while its hooks run (design §3.9): each hook
 * is run at most once, and what nobody saw to its end is reported as inconclusive.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { writeConfigValue } from '../../node/home/config-file.ts'
import { unwrap } from '../../src/op/refusal.ts'
import { tempDir } from '../acceptance/temp-dir.ts'
import { Dice } from '../convergence/moot.ts'
import { simpleProposal } from '../support/coalition.ts'
import { foundHomes, makeHomes } from '../support/daemons.ts'
import { NodeProcess, waitFor } from '../support/node-process.ts'
import { plainStage, ROLLBACK } from '../support/rollout.ts'

/** How often it is killed; `npm run soak:rollout` does so many times more. */
const KILLS = Number(process.env.ROLLOUT_KILLS ?? 3)
const ROLLOUTS = 4 * KILLS
/** Between the beginnings of two rollouts, and until the first, in ms. */
const APART_MS = 250
const LEAD_MS = 3_000
/** Longest wait for all to be decided, or reported, in ms. */
const PATIENCE_MS = 120_000

const nodes: NodeProcess[] = []
afterAll(async () => {
  for (const node of nodes) await node.down('SIGKILL')
})

/** Upgrades of as many slots, each adopted, that begin one after the other. */
async function decide({ api }: NodeProcess): Promise<void> {
  const begin = Date.now() + LEAD_MS
  for (let i = 0; i < ROLLOUTS; i++) {
    const stages = [plainStage('all', { soak: 0 })]
    const activation = { notBefore: begin + i * APART_MS }
    const rollout = { stages, indicators: [], builds: [], activation }
    const input = { ...simpleProposal(`part-${i}@main`), rollout, rollback: ROLLBACK }
    const { cid } = unwrap(await api.propose(input))
    unwrap(await api.vote(cid ?? '', 'yes', undefined))
  }
  await waitFor(
    'everything is adopted',
    async () => (await api.proposals()).every(({ outcome }) => outcome === 'adopted'),
    PATIENCE_MS,
  )
}

test(`a daemon killed ${KILLS} times runs no hook twice, and reports each`, {
  timeout: 3 * PATIENCE_MS + KILLS * 60_000,
}, async () => {
  const folder = tempDir()
  const homes = await makeHomes(1, folder)
  foundHomes(homes)
  const { home } = homes[0] ?? expect.unreachable()
  const runs = join(folder, 'runs')
  const script = `echo "$FOLKMOOT_EVENT_ID" >> '${runs}'; sleep 0.$(( $$ % 5 ))`
  const deploy = { command: ['/bin/sh', '-c', script] }
  writeConfigValue(home.layout.config, 'rollout.hooks', { '*': { deploy } })
  const node = new NodeProcess(home)
  nodes.push(node)
  await node.up()
  await waitFor('it is active', async () => (await node.api.status()).ratified.active)
  await decide(node)
  const dice = new Dice(7)
  for (let kill = 0; kill < KILLS; kill++) {
    await sleep(dice.int(0, 1_500))
    await node.down('SIGKILL')
    await node.up()
  }
  const hooks = async () => {
    const lines = unwrap(await node.api.rollouts.list())
    const details = await Promise.all(lines.map(({ proposal }) => node.api.rollouts.show(proposal)))
    return details.map((detail) => unwrap(detail).hooks[0])
  }
  await waitFor(
    'every hook is reported',
    async () => (await hooks()).every((hook) => hook?.state === 'reported'),
    PATIENCE_MS,
  )
  const ran = readFileSync(runs, 'utf8').trim().split('\n')
  expect(new Set(ran).size, 'no hook ran twice').toBe(ran.length)
  const reported = (await hooks()).map((hook) => hook?.status)
  expect(reported).toHaveLength(ROLLOUTS)
  const unknown = reported.filter((status) => status === 'inconclusive').length
  expect(reported.filter((status) => status === 'healthy')).toHaveLength(ROLLOUTS - unknown)
  // What was not run, or not seen to its end, is never called healthy.
  expect(ran.length).toBeGreaterThanOrEqual(ROLLOUTS - unknown)
})

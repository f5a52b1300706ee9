/**
 * A daemon that is stopped and goes on much later, as on a laptop that slept or a machine that was
 * migrated: the others see it gone and decide without it, and it catches up by itself (design §6.3).
 */
import { afterAll, expect, test } from 'vitest'
import { unwrap } from '../../src/op/refusal.ts'
import { tempDir } from '../acceptance/temp-dir.ts'
import { simpleProposal, testTrack } from '../support/coalition.ts'
import { type NodeProcess, startCoalition, waitFor } from '../support/node-process.ts'

/** Longest until silence is noticed: a ping is due, and its answer is overdue. In ms. */
const NOTICED_MS = 30_000
const windows = { ...testTrack().windows, voting: 4_000, settle: 500 }
const tracks = {
  standard: testTrack({ windows }),
  constitutional: testTrack({ windows }),
  // Long enough that only the sleeper's vote can end it here.
  emergency: testTrack({ windows: { ...windows, voting: 300_000, validity: 600_000 } }),
}

let nodes: NodeProcess[] = []
afterAll(async () => {
  for (const node of nodes) if (!node.hasEnded) process.kill(node.pid, 'SIGCONT')
  await Promise.all(nodes.map((node) => node.down('SIGKILL')))
})

const connected = async ({ api }: NodeProcess): Promise<number> =>
  (await api.status()).peers.connected

async function voteYes({ api }: NodeProcess, id: string): Promise<void> {
  await waitFor('it is known', async () => (await api.proposals()).some((one) => one.id === id))
  unwrap(await api.vote(id, 'yes', undefined))
}

/** One proposes and all of these vote yes; resolves with the ballot once they have. */
async function decide(
  proposer: NodeProcess,
  voters: readonly NodeProcess[],
  slot: string,
  track: 'standard' | 'emergency' = 'standard',
): Promise<string> {
  const { cid } = unwrap(await proposer.api.propose({ ...simpleProposal(slot), track }))
  const id = cid ?? expect.unreachable()
  for (const voter of voters) await voteYes(voter, id)
  return id
}

const settled = (all: readonly NodeProcess[], id: string): Promise<void> =>
  waitFor('it is adopted everywhere', async () => {
    const lines = await Promise.all(all.map(({ api }) => api.proposals()))
    return lines.every((list) => list.find((one) => one.id === id)?.outcome === 'adopted')
  })

test('a daemon that was stopped for a while is seen gone, and catches up by itself', {
  timeout: 240_000,
}, async () => {
  nodes = await startCoalition(4, tempDir(), { tracks })
  const [first, second, third, asleep] = nodes
  if (!first || !second || !third || !asleep) return expect.unreachable()
  const awake = [first, second, third]
  process.kill(asleep.pid, 'SIGSTOP')
  await waitFor(
    'the others see it gone',
    async () => (await Promise.all(awake.map(connected))).every((count) => count === 2),
    NOTICED_MS,
  )
  expect((await first.api.status()).peers.known).toBe(3)
  const without = await decide(first, awake, 'naps@policy')
  await settled(awake, without)
  const open = await decide(first, awake, 'naps@rule', 'emergency')
  process.kill(asleep.pid, 'SIGCONT')
  await settled(nodes, without)
  await voteYes(asleep, open)
  await settled(nodes, open)
  const own = await decide(asleep, nodes, 'naps@habit')
  await settled(nodes, own)
  await waitFor('all hold the same', async () => {
    const states = await Promise.all(nodes.map(({ api }) => api.status()))
    return new Set(states.map(({ digests }) => digests.ops + digests.state)).size === 1
  })
})

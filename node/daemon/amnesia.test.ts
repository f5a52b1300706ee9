/** Whatever was put back, and however: no key speaks twice, no stakeholder seals twice (§2.3). */
import { chmodSync, cpSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { OpCid } from '../../src/op/ids.ts'
import { unwrap } from '../../src/op/refusal.ts'
import { STALE_NOTE } from '../../src/replica/local.ts'
import { tempDir } from '../../test/acceptance/temp-dir.ts'
import { simpleProposal, testTrack } from '../../test/support/coalition.ts'
import {
  foundHomes,
  invite,
  makeHomes,
  PASSPHRASE,
  startDaemon,
  type TestHome,
} from '../../test/support/daemons.ts'
import { until } from '../../test/support/network.ts'
import { recoveryOf } from '../api/recovery.ts'
import { makeBackup } from '../backup/backup.ts'
import { restoreBackup } from '../backup/restore.ts'
import { run } from '../cli/run.ts'
import { realServices } from '../cli/services.ts'
import { openHome } from '../home/home.ts'
import type { Daemon } from './daemon.ts'

const PATIENCE_MS = 120_000
const windows = { ...testTrack().windows, voting: 60_000, settle: 200 }
const tracks = Object.fromEntries(
  ['standard', 'emergency', 'constitutional'].map((name) => [name, testTrack({ windows })]),
)

/** Two members that know each other; the second is the one that is lost. */
async function two() {
  const homes = await makeHomes(2)
  const coalition = foundHomes(homes, { tracks })
  const [a, b] = homes as [TestHome, TestHome]
  const witness = await startDaemon(a.home)
  invite(b.home, coalition, [witness])
  const before = await startDaemon(b.home)
  await until('active', () => witness.replica.views.ratification()?.active === true, PATIENCE_MS)
  const key = b.member.node.key
  const chain = () => witness.replica.ledger.chain(key)
  await until('the other has spoken', () => chain().main.length > 0, PATIENCE_MS)
  return { witness, before, b, key, chain, coalition }
}

async function propose(daemon: Daemon, slot: string): Promise<string> {
  const { cid } = unwrap(await daemon.api.propose(simpleProposal(slot)))
  return cid ?? expect.unreachable()
}

/** Everybody votes, so everybody closes and seals. */
async function vote(id: string, ...daemons: Daemon[]): Promise<void> {
  for (const daemon of daemons) {
    const has = () => daemon.replica.views.topics.proposals.has(id as OpCid)
    await until('the proposal has come', has, PATIENCE_MS)
    unwrap(await daemon.api.vote(id, 'yes', undefined))
  }
}

const equal = (...daemons: Daemon[]) =>
  until(
    'both hold the same',
    () => new Set(daemons.map(({ replica }) => JSON.stringify(replica.digest()))).size === 1,
    PATIENCE_MS,
  )

const sealsOf = ({ replica }: Daemon, stakeholder: string): number => {
  const keys = new Set(
    [...replica.ledger.chains.keys()].filter(
      (key) =>
        String(
          replica.views.stakeholderOf(key, replica.charter?.charter ?? expect.unreachable()),
        ) === stakeholder,
    ),
  )
  return [...replica.ledger.byCid.values()].filter(
    ({ op }) => op.type === 'seal' && keys.has(op.key),
  ).length
}

async function rotate(dir: string): Promise<void> {
  const sink = { isTty: false, columns: undefined, write: () => {} }
  const env = { FOLKMOOT_PASSPHRASE: PASSPHRASE, FOLKMOOT_HOME: dir }
  const io = { stdout: sink, stderr: sink, cwd: dir, env, now: Date.now, readInput: async () => '' }
  const signal = new AbortController().signal
  expect(await run(['keys', 'rotate'], { ...io, signal }, realServices)).toBe(0)
}

describe('a node that comes back from a loss', { timeout: 600_000 }, () => {
  it('restored from a backup, seals nothing with the old key, nor what the old key may have sealed', async () => {
    const { witness, before, b, key, chain, coalition } = await two()
    const file = join(tempDir(), 'b.backup')
    await makeBackup(b.home.layout, file, { sealing: undefined, now: Date.now() })
    const first = await propose(witness, 'policy@first')
    await vote(first, witness, before)
    await until('sealed by both', () => sealsOf(witness, 's2') === 1, PATIENCE_MS)
    await equal(witness, before)
    await before.stop()
    const said = chain().main.length

    const dir = join(tempDir(), 'back')
    await restoreBackup(file, dir, async () => ({ identities: [] }))
    const home = openHome(dir)
    invite(home, coalition, [witness])
    const after = await startDaemon(home)
    expect(recoveryOf(after.replica)?.steps[0]).toMatchObject({ code: 'hear-members' })
    expect(await after.api.vote(first, 'yes', undefined)).toMatchObject({ ok: false })
    expect(after.replica.mayIssue('seal')).toMatchObject({ code: 'stale-key' })
    await until(
      'the root is known',
      () => recoveryOf(after.replica)?.steps[0]?.done === true,
      PATIENCE_MS,
    )
    const second = await propose(witness, 'policy@second')
    await equal(witness, after)
    expect(chain().main).toHaveLength(said)
    await after.stop()

    await rotate(dir)
    const renewed = await startDaemon(openHome(dir))
    await until(
      'it is heard',
      () => witness.replica.ledger.chains.has(renewed.replica.signer?.key ?? key),
      PATIENCE_MS,
    )
    expect(recoveryOf(renewed.replica)?.steps.at(-1)).toMatchObject({ code: 'old-ballots' })
    const third = await propose(witness, 'policy@third')
    await vote(third, witness, renewed)
    const isAdopted = async () =>
      (await witness.api.proposals()).some(({ id, outcome }) => id === third && outcome !== 'open')
    await until('the third settles', isAdopted, PATIENCE_MS)
    await equal(witness, renewed)
    // One for the first, by the old key; none for the second; one for the third, by the new key.
    expect(sealsOf(witness, 's2')).toBe(2)
    expect((await witness.api.proposals()).find(({ id }) => id === second)?.outcome).toBe('open')
    expect(await witness.api.evidence()).toEqual([])
  })

  it('from a copy of its home, listens before it speaks, and then never does', async () => {
    const { witness, before, b, chain } = await two()
    await before.stop()
    const copy = join(tempDir(), 'copy')
    cpSync(b.home.layout.dir, copy, { recursive: true })
    chmodSync(copy, 0o700)
    const again = await startDaemon(b.home)
    await vote(await propose(witness, 'policy@first'), witness, again)
    await until('sealed by both', () => sealsOf(witness, 's2') === 1, PATIENCE_MS)
    await equal(witness, again)
    await again.stop()
    const said = chain().main.length

    const stale = await startDaemon(openHome(copy))
    await until('it knows', () => stale.replica.local.get(STALE_NOTE) !== undefined, PATIENCE_MS)
    await equal(witness, stale)
    await propose(witness, 'policy@second')
    await equal(witness, stale)
    expect(chain().main).toHaveLength(said)
    expect(await witness.api.evidence()).toEqual([])
  })
})

import { rmSync } from 'node:fs'
import { expect, test } from 'vitest'
import { unwrap } from '../../src/op/refusal.ts'
import { foundHomes, invite, makeHomes, startDaemon } from '../../test/support/daemons.ts'
import { until } from '../../test/support/network.ts'

test('a node that lost its store learns what its root said, and signs nothing with its old key', async () => {
  const homes = await makeHomes(2)
  const coalition = foundHomes(homes)
  const [a, b] = homes
  if (!a || !b) return expect.unreachable()
  const witness = await startDaemon(a.home)
  invite(b.home, coalition, [witness])
  const before = await startDaemon(b.home)
  const chainOf = () => witness.replica.ledger.chain(b.member.node.key)
  await until('the other to have spoken', () => chainOf().main.length > 0)
  await before.stop()
  const said = chainOf().main.length
  for (const end of ['', '-wal', '-shm']) rmSync(b.home.layout.store + end, { force: true })

  const after = await startDaemon(b.home)
  expect(await after.api.rootHead()).toMatchObject({ ok: false, code: 'root-unknown' })
  await until(
    'the root is known again',
    () => after.replica.ledger.chain(b.member.root.key).main.length === 2,
  )
  await expect.poll(async () => (await after.api.rootHead()).ok, { timeout: 10_000 }).toBe(true)
  expect(unwrap(await after.api.rootHead()).seq).toBe(2)
  expect(after.replica.mayIssue('vote.cast')).toMatchObject({ code: 'stale-key' })
  await until(
    'both hold the same',
    () => JSON.stringify(after.replica.digest()) === JSON.stringify(witness.replica.digest()),
  )
  expect(chainOf().main).toHaveLength(said)
  expect((await after.api.status()).alarms).toMatchObject([{ code: 'stale-key' }])
})

import { expect, test } from 'vitest'
import type { Charter } from '../../src/charter/schema.ts'
import type { OpCid } from '../../src/op/ids.ts'
import { keyBytes } from '../../src/op/key-id.ts'
import { unwrap } from '../../src/op/refusal.ts'
import type { ProposalInput } from '../../src/replica/acts.ts'
import { simpleProposal } from '../../test/support/coalition.ts'
import {
  foundHomes,
  invite,
  joinHome,
  makeHomes,
  startDaemon,
  type TestHome,
} from '../../test/support/daemons.ts'
import { until } from '../../test/support/network.ts'
import { signChain, wireOp } from '../cli/root-signing.ts'
import type { Daemon } from './daemon.ts'

interface Node extends TestHome {
  readonly daemon: Daemon
}

/** Longest wait for a ballot over sockets, in ms. */
const SETTLE_MS = 20_000

const charterOf = ({ daemon }: Node): Charter => {
  const current = daemon.replica.charter
  if (!current) throw new RangeError('a coalition has a charter')
  return current.charter
}

const connected = async ({ daemon }: Node): Promise<number> =>
  (await daemon.api.status()).peers.connected

/** Four founders, connected, and a newcomer who knows where one of them is. */
async function foundersAndNewcomer() {
  const homes = await makeHomes(5)
  const [late, ...founders] = homes.toReversed()
  if (!late) throw new RangeError('five homes')
  const coalition = foundHomes(founders)
  const nodes: Node[] = []
  for (const founder of founders) {
    invite(
      founder.home,
      coalition,
      nodes.slice(0, 1).map(({ daemon }) => daemon),
    )
    nodes.push({ ...founder, daemon: await startDaemon(founder.home) })
  }
  const [first] = nodes
  if (!first) throw new RangeError('four founders')
  joinHome(late, first.daemon)
  const newcomer = { ...late, daemon: await startDaemon(late.home) }
  await until('the coalition is active', () =>
    nodes.every(
      ({ daemon: { replica } }) =>
        replica.views.ratification()?.active === true &&
        replica.ledger.keyring.nodeKeys().length === 4,
    ),
  )
  return { nodes, first, newcomer }
}

const stakeholderOf = ({
  member: { id, root, weight },
}: Node): Charter['stakeholders'][number] => ({
  id,
  name: id,
  root: keyBytes(root.key),
  weight,
  functions: [],
  jurisdictions: [],
})

const amendmentOf = (charter: Charter, stakeholders: Charter['stakeholders']): ProposalInput => ({
  ...simpleProposal('charter', `version ${charter.version + 1}`),
  kind: 'amendment',
  track: 'constitutional',
  amendment: { ...charter, version: charter.version + 1, stakeholders, leavers: [] },
})

/** Proposes a charter, has these accept it and those vote yes, until all of them have adopted it. */
async function amend(
  author: Node,
  stakeholders: Charter['stakeholders'],
  { accepting, voting }: { accepting: readonly Node[]; voting: readonly Node[] },
): Promise<OpCid> {
  const input = amendmentOf(charterOf(author), stakeholders)
  const id = unwrap(await author.daemon.api.propose(input)).cid as OpCid
  await until('all see it', () =>
    voting.every(({ daemon }) => daemon.replica.ledger.byCid.get(id)?.complete),
  )
  for (const node of accepting) await acceptCharter(node, id)
  for (const { daemon } of voting) unwrap(await daemon.api.vote(id, 'yes', undefined))
  await until('it is in force', () => voting.every((node) => inForce(node) === id), SETTLE_MS)
  return id
}

const inForce = ({ daemon }: Node): string | undefined => daemon.replica.charter?.id

async function acceptCharter({ member, daemon }: Node, amendment: OpCid): Promise<void> {
  const { seq, prev } = unwrap(await daemon.api.rootHead())
  const place = { coalition: daemon.replica.coalition, seq, prev: prev as OpCid }
  const draft = { type: 'charter.accept', refs: [amendment], body: { amendment: 0 } }
  const signed = signChain(member.root, place, [draft], Date.now())
  expect((await daemon.api.submit(signed.map(wireOp))).refused).toEqual([])
}

test('a member that was admitted and then removed hears of it, says so, and takes no part', {
  timeout: 90_000,
}, async () => {
  const { nodes, first, newcomer } = await foundersAndNewcomer()
  const all = [...nodes, newcomer]
  const founding = charterOf(first).stakeholders
  await amend(first, [...founding, stakeholderOf(newcomer)], {
    accepting: nodes,
    voting: nodes,
  })
  await until('the newcomer is in', () => inForce(newcomer) === inForce(first), SETTLE_MS)
  await expect.poll(() => connected(newcomer), { timeout: 10_000 }).toBe(nodes.length)
  expect((await newcomer.daemon.api.status()).alarms).toEqual([])

  const removal = await amend(first, founding, { accepting: nodes, voting: all })
  for (const node of all)
    await expect
      .poll(() => connected(node), { timeout: 10_000 })
      .toBe(node === newcomer ? 0 : nodes.length - 1)
  const { alarms, stakeholder } = await newcomer.daemon.api.status()
  expect(stakeholder).toBeNull()
  expect(alarms).toMatchObject([{ code: 'not-a-member', severity: 'error' }])
  expect(alarms[0]?.sentence).toContain('version 3 of the charter removed this organisation')
  const refusal = { ok: false, code: 'not-a-member' }
  expect(await newcomer.daemon.api.vote(removal, 'no', undefined)).toMatchObject({ ok: false })
  expect(await newcomer.daemon.api.propose(simpleProposal('policy@a'))).toMatchObject(refusal)

  const later = unwrap(await first.daemon.api.propose(simpleProposal('policy@b')))
  await until('the members see it', () =>
    nodes.every(({ daemon }) => daemon.replica.ledger.byCid.has(later.cid as OpCid)),
  )
  expect(newcomer.daemon.replica.ledger.byCid.has(later.cid as OpCid)).toBe(false)
})

test('a block list survives a restart', async () => {
  const homes = await makeHomes(2)
  const coalition = foundHomes(homes)
  const [a, b] = homes
  if (!a || !b) return expect.unreachable()
  const first = { ...a, daemon: await startDaemon(a.home) }
  invite(b.home, coalition, [first.daemon])
  await startDaemon(b.home)
  await until('the first knows where the other is', () =>
    first.daemon.replica.views.topics.addresses.has(b.member.node.key),
  )
  expect(await connected(first)).toBe(1)
  unwrap(await first.daemon.api.block([b.member.id]))
  await expect.poll(() => connected(first), { timeout: 10_000 }).toBe(0)
  await first.daemon.stop()
  const again = { ...a, daemon: await startDaemon(a.home) }
  expect(again.daemon.listenAddresses).toHaveLength(1)
  expect(await again.daemon.api.peers()).toMatchObject([{ stakeholder: 's2', blocked: true }])
  expect(await connected(again)).toBe(0)
  unwrap(await again.daemon.api.unblock([b.member.id]))
  await expect.poll(() => connected(again), { timeout: 10_000 }).toBe(1)
})

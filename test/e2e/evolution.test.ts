/**
 * A coalition upgrades Folkmoot with Folkmoot (design §2.1, evolution): daemons of this build and of
 * one that knows one more operation type and protocol 2, over real sockets.
 */
import { expect, test } from 'vitest'
import type { Build } from '../../node/api/open-replica.ts'
import { signChain, wireOp } from '../../node/cli/root-signing.ts'
import type { Daemon } from '../../node/daemon/daemon.ts'
import type { OpCid } from '../../src/op/ids.ts'
import { type Envelope, signOp } from '../../src/op/operation.ts'
import { unwrap } from '../../src/op/refusal.ts'
import { defineOp, text } from '../../src/op/type.ts'
import type { ProposalInput } from '../../src/replica/acts.ts'
import { type Draft, sealDraft, tallyDraft } from '../../src/replica/draft.ts'
import { REGISTRY } from '../../src/replica/registry.ts'
import {
  delegation,
  type Member,
  simpleProposal,
  testCharter,
  testTrack,
} from '../support/coalition.ts'
import { foundHomes, invite, makeHomes, startDaemon } from '../support/daemons.ts'
import { until } from '../support/network.ts'
import { signerNumber } from '../support/people.ts'

const NOTE_PIN = defineOp('note.pin', 'any', { text: text(200) }, 2)
const NEWER: Build = { protocol: 2, types: new Map([...REGISTRY, [NOTE_PIN.type, NOTE_PIN]]) }
/** Short, because the old nodes stay silent: their votes would close it early. */
const STANDARD = testTrack({ windows: { ...testTrack().windows, voting: 6_000, settle: 1_000 } })
/** Longest wait for a ballot over sockets, in ms. */
const SETTLE_MS = 30_000

interface Node {
  readonly id: string
  readonly member: Member
  readonly daemon: Daemon
}

/** Three nodes of the newer build, weight 2 each, and two of this one, weight 1 each: 6 of 8 settle. */
async function mixedCoalition() {
  const homes = (await makeHomes(5)).map(({ home, member }, i) => ({
    home,
    member: { ...member, weight: i < 3 ? 2 : 1 },
  }))
  const tracks = { ...testCharter([]).tracks, standard: STANDARD }
  const coalition = foundHomes(homes, { tracks })
  const nodes: Node[] = []
  for (const [i, { home, member }] of homes.entries()) {
    const known = nodes.slice(0, 1).map(({ daemon }) => daemon)
    if (known.length > 0) invite(home, coalition, known)
    const daemon = await startDaemon(home, i < 3 ? NEWER : undefined)
    nodes.push({ id: member.id, member, daemon })
  }
  const [first, second, far, middle, old] = nodes
  if (!first || !second || !far || !middle || !old) throw new RangeError('five nodes are five')
  const everyone = nodes.map(({ daemon }) => daemon)
  await until('all are connected and the coalition is active', () =>
    everyone.every(
      ({ replica }) =>
        replica.ledger.keyring.nodeKeys().length === 5 &&
        replica.views.ratification()?.active === true,
    ),
  )
  return { coalition, nodes, everyone, first, second, far, middle, old }
}

const opsDigests = (daemons: readonly Daemon[]) =>
  new Set(daemons.map(({ replica }) => replica.digest().ops))

const holds = (daemon: Daemon, cid: OpCid) => daemon.replica.ledger.byCid.has(cid)

const outcomeAt = ({ replica }: Daemon, id: OpCid) =>
  replica.views.standing()?.outcomes.get(id)?.outcome

/** Signs as a root where its chain stands and hands it to the root's own node. */
async function sayAsRoot({ member, daemon }: Node, draft: Draft): Promise<void> {
  const { seq, prev } = unwrap(await daemon.api.rootHead())
  const place = { coalition: daemon.replica.coalition, seq, prev: prev as OpCid }
  const report = await daemon.api.submit(
    signChain(member.root, place, [draft], Date.now()).map(wireOp),
  )
  expect(report.refused).toEqual([])
}

/** One proposes; everybody gets it. */
async function propose({ daemon }: Node, input: ProposalInput, to: readonly Daemon[]) {
  const id = unwrap(await daemon.api.propose(input)).cid as OpCid
  await until('the proposal is everywhere', () => to.every((one) => holds(one, id)))
  return id
}

/** These vote yes, and in the end everybody holds it adopted. */
async function adopt(id: OpCid, voters: readonly Node[], everyone: readonly Daemon[]) {
  for (const { daemon } of voters) unwrap(await daemon.api.vote(id, 'yes', undefined))
  await until(
    'adopted everywhere',
    () => everyone.every((daemon) => outcomeAt(daemon, id) === 'adopted'),
    SETTLE_MS,
  )
}

/** The amendment that has protocol 2 count. */
function raiseProtocol({ daemon }: Node): ProposalInput {
  const charter = daemon.replica.charter?.charter
  if (!charter) throw new RangeError('a founded coalition has a charter')
  return {
    ...simpleProposal('charter', 'Count by protocol 2'),
    kind: 'amendment',
    track: 'constitutional',
    amendment: { ...charter, version: 2, protocol: 2 },
  }
}

/** What this build cannot read, said by a second key of a member: all of it signed and chained. */
function sayings(key: Member['node'], coalition: OpCid, proposal: OpCid) {
  const drafts: readonly (Draft & { readonly v: number })[] = [
    { v: 2, type: 'note.unheard-of', refs: [], body: { deep: [{ er: true }] } },
    {
      v: 1,
      type: 'comment.add',
      refs: [proposal],
      body: { proposal: 0, kind: 'concern', text: 'a field too many', mood: 'grim' },
    },
    { v: 1, type: NOTE_PIN.type, refs: [proposal], body: { text: 'read this first' } },
    // Fits this build's schema, but who knows what else it means: it has no effect either.
    {
      v: 3,
      type: 'comment.add',
      refs: [proposal],
      body: { proposal: 0, kind: 'concern', text: 'as of protocol 3' },
    },
  ]
  let prev: OpCid | null = null
  return drafts.map((draft, seq) => {
    const envelope: Envelope = { coalition, key: key.key, seq, prev, at: Date.now(), ...draft }
    const signed = signOp(envelope, key)
    prev = signed.op.cid
    return signed
  })
}

const connected = async ({ daemon }: Node): Promise<number> =>
  (await daemon.api.status()).peers.connected

/** Cuts the sides off from each other: what crosses, crosses through the one between. */
async function leaveOnePath(sides: readonly (readonly Node[])[], between: Node): Promise<void> {
  for (const side of sides)
    for (const { daemon } of side) {
      const others = sides.filter((other) => other !== side).flat()
      unwrap(await daemon.api.block(others.map(({ id }) => id)))
    }
  for (const side of sides)
    for (const node of side)
      await expect.poll(() => connected(node), { timeout: 10_000 }).toBe(side.length)
  await expect.poll(() => connected(between), { timeout: 10_000 }).toBe(sides.flat().length)
}

/** This build votes and seals no more where protocol 2 counts, and its operator sees why. */
async function refusesToDecide({ daemon }: Node, ballot: OpCid): Promise<void> {
  const { api, replica } = daemon
  const tooOld = { ok: false, code: 'build-too-old' }
  expect(await api.vote(ballot, 'yes', undefined)).toMatchObject(tooOld)
  expect(replica.issue(tallyDraft(ballot, []))).toMatchObject(tooOld)
  expect(replica.issue(sealDraft(ballot, 'endorse', ballot, []))).toMatchObject(tooOld)
  expect(replica.duties().due).toEqual([])
  const { alarms, protocol } = await api.status()
  expect(protocol).toBe(1)
  expect(alarms).toMatchObject([
    {
      code: 'build-too-old',
      severity: 'error',
      sentence: expect.stringContaining('by protocol 2, this build knows 1'),
      fix: expect.stringContaining('upgrade folkmoot'),
    },
  ])
}

test('old nodes relay what they do not know, neither vote nor seal once it counts, and say so', {
  timeout: 120_000,
}, async () => {
  const { coalition, nodes, everyone, first, second, far, middle, old } = await mixedCoalition()
  for (const { daemon } of nodes) expect((await daemon.api.status()).alarms).toEqual([])
  const draft = { type: NOTE_PIN.type, refs: [], body: { text: 'too early' } }
  expect(first.daemon.replica.issue(draft)).toMatchObject({
    code: 'not-counted-yet',
    hint: expect.stringContaining('to 2'),
  })
  const amendment = await propose(first, raiseProtocol(first), everyone)
  for (const node of nodes)
    await sayAsRoot(node, { type: 'charter.accept', refs: [amendment], body: { amendment: 0 } })
  await adopt(amendment, nodes, everyone)

  await leaveOnePath([[first, second, old], [far]], middle)
  const body = { text: 'read this first' }
  const pin = unwrap(first.daemon.replica.issue({ type: NOTE_PIN.type, refs: [], body }))
  expect(middle.daemon.replica.mayIssue(NOTE_PIN.type)).toMatchObject({ code: 'unknown-type' })
  await until('the new type has crossed the old node', () => holds(far.daemon, pin.op.cid))

  const ballot = await propose(first, simpleProposal('policy@a'), everyone)
  for (const node of [middle, old]) await refusesToDecide(node, ballot)
  await adopt(ballot, [first, second, far], everyone)

  const robot = signerNumber(77)
  await sayAsRoot(second, delegation(coalition, second.member.root, robot))
  const strange = sayings(robot, coalition, ballot)
  const report = await second.daemon.api.submit(strange.map(wireOp))
  expect(report).toMatchObject({ refused: [], waiting: [], evidence: [] })
  await until('all of it has crossed the old node', () =>
    strange.every(({ op }) => everyone.every((daemon) => holds(daemon, op.cid))),
  )
  for (const { daemon } of nodes)
    expect(unwrap(await daemon.api.proposal(ballot)).comments).toEqual([])
  await until('all hold the same operations', () => opsDigests(everyone).size === 1)
  for (const node of [first, second, far]) {
    expect((await node.daemon.api.status()).alarms).toEqual([])
  }
  expect(await connected(middle), 'who relays is not penalised for it').toBe(4)
})

import { describe, expect, test } from 'vitest'
import { unwrap } from '../../src/op/refusal.ts'
import { MemoryStore } from '../../src/replica/store.ts'
import { Author, delegation, simpleProposal, testMembers } from '../../test/support/coalition.ts'
import { ServedCoalition, ServedNode } from '../../test/support/service.ts'
import { shortId } from './ids.ts'
import type { WireOp } from './node-api.ts'

const HOUR_MS = 3_600_000

const wire = ({ bytes, sig }: { bytes: Uint8Array; sig: Uint8Array | null }): WireOp => ({
  bytes: Buffer.from(bytes).toString('base64'),
  sig: sig === null ? null : Buffer.from(sig).toString('base64'),
})

describe('acts', () => {
  test('a proposal brings the checkpoint that it stands on, and both are sent', async () => {
    const { service, published } = new ServedCoalition([1, 1, 1, 1]).node(0)
    const signed = unwrap(await service.propose(simpleProposal('policy@a')))
    expect(signed).toMatchObject({ type: 'proposal.open', dryRun: false })
    expect(published.map(({ op }) => op.type)).toEqual(['checkpoint', 'proposal.open'])
    expect(published.at(-1)?.op.cid).toBe(signed.cid)
  })

  test('a dry run shows what would be signed and signs nothing', async () => {
    const coalition = new ServedCoalition([1, 1, 1, 1])
    const id = await coalition.proposed('policy@a')
    const { service, replica } = coalition.node(1)
    const before = replica.digest()
    const shown = unwrap(await service.vote(id, 'yes', 'why not', { dryRun: true }))
    expect(shown).toMatchObject({ cid: null, dryRun: true, type: 'vote.cast', refs: [id] })
    expect(replica.digest()).toEqual(before)
  })

  test('a dry run refuses what signing would refuse', async () => {
    const coalition = new ServedCoalition([1, 1, 1, 1])
    const id = await coalition.proposed('policy@a')
    const refused = await coalition.node(1).service.vote(id, 'veto', undefined, { dryRun: true })
    expect(refused).toMatchObject({ ok: false, code: 'veto-without-rationale' })
  })

  test('a second vote replaces the first', async () => {
    const coalition = new ServedCoalition([1, 1, 1, 1])
    const id = await coalition.proposed('policy@a')
    const { service } = coalition.node(1)
    unwrap(await service.vote(id, 'no', undefined))
    unwrap(await service.vote(shortId(id), 'yes', 'convinced'))
    const { votes, myVote } = unwrap(await service.proposal(id))
    expect(myVote).toBe('yes')
    expect(votes).toMatchObject([{ stakeholder: 's2', choice: 'yes', rationale: 'convinced' }])
  })

  test('text as some keyboards give it, not composed, is signed composed', async () => {
    const coalition = new ServedCoalition([1, 1, 1, 1])
    const id = await coalition.proposed('policy@a')
    const { service } = coalition.node(1)
    unwrap(await service.vote(id, 'no', 'Zu\u0308rich wartet'))
    const { votes } = unwrap(await service.proposal(id))
    expect(votes).toMatchObject([{ choice: 'no', rationale: 'Z\u00fcrich wartet' }])
  })

  test('comments that come together share one write to the disk, and are sent after it', async () => {
    const coalition = new ServedCoalition([1, 1, 1, 1])
    const proposal = await coalition.proposed('policy@a')
    const { service, replica, published } = coalition.node(1)
    let writes = 0
    const flush = replica.flush.bind(replica)
    replica.flush = () => {
      writes++
      expect(published).toEqual([])
      flush()
    }
    const texts = ['one', 'two', 'three']
    const signed = await Promise.all(
      texts.map((text) => service.comment({ proposal, kind: 'support', text })),
    )
    expect(writes).toBe(1)
    expect(published.map(({ op }) => op.cid)).toEqual(signed.map((one) => unwrap(one).cid))
    expect(published.map(({ op }) => op.body.text)).toEqual(texts)
  })

  test('while the store takes nothing, nothing is signed', async () => {
    const coalition = new ServedCoalition([1, 1, 1, 1])
    const id = await coalition.proposed('policy@a')
    const node = coalition.node(1)
    node.isReadOnly = true
    expect(await node.service.vote(id, 'yes', undefined)).toMatchObject({ code: 'store-read-only' })
    expect(node.published).toEqual([])
  })

  test('an answer to an objection names it by its last characters', async () => {
    const coalition = new ServedCoalition([1, 1, 1, 1])
    const proposal = await coalition.proposed('policy@a')
    const { service } = coalition.node(0)
    const objection = unwrap(
      await service.comment({ proposal, kind: 'objection', text: 'too fast', disposition: 'wait' }),
    )
    const [line] = unwrap(await service.proposal(proposal)).comments
    const answers = line && coalition.node(0).published.at(-1)?.op.cid
    expect(line?.id).toBe(objection.cid)
    if (answers === undefined) return expect.unreachable()
    unwrap(await service.comment({ proposal, kind: 'answer', text: 'we wait', answers }))
    const { comments } = unwrap(await service.proposal(proposal))
    expect(comments).toMatchObject([{ answers: null }, { kind: 'answer', answers: objection.cid }])
  })
})

test('announcements and notes are told as events, once each, without the text of a note', async () => {
  const coalition = new ServedCoalition([1, 1, 1, 1])
  const node = coalition.node(0)
  const { replica, events } = node
  const since = events.lastId
  const bytes = new Uint8Array(32)
  const body = { digest: bytes, manifest: bytes, sizeBytes: 1, name: 'release.tar' }
  unwrap(replica.issue({ type: 'artefact.announce', refs: [], body }))
  unwrap(replica.issue({ type: 'note.commit', refs: [], body: { digest: bytes, label: 'ours' } }))
  const told = await node.eventsSince(since)
  expect(told.map(({ kind, sentence }) => [kind, sentence])).toEqual([
    ['artefact', 's1 announced the artefact “release.tar”.'],
    ['note', 's1 committed to a note, “ours”.'],
  ])
})

describe('ids', () => {
  test('a part of an id that two proposals share is refused and both are named', async () => {
    const coalition = new ServedCoalition([1, 1, 1, 1])
    const first = await coalition.proposed('policy@a')
    const second = await coalition.proposed('policy@b')
    const refused = await coalition.node(0).service.explain('bafyrei')
    expect(refused).toMatchObject({ ok: false, code: 'ambiguous-id' })
    for (const id of [first, second])
      expect(refused).toHaveProperty('message', expect.stringContaining(shortId(id)))
  })
})

describe('proposals', () => {
  test('an adopted ballot says so, with its round and no excuses', async () => {
    const coalition = new ServedCoalition([1, 1, 1, 1])
    const id = await coalition.proposed('policy@a')
    for (const { service } of coalition.nodes) unwrap(await service.vote(id, 'yes', undefined))
    coalition.exchange()
    coalition.settle()
    const [line] = await coalition.node(3).service.proposals()
    expect(line).toMatchObject({ id, outcome: 'adopted', stage: 'settled', rounds: 1, reasons: [] })
    const { facts } = unwrap(await coalition.node(3).service.explain(id))
    expect(facts.map(({ label }) => label)).toContain('outcome')
  })

  test('a declined ballot names the rules that it failed and how it was settled', async () => {
    const coalition = new ServedCoalition([1, 1, 1, 1])
    const id = await coalition.proposed('policy@a')
    for (const { service } of coalition.nodes) unwrap(await service.vote(id, 'no', undefined))
    coalition.exchange()
    coalition.settle()
    const { outcome, reasons } = unwrap(await coalition.node(2).service.proposal(id))
    expect(outcome).toBe('declined')
    expect(reasons.join(' ')).toMatch(/0 of 4 cast for or against is yes/)
    expect(reasons.join(' ')).toMatch(/Settled as declined in round 2/)
  })

  test('a passing ballot that lost its slot is explained by what its node endorsed', async () => {
    const coalition = new ServedCoalition([1, 1, 1, 1])
    const first = await coalition.proposed('policy@a', 'one')
    const second = await coalition.proposed('policy@a', 'two')
    for (const { service } of coalition.nodes)
      for (const id of [first, second]) unwrap(await service.vote(id, 'yes', undefined))
    coalition.exchange()
    coalition.settle()
    const lines = await coalition.node(0).service.proposals()
    const lost = lines.find(({ outcome }) => outcome === 'declined')
    expect(lines.map(({ outcome }) => outcome).sort()).toEqual(['adopted', 'declined'])
    expect(lost?.reasons.join(' ')).toMatch(/it endorsed|slot's holder/)
  })

  test('a void proposal is listed with what is wrong with it', async () => {
    const coalition = new ServedCoalition([1, 1, 1, 1])
    const { party, service } = coalition.node(0)
    const id = await coalition.proposed('policy@a')
    const good = party.replica.ledger.byCid.get(id)?.op
    if (!good) return expect.unreachable()
    party.issue({ type: good.type, refs: good.refs, body: { ...good.body, track: 'nowhere' } })
    const lines = await service.proposals()
    const broken = lines.find(({ outcome }) => outcome === 'void')
    expect(broken?.reasons).toEqual(['the charter has no track "nowhere"'])
    expect(await service.explain(broken?.id ?? '')).toMatchObject({ ok: false })
  })

  test('what waits for our vote is counted until we voted', async () => {
    const coalition = new ServedCoalition([1, 1, 1, 1])
    const id = await coalition.proposed('policy@a')
    const { service } = coalition.node(1)
    expect((await service.status()).ballots).toEqual({ open: 1, needMyVote: 1, provisional: 0 })
    unwrap(await service.vote(id, 'abstain', undefined))
    expect((await service.status()).ballots).toEqual({ open: 1, needMyVote: 0, provisional: 0 })
  })
})

describe('forks', () => {
  test('both operations are shown, and every ballot of the culprit names it', async () => {
    const coalition = new ServedCoalition([1, 1, 1, 1])
    const id = await coalition.proposed('policy@a')
    const { member, replica } = coalition.node(3).party
    // A copy of the node that knows nothing of the first vote says something else.
    const twin = new ServedNode(coalition.founded, member, coalition.clock)
    twin.replica.ingest(heldBy(coalition.node(0)))
    unwrap(await coalition.node(3).service.vote(id, 'yes', undefined))
    unwrap(await twin.service.vote(id, 'no', undefined))
    const observer = coalition.node(0)
    const since = observer.events.lastId
    observer.replica.ingest(heldBy(coalition.node(3)))
    observer.replica.ingest(heldBy(twin))
    const [evidence] = await observer.service.evidence()
    expect(evidence).toMatchObject({ key: member.node.key, stakeholder: 's4', seq: 0 })
    expect(evidence?.ops).toHaveLength(2)
    expect((await observer.service.proposals())[0]?.reasons.join()).toMatch(/key of s4 said two/)
    const keys = await observer.service.keys()
    expect(keys.find(({ key }) => key === replica.signer?.key)?.cut).toEqual({
      seq: 0,
      reason: 'forked',
    })
    const seen = (await observer.service.peers()).map(({ stakeholder }) => stakeholder)
    expect(seen.toSorted()).toEqual(['s2', 's3'])
    const events = await observer.eventsSince(since)
    expect(events.map(({ kind }) => kind)).toContain('fork')
  })
})

const heldBy = ({ replica }: ServedNode) =>
  [...replica.ledger.byCid.keys()].flatMap((cid) => replica.stored(cid) ?? [])

describe('peers', () => {
  test('a stakeholder is blocked by its name, at the network too, and after a restart', async () => {
    const store = new MemoryStore()
    const coalition = new ServedCoalition([1, 1, 1, 1])
    const [first, , third] = coalition.founded.members
    if (!first || !third) return expect.unreachable()
    const node = new ServedNode(coalition.founded, first, coalition.clock, { store })
    const lines = unwrap(await node.service.block(['s3']))
    expect(lines.filter(({ blocked }) => blocked).map(({ stakeholder }) => stakeholder)).toEqual([
      's3',
    ])
    expect(node.network.blocked).toEqual([third.node.key])
    const again = new ServedNode(coalition.founded, first, coalition.clock, { store })
    expect((await again.service.status()).peers).toMatchObject({ known: 3, blocked: 1 })
    unwrap(await again.service.unblock([third.node.key.slice(0, 8)]))
    expect((await again.service.status()).peers.blocked).toBe(0)
  })

  test('blocking nobody that is known is refused and changes nothing', async () => {
    const { service, network } = new ServedCoalition([1, 1, 1, 1]).node(0)
    expect(await service.block(['s3', 'nobody'])).toMatchObject({ code: 'unknown-peer' })
    expect(network.blocked).toEqual([])
  })
})

describe('log', () => {
  test('the latest comes first, filtered by type and by stakeholder', async () => {
    const coalition = new ServedCoalition([1, 1, 1, 1])
    const id = await coalition.proposed('policy@a')
    coalition.clock.advance(1000)
    const { service } = coalition.node(1)
    unwrap(await service.vote(id, 'yes', 'because'))
    const [latest] = await service.log({ limit: 1 })
    expect(latest).toMatchObject({ type: 'vote.cast', stakeholder: 's2', standing: 'regular' })
    expect(latest?.summary).toMatch(/^s2 voted yes, because “because”, on “policy@a”/)
    const delegations = await service.log({ type: 'key', stakeholder: 's3' })
    expect(delegations.map(({ type }) => type)).toEqual(['key.delegate'])
    const { key } = coalition.node(1).replica.signer ?? {}
    if (key === undefined) return expect.unreachable()
    const own = await service.log({ key })
    expect(new Set(own.map((line) => line.key))).toEqual(new Set([key]))
    expect(own.map(({ type }) => type)).toContain('vote.cast')
  })
})

describe('operations signed elsewhere', () => {
  test('a carried vote is taken in and sent on', async () => {
    const coalition = new ServedCoalition([1, 1, 1, 1])
    const id = await coalition.proposed('policy@a')
    const carrier = coalition.node(1)
    unwrap(await carrier.service.vote(id, 'yes', undefined))
    const [vote] = carrier.published
    const { service, published } = coalition.node(2)
    if (!vote) return expect.unreachable()
    const report = await service.submit([wire(vote)])
    expect(report).toMatchObject({ accepted: [vote.op.cid], waiting: [], refused: [] })
    expect(published.map(({ op }) => op.cid)).toEqual([vote.op.cid])
  })

  test('a vote with a broken signature is refused by name', async () => {
    const coalition = new ServedCoalition([1, 1, 1, 1])
    const id = await coalition.proposed('policy@a')
    const carrier = coalition.node(1)
    unwrap(await carrier.service.vote(id, 'yes', undefined))
    const [vote] = carrier.published
    if (!vote) return expect.unreachable()
    const report = await coalition
      .node(2)
      .service.submit([wire({ ...vote, sig: new Uint8Array(64) })])
    expect(report.refused).toMatchObject([{ cid: vote.op.cid, code: 'bad-signature' }])
  })

  test("a newcomer's root is kept aside, survives a restart, and moves its head", async () => {
    const coalition = new ServedCoalition([1, 1, 1, 1])
    const store = new MemoryStore()
    const [newcomer] = testMembers([1], 100)
    if (!newcomer) return expect.unreachable()
    const node = new ServedNode(coalition.founded, newcomer, coalition.clock, { store })
    expect(unwrap(await node.service.rootHead())).toEqual({ seq: 0, prev: null })
    const chain = new Author(newcomer.root, coalition.founded.coalition)
    const said = chain.say(
      delegation(coalition.founded.coalition, newcomer.root, newcomer.node),
      coalition.clock.now(),
    )
    const report = await node.service.submit([wire(said)])
    expect(report.waiting).toEqual([said.op.cid])
    const again = new ServedNode(coalition.founded, newcomer, coalition.clock, { store })
    expect(unwrap(await again.service.rootHead())).toEqual({ seq: 1, prev: said.op.cid })
  })
})

describe('events', () => {
  test('what happens on a ballot is told in order, each once', async () => {
    const coalition = new ServedCoalition([1, 1, 1, 1])
    const watcher = coalition.node(3)
    const since = watcher.events.lastId
    const id = await coalition.proposed('policy@a')
    for (const { service } of coalition.nodes) unwrap(await service.vote(id, 'yes', undefined))
    coalition.exchange()
    coalition.settle()
    const events = await watcher.eventsSince(since)
    expect(events.map(({ id: n }, i) => n - (events[0]?.id ?? 0) - i)).toEqual(events.map(() => 0))
    const kinds = events.map(({ kind }) => kind)
    expect(kinds[0]).toBe('proposal')
    expect(kinds.filter((kind) => kind === 'vote')).toHaveLength(4)
    expect(kinds.filter((kind) => kind === 'seal')).toHaveLength(4)
    expect(kinds.filter((kind) => kind === 'settled')).toHaveLength(1)
    expect(events.find(({ kind }) => kind === 'settled')).toMatchObject({
      proposal: id,
      sentence: expect.stringMatching(/“policy@a” .* is adopted\./),
    })
  })
})

describe('seals', () => {
  test('a seal that the settings leave to people waits for an answer', async () => {
    const coalition = new ServedCoalition([1, 1, 1, 1], { sealMode: 'ask' })
    const id = await coalition.proposed('policy@a')
    for (const { service } of coalition.nodes) unwrap(await service.vote(id, 'yes', undefined))
    coalition.exchange()
    const node = coalition.node(0)
    const [close] = node.replica.duties().due
    if (!close) return expect.unreachable()
    unwrap(node.replica.perform(close))
    const [seal] = await node.service.seals()
    expect(seal).toMatchObject({ ballot: id, verdict: 'endorse', why: 'everyone has voted' })
    unwrap(await node.service.answerSeal(id, true))
    expect(await node.service.seals()).toEqual([])
    expect(await node.service.answerSeal(id, true)).toMatchObject({ code: 'no-such-seal' })
  })
})

describe('status', () => {
  test('it says who we are, how far the coalition is, and what needs an operator', async () => {
    const coalition = new ServedCoalition([1, 1, 1, 1])
    const { service } = coalition.node(0)
    const status = await service.status()
    expect(status).toMatchObject({
      stakeholder: 's1',
      charterVersion: 1,
      ratified: { weight: 4, total: 4, active: true },
      peers: { known: 3, connected: 0 },
      alarms: [],
    })
    coalition.clock.advance(366 * 24 * HOUR_MS)
    expect((await service.status()).alarms).toMatchObject([{ code: 'key-old' }])
  })

  test('the charter is the same as data and as YAML', async () => {
    const { service, replica } = new ServedCoalition([1, 1, 1, 1]).node(0)
    const { id, charter, yaml } = unwrap(await service.charter())
    expect(id).toBe(replica.coalition)
    expect(charter.name).toBe('Test Coalition')
    expect(yaml).toMatch(/name: Test Coalition/)
  })
})

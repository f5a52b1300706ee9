/**
 * An amendment while other ballots are open (design §3.3): what random runs found once, by hand.
 */
import { expect, test } from 'vitest'
import type { Charter } from '../../../src/charter/schema.ts'
import { linkOf } from '../../../src/op/cid.ts'
import type { OpCid } from '../../../src/op/ids.ts'
import { keyBytes } from '../../../src/op/key-id.ts'
import { unwrap } from '../../../src/op/refusal.ts'
import { castDraft, proposalDraft } from '../../../src/replica/acts.ts'
import { tallyDraft, voteDraft } from '../../../src/replica/draft.ts'
import { Author, delegation, simpleProposal } from '../../support/coalition.ts'
import { signerNumber } from '../../support/people.ts'
import { fromRound, Table } from './table.ts'

const settlement = fromRound(Number.POSITIVE_INFINITY)
const MINUTE_MS = 60_000

/** Proposes a next charter and has every root accept it. */
function proposeCharter(table: Table, change: Partial<Charter>): OpCid {
  const amendment: Charter = { ...table.founded.charter, version: 2, ...change }
  const more = { kind: 'amendment', track: 'constitutional', amendment } as const
  const id = table.propose(table.a, 'charter', more)
  for (const root of table.founded.roots.values()) {
    const said = root.say(
      { type: 'charter.accept', refs: [id], body: { amendment: 0 } },
      table.clock.now(),
    )
    for (const { replica } of table.honest) replica.ingest([said])
  }
  return id
}

/** Everybody does what is due, then everybody hears it; but no record of a settlement. */
function step(table: Table): void {
  for (const party of table.honest) party.doDuties()
  for (const from of [...table.honest, table.liar])
    for (const to of table.honest) if (from !== to) table.pass(from, to, settlement)
}

test('an amendment’s seal lists a settlement also where the certificate has come this very moment', () => {
  const table = new Table()
  const amendment = proposeCharter(table, { purpose: 'another one' })
  const ballot = table.propose(table.b, 'policy@one')
  table.voteYes(ballot)
  step(table)
  table.voteYes(amendment)
  step(table)
  step(table)
  const [first] = table.a.replica.views.ballots()
  expect(first?.id).toBe(amendment)
  expect(table.outcome(table.a, ballot)).toBe('adopted')
  expect(table.ballot(table.a, ballot).settlements).toEqual([])

  table.a.doDuties()
  const seals = table.a.replica.ledger
    .chain(table.a.member.node.key)
    .main.filter(({ op }) => op.type === 'seal' && op.refs[0] === amendment)
  expect(seals.map(({ op }) => op.body)).toMatchObject([{ verdict: 'endorse', settled: [2] }])
  table.talk()
  expect(table.outcomes(amendment)).toEqual(['adopted', 'adopted', 'adopted'])
  expect(table.outcomes(ballot)).toEqual(['adopted', 'adopted', 'adopted'])
})

test('the tally of a member who leaves still carries the seals that name it', () => {
  const table = new Table()
  const { a, b, c } = table
  const [last] = c.replica.ledger.chain(c.member.node.key).main.slice(-1)
  expect(last).toBeUndefined()
  c.issue({ type: 'node.address', refs: [], body: { addresses: [] } })
  const [{ op } = { op: undefined }] = c.replica.ledger.chain(c.member.node.key).main
  if (!op) return expect.unreachable('c has said something')
  const amendment = proposeCharter(table, {
    stakeholders: table.founded.charter.stakeholders.filter(({ id }) => id !== c.member.id),
    leavers: [{ key: keyBytes(op.key), seq: op.seq, cid: linkOf(op.cid) }],
  })
  table.voteYes(amendment)
  c.doDuties()
  for (const party of [a, b]) table.pass(c, party)
  table.talk()
  const named = [a, b].map((party) => {
    const seal = table.ballot(party, amendment).board.endorse.get(party.member.id)
    const refs = seal && party.replica.ledger.byCid.get(seal)?.op.refs
    return refs?.[1] && party.replica.ledger.byCid.get(refs[1])?.op.key
  })
  expect(named).toEqual([op.key, op.key])
  for (let reads = 0; reads < 3; reads++) {
    for (const { replica } of table.honest) replica.views.reset()
    expect(table.outcomes(amendment)).toEqual(['adopted', 'adopted', 'adopted'])
    expect(a.replica.charter?.id).toBe(amendment)
  }
})

/**
 * a closes the amendment on votes that the liar's tally lists, and waits for another ballot. Then
 * the liar forks its key before its vote: vote and tally are gone, and a has nothing to seal on.
 *
 *   liar   … ── address ── vote ── tally   (a has closed on these, and waits)
 *            └─ vote'                      the fork: vote and tally count no more
 */
test('a node that waits to seal judges anew when a fork unmakes a vote that it had judged', () => {
  const table = new Table()
  const { a, liar } = table
  const ballot = table.propose(table.b, 'policy@one')
  table.voteYes(ballot)
  step(table)
  const amendment = proposeCharter(table, { purpose: 'another one' })
  for (const party of table.honest) party.issue(unwrap(castDraft(party.replica, amendment, 'yes')))
  const forkedAt = liar.ops.length
  table.lie({ type: 'node.address', refs: [], body: { addresses: [] } })
  const vote = table.lie(voteDraft(amendment, 'yes', undefined, []))
  table.passAll()
  table.lie(tallyDraft(amendment, [...table.ballot(a, amendment).votes.keys()].sort()))
  table.pass(liar, a)
  a.doDuties()
  expect(a.replica.local.closing(amendment)?.endorse).toBe(true)
  expect(table.ballot(a, amendment).board.endorse.has(a.member.id)).toBe(false)
  const ownTallies = a.replica.ledger
    .chain(a.member.node.key)
    .main.filter(({ op }) => op.type === 'tally' && op.refs[0] === amendment)
  expect(ownTallies).toEqual([])

  const twin = liar.say(voteDraft(amendment, 'no', undefined, []), table.clock.now(), forkedAt)
  for (const { replica } of table.honest) replica.ingest([...liar.ops.slice(0, forkedAt), twin])
  expect(a.replica.ledger.byCid.get(vote.op.cid)).toBeUndefined()
  table.talk()
  table.talkFor(MINUTE_MS)
  expect(table.outcomes(ballot)).toEqual(['adopted', 'adopted', 'adopted'])
  table.clock.advance(24 * 60 * MINUTE_MS)
  table.talkFor(MINUTE_MS)
  expect(new Set(table.outcomes(amendment)).size).toBe(1)
  expect(table.outcome(a, amendment)).not.toBe('open')
})

test('a leaver’s key that the amendment does not name had said nothing: its words have no effect', () => {
  const table = new Table()
  const { a, c, founded } = table
  const ballot = table.propose(table.b, 'policy@one')
  const amendment = proposeCharter(table, {
    stakeholders: founded.charter.stakeholders.filter(({ id }) => id !== c.member.id),
    leavers: [{ key: keyBytes(c.member.node.key), seq: 0, cid: linkOf(ballot) }],
  })
  table.voteYes(amendment)
  table.talk()
  expect(a.replica.charter?.id).toBe(amendment)
  const spare = new Author(signerNumber(4711), founded.coalition)
  const at = table.clock.now()
  const root = founded.roots.get(c.member.id)
  if (!root) return expect.unreachable('every member has a root')
  a.replica.ingest([root.say(delegation(founded.coalition, c.member.root, spare.signer), at)])
  a.replica.ingest([spare.say(voteDraft(ballot, 'yes', undefined, []), at)])
  const tally = spare.say(tallyDraft(ballot, []), at)
  a.replica.ingest([tally])
  const { positions, tallies } = table.ballot(a, ballot)
  expect(positions.get(c.member.id)?.stance).toBe('silent')
  expect([...tallies.keys()], 'but what seals rest on stands').toContain(tally.op.cid)
})

test('a seal refers to the parts of its list that did not fit into it', () => {
  const table = new Table()
  const { a } = table
  const amendment = proposeCharter(table, { purpose: 'another one' })
  for (let i = 0; i < 63; i++) {
    const ballot = table.propose(table.b, `policy@${i}`)
    table.voteYes(ballot)
    table.talk()
  }
  table.voteYes(amendment)
  a.doDuties()
  const said = a.replica.ledger
    .chain(a.member.node.key)
    .main.filter(({ op }) => op.refs[0] === amendment)
  const [part, seal] = ['seal.settled', 'seal'].map((type) =>
    said.find(({ op }) => op.type === type),
  )
  expect(part?.op.refs.length).toBe(63)
  expect(seal?.op.body).toMatchObject({ verdict: 'endorse', settled: [2] })
  expect(seal?.op.refs).toContain(part?.op.cid)
})

/** Closes a ballot at a party, and does nothing else: the seal waits for a person (§6.4). */
function closeOnly({ replica }: Table['a'], ballot: OpCid): void {
  const close = replica.duties().due.find((duty) => duty.kind === 'close' && duty.ballot === ballot)
  expect(close?.ballot).toBe(ballot)
  if (close) unwrap(replica.perform(close))
}

test('what was closed before an amendment passes, and is not sealed yet, is not endorsed any more', () => {
  const table = new Table()
  const { a } = table
  const ballot = table.propose(table.b, 'policy@one')
  const amendment = proposeCharter(table, { purpose: 'another one' })
  table.voteYes(ballot)
  closeOnly(a, ballot)
  expect(a.replica.local.closing(ballot)?.endorse).toBe(true)
  table.voteYes(amendment)
  closeOnly(a, amendment)
  a.doDuties()
  const sealed = [ballot, amendment].map((id) => {
    const { board } = table.ballot(a, id)
    return board.endorse.has(a.member.id)
  })
  expect(sealed).toEqual([false, true])
})

test('asking for a ballot that is not there leaves no trace in the digest', () => {
  const table = new Table()
  const before = table.a.replica.digest()
  expect(table.a.replica.views.ballot(table.founded.coalition).ok).toBe(false)
  expect(table.a.replica.digest()).toEqual(before)
})

test('who votes many times over makes no tally longer than two votes for each elector', () => {
  const table = new Table()
  const ballot = table.propose(table.a, 'policy@one')
  for (let i = 0; i < 60; i++)
    table.lie(voteDraft(ballot, i % 2 === 0 ? 'yes' : 'no', undefined, []))
  for (const party of table.honest) party.issue(unwrap(castDraft(party.replica, ballot, 'yes')))
  table.talk()
  expect(table.outcomes(ballot)).toEqual(['adopted', 'adopted', 'adopted'])
  const tallies = [...table.ballot(table.a, ballot).tallies.values()]
  expect(tallies.map(({ votes }) => votes.length)).toEqual(tallies.map(() => 5))
})

test('a basis that claims more of a root than there is makes its proposal void', () => {
  const table = new Table()
  const { a, liar } = table
  for (const draft of a.replica.checkpointNow()) a.issue(draft)
  const draft = unwrap(proposalDraft(a.replica, simpleProposal('policy@one')))
  const [charter = a.replica.coalition, , ...heads] = draft.refs
  const frontierTo = (ahead: number) =>
    heads.flatMap((cid) => {
      const op = a.replica.ledger.byCid.get(cid)?.op
      return op ? [[keyBytes(op.key), op.seq + ahead, linkOf(cid)]] : []
    })
  const proposed = [0, 1_000].map((ahead) => {
    const frontier = frontierTo(ahead)
    const basis = table.lie({ type: 'checkpoint', refs: [], body: { full: true, frontier } })
    return table.lie({ ...draft, refs: [charter, basis.op.cid, ...heads] }).op.cid
  })
  table.pass(liar, a)
  expect(proposed.map((id) => a.replica.views.ballot(id).ok)).toEqual([true, false])
})

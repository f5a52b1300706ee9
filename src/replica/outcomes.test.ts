/** How ballots end, and when a reader may act on it (design §3.6, 3). */
import { expect, test } from 'vitest'
import { type Said, Table } from '../../test/settle/directed/table.ts'
import { openReplica } from '../../test/support/coalition.ts'
import type { Op } from '../op/operation.ts'
import { moveDraft, sealDraft, tallyDraft } from './draft.ts'
import { isFinal } from './outcomes.ts'
import type { Replica } from './replica.ts'

/** What a party of the table has signed. */
const saidBy = ({ replica, member }: Table['a']): Said[] =>
  replica.ledger.chain(member.node.key).main.flatMap(({ op }) => {
    const stored = replica.stored(op.cid)
    return stored ? { op, bytes: stored.bytes, sig: stored.sig } : []
  })

const isRecord = ({ type }: Op): boolean => type === 'settlement'

/** A ballot that all four settled, the liar before its key is seen to fork; nobody has recorded it. */
function settled() {
  const table = new Table()
  const ballot = table.propose(table.a, 'policy@one')
  table.voteYes(ballot)
  const forkedAt = table.liar.ops.length
  for (const party of table.honest) party.doDuties()
  table.lieSeal(ballot, 'endorse')
  for (let i = 0; i < 2; i++) {
    table.passAll()
    for (const party of table.honest) party.doDuties()
  }
  const lie = table.lieAuxiliary(ballot, 1, 'adopt')
  const reader = openReplica(table.founded, { clock: table.clock })
  const outcome = () => {
    const found = reader.views.standing()?.outcomes.get(ballot)
    return found && { ...found, recordedBy: [...found.recordedBy].sort() }
  }
  return { table, ballot, forkedAt, lie, reader, outcome }
}

/** All that somebody said but for what is `kept` back, and what comes after it. */
function tell(reader: Replica, ops: readonly Said[], kept: (op: Op) => boolean): void {
  const end = ops.findIndex(({ op }) => kept(op))
  reader.ingest(end < 0 ? ops : ops.slice(0, end))
}

const isAuxiliary = ({ type }: Op): boolean => type === 'settle.auxiliary' || type === 'settlement'

test('an outcome is final for a reader once settlements of F+1 refer to its certificate', () => {
  const { table, forkedAt, lie, reader, outcome } = settled()
  table.passAll()
  for (const party of table.honest) party.doDuties()
  const [a, b, c] = [table.a, table.b, table.c].map(saidBy)
  if (!a || !b || !c) return expect.unreachable()
  expect(a.some(({ op }) => isRecord(op) && op.refs.includes(lie.op.cid))).toBe(true)
  for (const ops of [a, b]) tell(reader, ops, isRecord)
  tell(reader, c, isAuxiliary)
  tell(reader, table.liar.ops, () => false)
  expect(outcome()).toMatchObject({ outcome: 'adopted', recordedBy: [], isRecorded: false })

  const twin = table.liar.say(
    { type: 'node.address', refs: [], body: { addresses: [] } },
    table.clock.now(),
    forkedAt,
  )
  reader.ingest([twin])
  expect(outcome(), 'its word counts no more, and is in nobody else’s way').toMatchObject({
    outcome: 'open',
  })

  tell(reader, a, () => false)
  reader.ingest(table.liar.ops)
  expect(outcome(), 'what a settlement refers to counts again').toMatchObject({
    outcome: 'adopted',
    isRecorded: false,
  })
  tell(reader, c, isRecord)
  expect(outcome()).toMatchObject({ recordedBy: ['s1'], isRecorded: false })
  tell(reader, b, () => false)
  expect(outcome()).toMatchObject({ recordedBy: ['s1', 's2'], isRecorded: true })
})

test('who recorded an outcome need not wait for others to', () => {
  const { table, ballot } = settled()
  const { a, b } = table
  table.passAll()
  const outcomeAt = ({ replica }: typeof a) => replica.views.standing()?.outcomes.get(ballot)
  const before = outcomeAt(a)
  expect(before).toMatchObject({ outcome: 'adopted' })
  expect(before && isFinal(before, a.member.id)).toBe(false)
  a.doDuties()
  const after = outcomeAt(a)
  expect(after).toMatchObject({ isRecorded: false })
  expect(after && [a, b].map(({ member }) => isFinal(after, member.id))).toEqual([true, false])
  expect(after && isFinal(after)).toBe(false)
})

test('violations are told alike, whichever of two ballots came first', () => {
  const table = new Table()
  const ballots = [table.propose(table.a, 'policy@one'), table.propose(table.b, 'policy@two')]
  for (const party of table.honest)
    for (const ballot of ballots) {
      const tally = party.issue(tallyDraft(ballot, []))
      party.issue(sealDraft(ballot, 'endorse', tally.op.cid, []))
      party.issue(moveDraft(ballot, { kind: 'auxiliary', round: 1, values: ['adopt'] }))
      party.issue(moveDraft(ballot, { kind: 'auxiliary', round: 2, values: ['decline'] }))
    }
  const readers = [table.honest, table.honest.toReversed()].map((order) => {
    const reader = openReplica(table.founded, { clock: table.clock })
    for (const party of order) reader.ingest(saidBy(party))
    return reader
  })
  const violations = readers.map(({ views }) => views.standing()?.violations)
  expect(violations[0]).toMatchObject([{ kind: 'two-outcomes' }, { kind: 'two-outcomes' }])
  expect(violations[1]).toEqual(violations[0])
  expect(new Set(readers.map((reader) => reader.digest().state)).size).toBe(1)
})

/**
 * A certificate takes W − F, so two of them share an honest node. With half of W they need not: one
 * side and the liar adopt, the other side declines (design §3.6). A = adopt, D = decline, Q = 2.
 *
 *   a      est A ─────────────────── aux A ─┐ A A ⇒ ADOPTED
 *   liar   est D (to b, c)  est A    aux A ─┘
 *   b      est D ─ aux D ─┐ echo A
 *   c      est D ─ aux D ─┘ D D ⇒ keep D ── round 2: est D ─ aux D ⇒ DECLINED
 */
import { expect, test } from 'vitest'
import { fromRound, Table } from './table.ts'

test('with half the weight for a quorum, one liar makes two outcomes', () => {
  const table = new Table({ quorum: (total) => total / 2 })
  const { a, b, c, liar } = table
  const ballot = table.propose(a, 'policy@one')
  table.voteYes(ballot)
  for (const party of table.honest) party.doDuties()
  table.lieSeal(ballot, 'decline')
  for (const party of [b, c]) {
    table.pass(liar, party)
    party.doDuties()
  }
  table.losePatience()
  b.doDuties()
  c.doDuties()
  table.lieEstimate(ballot, 1, 'decline')
  for (const party of [b, c]) table.pass(liar, party)
  table.pass(b, c)
  table.pass(c, b)
  b.doDuties()
  c.doDuties()

  // Now a and the liar endorse and propose to adopt; b echoes that, so it is binding for a.
  table.lieSeal(ballot, 'endorse')
  table.lieEstimate(ballot, 1, 'adopt')
  table.pass(liar, a)
  a.doDuties()
  for (const from of [liar, a]) table.pass(from, b)
  b.doDuties()
  table.pass(c, a, fromRound(1))
  table.pass(b, a)
  a.doDuties()
  table.lieEstimate(ballot, 2, 'decline')
  table.lieAuxiliary(ballot, 1, 'adopt')
  table.pass(liar, a)
  a.doDuties()
  expect(table.outcome(a, ballot)).toBe('adopted')

  for (const party of [b, c]) table.pass(liar, party, ({ type }) => type === 'settle.auxiliary')
  for (let i = 0; i < 3; i++) {
    table.pass(b, c)
    c.doDuties()
    table.pass(c, b)
    b.doDuties()
  }
  expect(table.outcome(c, ballot)).toBe('declined')
})

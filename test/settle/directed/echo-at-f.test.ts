/**
 * An estimate is echoed at weight F+1: then an honest node proposed it. Echoed at F, the liar's word
 * is enough to make a value binding that no honest node proposed, in the round after the other one
 * was settled (design §3.6, 3). A = adopt, D = decline; the liar has one chain, and a alone hears
 * its end.
 *
 *            round 1, favours A                           round 2, favours D
 *   a     est A ───────── aux A ──┐ A A A ⇒ ADOPTED
 *   b     est A · echo D ─ aux A ─┤ A A D ⇒ mixed: A      est A · echo D ─ aux D ─┐
 *   c     echo D · est A ─ aux D ─┘ A A D ⇒ mixed: A      est A · echo D ─ aux D ─┤ D D D ⇒ DECLINED
 *   liar  est D           (aux A to a, last of all)       est D ────────── aux D ─┘
 */
import { expect, test } from 'vitest'
import type { SettleRules } from '../../../src/ballot/rules.ts'
import type { OpCid } from '../../../src/op/ids.ts'
import { fromRound, Table } from './table.ts'

/** Plays the schedule on a ballot that everybody voted for and endorsed. */
function play(table: Table, ballot: OpCid): void {
  const { a, b, c, liar } = table
  b.doDuties()
  table.lieEstimate(ballot, 1, 'decline')
  table.lieEstimate(ballot, 2, 'decline')
  table.lieAuxiliary(ballot, 2, 'decline')
  for (const party of [c, b]) {
    table.pass(liar, party)
    party.doDuties()
  }
  // c hears b, not yet a: declining has weight 3 there, adopting 2.
  table.pass(b, c)
  c.doDuties()
  a.doDuties()
  table.pass(a, b)
  table.pass(c, b)
  b.doDuties()
  table.pass(b, a)
  table.pass(c, a)
  a.doDuties()
  table.lieAuxiliary(ballot, 1, 'adopt')
  table.pass(liar, a)
  a.doDuties()
  // Round 2: what a settled is still on its way.
  for (const party of [b, c]) table.pass(a, party, fromRound(2))
  for (let i = 0; i < 3; i++) {
    table.pass(b, c)
    c.doDuties()
    table.pass(c, b)
    b.doDuties()
  }
}

function endorsed(rules: Partial<SettleRules>) {
  const table = new Table(rules)
  const ballot = table.propose(table.a, 'policy@one')
  table.voteYes(ballot)
  for (const party of table.honest) party.doDuties()
  table.passAll()
  return { table, ballot }
}

test('echoed at F, one liar makes two outcomes', () => {
  const { table, ballot } = endorsed({ echoAt: (faulty) => faulty })
  play(table, ballot)
  expect(table.outcomes(ballot)).toEqual(['adopted', 'declined', 'declined'])
  table.passAll()
  expect(table.violations()).toContain('two-outcomes')
})

test('echoed at F+1, the same schedule makes one', () => {
  const { table, ballot } = endorsed({})
  play(table, ballot)
  expect(table.outcomes(ballot)).not.toContain('declined')
  table.talk()
  expect(table.outcomes(ballot)).toEqual(['adopted', 'adopted', 'adopted'])
  expect(table.violations()).toEqual([])
})

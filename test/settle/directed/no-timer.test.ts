/**
 * From round 3 on a node waits for the round's timer, so that it hears the lead and the others. Where
 * nobody waits, whoever orders the messages keeps the estimates apart for ever: in each round one
 * node, x, holds the favoured value f, and two, y and z, the other one, g (design §3.6, 3).
 *
 *   x      est f ───────────(f: x liar y)── aux f ─┐ f g g ⇒ mixed: f
 *   liar   est f · est g                           │ aux g (to y alone)
 *   y      est g ─(g: y z liar)─ aux g ── est f ───┤ g g g ⇒ keep g, which the next round favours
 *   z      est g ─(g: y z liar)─ aux g ────────────┘ f g g ⇒ mixed: f
 *
 * The next round is the same with y for x. A timer that is longer than messages take ends this: all
 * hear both values, and the lead.
 */
import { expect, test } from 'vitest'
import { favoured, other } from '../../../src/ballot/board.ts'
import type { OpCid } from '../../../src/op/ids.ts'
import type { Op } from '../../../src/op/operation.ts'
import type { Party } from '../../support/coalition.ts'
import { roundOf } from '../faulty.ts'
import { fromRound, Table } from './table.ts'

const MINUTE_MS = 60_000

/** One round of the schedule. */
function playRound(table: Table, ballot: OpCid, round: number, [x, y, z]: readonly Party[]): void {
  if (!x || !y || !z) return
  const { liar } = table
  for (const from of [x, y, z])
    for (const to of [x, y, z]) if (from !== to) table.pass(from, to, fromRound(round))
  const f = favoured(round)
  const g = other(f)
  table.lieEstimate(ballot, round, f)
  table.lieEstimate(ballot, round, g)
  table.pass(y, z)
  table.pass(z, y)
  for (const party of [y, z]) {
    table.pass(liar, party)
    party.doDuties()
  }
  table.pass(x, y)
  y.doDuties()
  const isOther = ({ type, body }: Op): boolean =>
    type === 'settle.estimate' && body.round === round && body.value === g
  table.pass(liar, x, isOther)
  table.pass(y, x)
  x.doDuties()
  for (const party of [x, y]) table.pass(party, z)
  z.doDuties()
  for (const party of [y, z]) table.pass(party, x, fromRound(round + 1))
  x.doDuties()
  table.lieAuxiliary(ballot, round, g)
  table.pass(liar, y)
  table.pass(z, y, fromRound(round + 1))
  y.doDuties()
}

function playRounds(table: Table, ballot: OpCid, rounds: number): void {
  const { a, b, c } = table
  for (let round = 1; round <= rounds; round++)
    playRound(table, ballot, round, round % 2 === 1 ? [a, b, c] : [b, a, c])
}

const ROUNDS = 25

test('where nobody waits for the timer, rounds go on as long as somebody orders the messages', () => {
  const table = new Table({ waitsForTimer: false })
  const ballot = table.propose(table.a, 'policy@one')
  table.split(ballot, table.b, table.c)
  playRounds(table, ballot, ROUNDS)
  expect(table.outcomes(ballot)).toEqual(['open', 'open', 'open'])
  expect(table.honest.map((party) => roundOf(table.ballot(party, ballot).board))).toEqual([
    ROUNDS + 1,
    ROUNDS + 1,
    ROUNDS + 1,
  ])
})

test('with the timer the schedule ends in round 3, and the ballot settles once all are heard', () => {
  const table = new Table()
  const ballot = table.propose(table.a, 'policy@one')
  table.split(ballot, table.b, table.c)
  playRounds(table, ballot, 2)
  expect(table.honest.map((party) => roundOf(table.ballot(party, ballot).board))).toEqual([3, 3, 3])
  playRound(table, ballot, 3, table.honest)
  for (const party of table.honest)
    expect(table.ballot(party, ballot).board.result(3)).toBeUndefined()
  table.talkFor(3 * MINUTE_MS)
  expect(new Set(table.outcomes(ballot)).size).toBe(1)
  expect(table.outcomes(ballot)).not.toContain('open')
})

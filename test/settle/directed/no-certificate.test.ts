/**
 * *adopt* counts, for any reader, only where an endorsement certificate is held (design §3.6, 3).
 * Where it counts at once, a reader settles on auxiliaries alone: nobody could show it who endorsed.
 *
 *   a, c   seal ── est A (lists a, c, liar's seal) ── aux A ─┐
 *   liar   seal, est A (to a, c) ╳ fork: aux A (to b) ───────┤ A A A: b, who holds two seals
 */
import { expect, test } from 'vitest'
import type { SettleRules } from '../../../src/ballot/rules.ts'
import { moveDraft } from '../../../src/replica/draft.ts'
import { Table } from './table.ts'

function play(rules: Partial<SettleRules>) {
  const table = new Table(rules)
  const { a, b, c, liar } = table
  const ballot = table.propose(a, 'policy@one')
  table.voteYes(ballot)
  const forkedAt = liar.ops.length
  table.lieSeal(ballot, 'endorse')
  table.lieEstimate(ballot, 1, 'adopt')
  for (let i = 0; i < 3; i++)
    for (const [one, other] of [
      [a, c],
      [c, a],
    ] as const) {
      one.doDuties()
      table.pass(liar, other)
      table.pass(one, other)
    }
  const move = { kind: 'auxiliary', round: 1, values: ['adopt'] } as const
  const twin = liar.say(moveDraft(ballot, move), table.clock.now(), forkedAt)
  const isRecord = ({ type }: { readonly type: string }): boolean => type === 'settlement'
  for (const from of [a, c]) table.pass(from, b, isRecord)
  b.replica.ingest([...liar.ops.slice(0, forkedAt), twin])
  return { table, ballot, board: table.ballot(b, ballot).board }
}

test('counted without a certificate, auxiliaries alone adopt a ballot', () => {
  const { table, ballot, board } = play({ adoptNeedsCertificate: false })
  expect(board.hasEndorsements).toBe(false)
  expect(table.outcome(table.b, ballot)).toBe('adopted')
})

test('with the rules, who holds no certificate waits for it', () => {
  const { table, ballot, board } = play({})
  expect(board.hasEndorsements).toBe(false)
  expect(table.outcome(table.b, ballot)).toBe('open')
  table.talk()
  expect(table.outcomes(ballot)).toEqual(['adopted', 'adopted', 'adopted'])
})

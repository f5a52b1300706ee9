/**
 * Does it matter that a value is binding at 2F+1 and not at F+1? It does, for termination. At 2F+1 at
 * least F+1 honest nodes sent the value, so every honest node echoes it and it becomes binding for
 * all, whatever the faulty do later. At F+1 it may rest on one honest node and the liar; when the
 * liar's key forks, its estimate is in no counted set any more (nobody refers to an estimate), the
 * value is binding for nobody, and the honest node has spent its auxiliary of the round on it.
 *
 *   a      est A ──── (A: a, b) ─────────────────────── aux A ─┐
 *   b      est A ──── (A: a, b) ─────────────────────── aux A ─┘     A A: weight 2 < Q, for ever
 *   c      est D ──── (D: c, liar ⇒ binding at F+1) ─── aux D        counts for nobody
 *   liar   est D (to c) ╳ fork: est A (to all)                       silent from here on
 *
 * Agreement does not hang on it: certificates rest on auxiliaries of weight Q alone, and an auxiliary
 * is said once. Random runs with F+1 found no second outcome either.
 */
import { expect, test } from 'vitest'
import type { SettleRules } from '../../../src/ballot/rules.ts'
import { moveDraft } from '../../../src/replica/draft.ts'
import { Table } from './table.ts'

const HOUR_MS = 3_600_000

function play(rules: Partial<SettleRules>) {
  const table = new Table(rules)
  const { a, b, c, liar } = table
  const ballot = table.propose(a, 'policy@one')
  table.split(ballot, c)
  const forkedAt = liar.ops.length
  table.lieEstimate(ballot, 1, 'decline')
  table.pass(liar, c)
  table.pass(a, b)
  table.pass(b, a)
  for (const party of table.honest) party.doDuties()
  table.clock.advance(6_000)
  for (const party of table.honest) party.doDuties()
  const move = { kind: 'estimate', round: 1, value: 'adopt', endorsements: [] } as const
  const twin = liar.say(moveDraft(ballot, move), table.clock.now(), forkedAt)
  for (const { replica } of table.honest)
    replica.ingest([...liar.ops.slice(0, forkedAt + 1), ...liar.ops.slice(0, forkedAt), twin])
  table.talkFor(HOUR_MS / 6)
  return { table, ballot, isForked: a.replica.ledger.chain(liar.signer.key).forkedAt === forkedAt }
}

test('binding at F+1, a liar that forks leaves the ballot unsettled for ever', () => {
  const { table, ballot, isForked } = play({ bindingAt: (faulty) => faulty + 1 })
  expect(isForked).toBe(true)
  expect(table.outcomes(ballot)).toEqual(['open', 'open', 'open'])
  table.clock.advance(24 * HOUR_MS)
  const due = table.honest.flatMap(({ replica }) => replica.duties().due)
  expect(due.filter((duty) => duty.ballot === ballot)).toEqual([])
})

test('binding at 2F+1, the same liar delays nobody', () => {
  const { table, ballot, isForked } = play({})
  expect(isForked).toBe(true)
  expect(new Set(table.outcomes(ballot))).toEqual(new Set(['adopted']))
})

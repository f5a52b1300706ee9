/** Settlement, ratification and reconstitution against the second reading of the design. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Board, type SealRecord, type SettleRecord } from '../../src/ballot/board.ts'
import { electorateFrom } from '../../src/ballot/electorate.ts'
import { RULES } from '../../src/ballot/rules.ts'
import { reconstitutionFault } from '../../src/charter/reconstitution.ts'
import type { Charter } from '../../src/charter/schema.ts'
import { cidOf } from '../../src/op/cid.ts'
import type { StakeholderId } from '../../src/op/ids.ts'
import { keyIdFromBytes } from '../../src/op/key-id.ts'
import { ratification } from '../../src/replica/gates.ts'
import { testCharter } from '../support/coalition.ts'
import { randomFrom } from '../support/people.ts'
import {
  mayGoOnWithout,
  moreThanTwoThirds,
  type Seat,
  type Statement,
  settle,
  type Table,
} from './settling.ts'

const BOARDS = 20_000
const CHARTERS = 5_000
/** Share of the boards on which a weight lies within one unit of Q, at least. */
const LEAST_CLOSE = 0.05

const next = randomFrom(7)
const int = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1))
const seatsOf = (count: number): Seat[] =>
  Array.from({ length: count }, (_, i) => ({
    name: `s${i + 1}`,
    weight: next() < 0.5 ? 1 : int(1, 5),
  }))

const charterOf = (seats: readonly Seat[]): Charter => ({
  ...testCharter([]),
  reconstitution: { after: 60 * 86_400_000 },
  stakeholders: seats.map(({ name, weight }, i) => ({
    id: name,
    name,
    root: new Uint8Array(32).fill(i),
    weight,
    functions: [],
    jurisdictions: [],
  })),
})

function someTable(): Table {
  const seats = seatsOf(int(1, 7))
  const among = (): Seat[] => seats.filter(() => next() < 0.75)
  const values = (): Statement['says'] => {
    const dice = next()
    if (dice < 0.45) return ['adopt']
    return dice < 0.9 ? ['decline'] : ['adopt', 'decline']
  }
  const rounds = Array.from({ length: 3 }, (_, i) => i + 1)
  const loyal = values()
  return {
    seats,
    seals: among().map(({ name }) => ({ by: name, says: next() < 0.8 ? 'endorse' : 'decline' })),
    estimates: rounds.flatMap((round) =>
      among().map(({ name }) => ({ by: name, round, says: values().slice(0, 1) })),
    ),
    // Most say the same, else nothing would ever settle.
    auxiliaries: rounds.flatMap((round) =>
      among().map(({ name }) => ({ by: name, round, says: next() < 0.85 ? loyal : values() })),
    ),
  }
}

function boardOf({ seats, seals, estimates, auxiliaries }: Table): Board {
  const electorate = electorateFrom(charterOf(seats).stakeholders)
  const cid = cidOf(Uint8Array.of(1))
  const stated =
    (kind: SettleRecord['kind']) =>
    ({ by, round, says }: Statement): SettleRecord => ({
      kind,
      cid,
      stakeholder: by as StakeholderId,
      round,
      values: says,
    })
  const records = seals.map(
    ({ by, says }): SealRecord => ({
      cid,
      stakeholder: by as StakeholderId,
      verdict: says,
      tally: cid,
    }),
  )
  // Statements first, so that those of *adopt* wait for the certificate.
  const board = new Board(electorate, RULES)
  for (const one of estimates.map(stated('estimate'))) board.hear(one)
  for (const one of auxiliaries.map(stated('auxiliary'))) board.hear(one)
  for (const one of records) board.hearSeal(one)
  return board
}

test(`boards and a second reading of them settle alike, ${BOARDS} times`, () => {
  const counts = { adopted: 0, declined: 0, close: 0, binding: 0 }
  for (let i = 0; i < BOARDS; i++) {
    const table = someTable()
    const board = boardOf(table)
    const said = settle(table)
    const outcomes = board.settlements().map(({ outcome, round }) => `${outcome} in ${round}`)
    const binding = [1, 2, 3].flatMap((round) =>
      board.binding(round).map((value) => `${value} in ${round}`),
    )
    if (
      outcomes.sort().join() !== [...said.outcomes].sort().join() ||
      binding.join() !== said.binding.join()
    )
      expect({ outcomes, binding }, JSON.stringify(table)).toEqual(said)
    if (outcomes.some((one) => one.startsWith('adopted'))) counts.adopted++
    if (outcomes.some((one) => one.startsWith('declined'))) counts.declined++
    if (Math.abs(said.heaviest - said.quorum) <= 1) counts.close++
    counts.binding += binding.length
  }
  process.stdout.write(`settle: ${JSON.stringify(counts)} of ${BOARDS}\n`)
  for (const count of [counts.adopted, counts.declined, counts.close])
    expect(count).toBeGreaterThan(LEAST_CLOSE * BOARDS)
})

test('ratification and reconstitution ask for what a second reading asks for', () => {
  const counts = { ratified: 0, goesOn: 0 }
  for (let i = 0; i < CHARTERS; i++) {
    const seats = seatsOf(int(2, 8))
    const charter = charterOf(seats)
    const chosen = new Set(seats.filter(() => next() < 0.55).map(({ name }) => name))
    const roots = new Set(
      charter.stakeholders
        .filter(({ id }) => chosen.has(id))
        .map(({ root }) => keyIdFromBytes(root)),
    )
    const isActive = ratification(charter, roots).active
    expect(isActive, JSON.stringify([seats, [...chosen]])).toBe(moreThanTwoThirds(seats, chosen))
    const rest = charter.stakeholders.filter(({ id }) => !chosen.has(id))
    const named = charter.stakeholders.flatMap(({ id }) => (chosen.has(id) ? [id] : []))
    const fault = reconstitutionFault(charter, { ...charter, stakeholders: rest }, named)
    expect(fault === undefined, JSON.stringify([seats, named])).toBe(mayGoOnWithout(seats, chosen))
    if (isActive) counts.ratified++
    if (!fault) counts.goesOn++
  }
  process.stdout.write(`charters: ${JSON.stringify(counts)} of ${CHARTERS}\n`)
  expect(Math.min(counts.ratified, counts.goesOn)).toBeGreaterThan(LEAST_CLOSE * CHARTERS)
})

test('the second readings import nothing', () => {
  for (const name of ['../../sim/reference/evaluator.ts', 'settling.ts'])
    expect(readFileSync(new URL(name, import.meta.url), 'utf8')).not.toMatch(
      /^import\b|\bimport\(|\brequire\(/m,
    )
})

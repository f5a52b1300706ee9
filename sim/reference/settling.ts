/**
 * The rule book on outcomes (§3.6), read slowly from the operations: with weight W, F the largest
 * whole number below W/3 and Q = W − F, a ballot is settled by auxiliaries {b(r)} of weight ≥ Q in one
 * round, b(r) being adopt for odd rounds; *adopted* takes endorsing seals of weight ≥ Q besides.
 */
import type { OpCid } from '../../src/op/ids.ts'
import type { Op } from '../../src/op/operation.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { type Book, type BookBallot, bookOf } from './book.ts'

/** What a ballot came to. */
export type BookOutcome = 'adopted' | 'declined' | 'open'

/** The outcome of every ballot that a replica holds. */
export function outcomesByReference(replica: Replica): Map<OpCid, BookOutcome> {
  const book = bookOf(replica)
  const outcomes = new Map<OpCid, BookOutcome>()
  for (const [id, ballot] of book.ballots) outcomes.set(id, outcomeOf(id, ballot, book))
  return outcomes
}

function outcomeOf(id: OpCid, ballot: BookBallot, book: Book): BookOutcome {
  const weights = new Map(ballot.members.map((member) => [member.id, member.weight]))
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0)
  let faulty = 0
  while (3 * (faulty + 1) < total) faulty++
  const quorum = total - faulty
  const about = (type: string): Op[] =>
    (book.byType.get(type) ?? []).filter(({ refs }) => refs[0] === id)
  const weigh = (ops: readonly Op[]): number => {
    const who = new Set(ops.map(({ key }) => book.stakeholderOf(key, ballot)))
    return [...who].reduce((sum, name) => sum + (weights.get(name ?? '') ?? 0), 0)
  }
  const endorsed = weigh(about('seal').filter(({ body }) => body.verdict === 'endorse')) >= quorum
  const rounds = Map.groupBy(about('settle.auxiliary'), ({ body }) => Number(body.round))
  for (const [round, ops] of [...rounds].sort(([a], [b]) => a - b)) {
    const favoured = round % 2 === 1 ? 'adopt' : 'decline'
    const plain = ops.filter(({ body }) => isOnly(body.values, favoured))
    if (weigh(plain) < quorum) continue
    if (favoured === 'decline') return 'declined'
    if (endorsed) return 'adopted'
  }
  return 'open'
}

const isOnly = (values: unknown, value: string): boolean =>
  Array.isArray(values) && values.length === 1 && values[0] === value

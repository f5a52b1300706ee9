/**
 * The rule book on one verdict: the votes that a node judged, read from the operations themselves and
 * put to the evaluator, which shares no line with the product.
 */
import type { OpCid } from '../../src/op/ids.ts'
import type { Op } from '../../src/op/operation.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { type Book, type BookBallot, bookOf } from './book.ts'
import { type Case, judge, type Rules, type Vote, type Voter } from './evaluator.ts'

/** True where a ballot passes by these votes; undefined where the node does not hold it. */
export function passesByReference(
  replica: Replica,
  ballot: OpCid,
  votes: readonly OpCid[],
): boolean | undefined {
  const book = bookOf(replica)
  const known = book.ballots.get(ballot)
  if (!known) return undefined
  const cast = votes.flatMap((cid) => voteOf(replica.ledger.byCid.get(cid)?.op, known, book))
  return judge(caseOf(known, cast)).result === 'passes'
}

function voteOf(op: Op | undefined, ballot: BookBallot, book: Book): Vote[] {
  const by = op && book.stakeholderOf(op.key, ballot)
  if (!op || by === undefined) return []
  const says = String(op.body.choice)
  if (says !== 'yes' && says !== 'no' && says !== 'abstain' && says !== 'veto') return []
  const replaced = Array.isArray(op.body.supersedes) ? op.body.supersedes : []
  const replaces = replaced.flatMap((i) => op.refs[Number(i)] ?? [])
  const because = typeof op.body.rationale === 'string' ? op.body.rationale : ''
  return [{ name: op.cid, by, says, because, replaces }]
}

function caseOf(ballot: BookBallot, votes: readonly Vote[]): Case {
  const { charter, track, op } = ballot
  const components = Array.isArray(op.body.components) ? op.body.components.map(String) : []
  const voters: Voter[] = ballot.members.map(({ id, weight, functions }) => ({
    name: id,
    weight,
    functions,
    owns: charter.components.flatMap((one) => (one.owners.includes(id) ? [one.id] : [])),
  }))
  const rules: Rules = {
    quorum: track.quorum,
    approval: track.approval.at,
    approvalOf: track.approval.of,
    chambers: track.chambers.map((chamber) => ({
      of: chamber.function,
      approval: chamber.approval,
    })),
    ownersMayVeto: track.veto.owners,
    override: track.veto.override,
    coalitionVeto: track.veto.coalition,
    contingency: null,
  }
  return {
    voters,
    votes,
    touches: components,
    // Scenarios switch gates off but for acceptance, which the seal of an amendment has waited for.
    gatesHold: [],
    isWithdrawn: false,
    isReversible: op.body.reversible === true,
    rules,
  }
}

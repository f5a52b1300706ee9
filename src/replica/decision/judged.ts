/**
 * The votes that a seal judged: those that its tally lists, also where a later fork has made one void
 * (design §3.6: every seal can be audited against what it judged).
 */
import { seal, voteCast } from '../../ballot/ops.ts'
import type { VoteRecord } from '../../ballot/position.ts'
import type { OpCid } from '../../op/ids.ts'
import { readBody } from '../../op/type.ts'
import type { Ballot } from '../ballot.ts'
import type { ReplicaReader } from '../reader.ts'

/** The tally that a seal names; undefined where the seal is not held or not understood. */
export function tallyOf({ ledger }: Pick<ReplicaReader, 'ledger'>, cid: OpCid): OpCid | undefined {
  const op = ledger.byCid.get(cid)?.op
  const body = op && readBody(op, seal)
  return body?.ok ? op?.refs[body.value.tally] : undefined
}

/** The votes that a tally lists; undefined where no tally of the ballot is called so. */
export const judgedVotes = (
  replica: Pick<ReplicaReader, 'ledger'>,
  ballot: Ballot,
  tally: OpCid | undefined,
): VoteRecord[] | undefined =>
  tally === undefined
    ? undefined
    : ballot.tallies.get(tally)?.votes.flatMap((vote) => voteRecord(replica, ballot, vote) ?? [])

function voteRecord(
  { ledger }: Pick<ReplicaReader, 'ledger'>,
  ballot: Ballot,
  cid: OpCid,
): VoteRecord | undefined {
  const op = ledger.byCid.get(cid)?.op
  const stakeholder = op && ballot.eligibility.stakeholderOf(op.key)
  if (!op || !stakeholder || op.type !== voteCast.type) return undefined
  const body = readBody(op, voteCast)
  if (!body.ok || op.refs[body.value.ballot] !== ballot.id) return undefined
  const { choice, rationale, supersedes } = body.value
  return {
    cid,
    stakeholder,
    choice,
    supersedes: supersedes.flatMap((position) => op.refs[position] ?? []),
    at: op.at,
    ...(rationale !== undefined && { rationale }),
  }
}

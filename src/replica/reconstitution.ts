/**
 * How a reconstitution (design §3.3) stands to the other ballots of its charter. Those without the
 * silent members cannot settle, so it would wait for them for ever; so it passes over those on which
 * its node has decided nothing, and who endorsed it decides nothing on them until it is declined. Of
 * two certificates each needs more than such nodes leave the other: when the silent come back in the
 * middle of it, no two successors can be certified by honest nodes.
 */
import type { OpCid, StakeholderId } from '../op/ids.ts'
import type { Ballot } from './ballot.ts'
import type { Standing } from './outcomes.ts'
import { oncePerList } from './per-list.ts'

/** True when a ballot has no certificate without the members whom a reconstitution removes. */
export function cannotSettleWithout(
  { board, electorate }: Pick<Ballot, 'board' | 'electorate'>,
  { body: { removesSilent } }: Pick<Ballot, 'body'>,
): boolean {
  if (removesSilent === undefined) return false
  const silent = electorate.members.filter(({ id }) => removesSilent.includes(id))
  return electorate.total - board.weight(silent.map(({ id }) => id)) < board.quorum
}

/**
 * True when a stakeholder need not wait for what it said on one ballot before it endorses another: its
 * word is in no certificate that could form, or in none but of *declined*, as which both end anyway.
 */
export const passesOver = (by: Ballot, { board, ...other }: Ballot, self: StakeholderId): boolean =>
  cannotSettleWithout({ board, ...other }, by) && (!board.hasDecided(self) || board.cannotEndorse)

/** The reconstitution that the stakeholder endorsed and for which it decides nothing on a ballot. */
export function yieldsTo(
  ballot: Ballot,
  self: StakeholderId,
  { ballots, standing }: { readonly ballots: readonly Ballot[]; readonly standing: Standing },
): OpCid | undefined {
  const { board } = ballot
  if (board.settlements().length > 0 || !board.rules.endorsersYield) return undefined
  return reconstitutions(ballots).find(
    (other) =>
      other.id !== ballot.id &&
      (standing.outcomes.get(other.id)?.outcome ?? 'open') === 'open' &&
      other.charterId === ballot.charterId &&
      other.board.endorse.has(self) &&
      cannotSettleWithout(ballot, other),
  )?.id
}

/** Asked for each ballot, of the same list: few are. What rests is settled, and no amendment. */
const reconstitutions = oncePerList((ballots: readonly Ballot[]) =>
  ballots.filter(({ rest, body }) => !rest && body.removesSilent !== undefined),
)

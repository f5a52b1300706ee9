/** What an amendment waits for here before it is endorsed: other ballots, and how each stands (§3.3). */
import type { Fact } from '../../src/ballot/explain.ts'
import type { Ballot } from '../../src/replica/ballot.ts'
import { awaited } from '../../src/replica/endorsing.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { ownStakeholder, titleOf } from './naming.ts'

/** One fact for each ballot that this node waits for; none where it does not wait. */
export function waitFacts(replica: Replica, ballot: Ballot): Fact[] {
  const self = ownStakeholder(replica)
  const scene = replica.scene(replica.clock.now())
  const { endorse, decline } = ballot.board
  if (!self || !scene || endorse.has(self) || decline.has(self)) return []
  if (replica.local.closing(ballot.id)?.endorse !== true) return []
  return awaited(ballot, self, scene).map((other) => ({
    label: 'waits',
    sentence: `Waits for ballot ${titleOf(replica, other.id)}, which ${stateOf(other)}.`,
  }))
}

/** How far a ballot is that another one waits for, and whose move it is. */
function stateOf({ board, electorate }: Ballot): string {
  if (board.settlements().length > 0)
    return 'is settled, and whose settlement somebody has to record'
  if (board.hasEndorsements) return 'has its endorsements and is in its settle rounds'
  if (board.cannotEndorse) return 'cannot be adopted any more and is in its settle rounds'
  const silent = electorate.members
    .filter(({ id }) => !board.endorse.has(id) && !board.decline.has(id))
    .map(({ id, weight }) => `${id} ${weight}`)
  const who = silent.length === 0 ? '' : `; not sealed: ${silent.join(', ')}`
  return `was endorsed here and is not settled: sealed by ${board.sealedWeight} of the ${board.quorum} that it takes${who}`
}

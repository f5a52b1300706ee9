/** Everything about a replica that must not depend on whether anything of it ever rested. */
import { wholeOf } from '../../src/replica/ballot-view.ts'
import { countedPrint } from '../../src/replica/counted-print.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { portraitOf } from '../convergence/portrait.ts'

/** A replica as text, line by line, to be compared. */
export function restPortraitOf(replica: Replica): string[] {
  const { views } = replica
  const lines = portraitOf(replica)
  for (const ballot of views.ballots()) {
    const { id, author, charterId, generation, withdrawn, settlements, body, track } = ballot
    const ended = views.standing()?.outcomes.get(id)
    const recordedBy = [...(ended?.recordedBy ?? [])].sort()
    lines.push(
      JSON.stringify([
        ...[id, author, charterId, generation, withdrawn, body.title, body.track, track],
        ...[ended?.outcome, ended?.round, ended?.endedBy, ended?.isRecorded, recordedBy],
        settlements.map(({ cid, stakeholder, outcome }) => [cid, stakeholder, outcome]).sort(),
        [...(ballot.rest?.endorse ?? ballot.board.endorse.keys())].sort(),
        // What is remembered of it, and what it is when it is counted.
        ...[countedPrint(ballot), countedPrint(wholeOf(ballot))],
        views.topics.proposals.get(id)?.version,
      ]),
    )
  }
  for (const [id, { version, votes, comments, seals }] of views.topics.proposals)
    lines.push(`topic ${id} ${version} ${votes.length} ${comments.length} ${seals.length}`)
  return lines.sort()
}

/** Gate overrides as lines (design §3.8): for people, and for the retrospective. */
import type { Ballot } from '../../src/replica/ballot.ts'
import type { Standing } from '../../src/replica/outcomes.ts'
import { overriddenBy } from '../../src/replica/recourse/overrides.ts'
import type { Replica } from '../../src/replica/replica.ts'
import type { OverrideLine } from './recourse-api.ts'

/** Every override that was asked for, oldest first by its author's clock. */
export function overrideLines(replica: Replica): OverrideLine[] {
  const standing = replica.views.standing()
  if (!standing) return []
  return replica.views
    .ballots()
    .flatMap((ballot) => overrideLine(replica, ballot, standing))
    .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
}

function overrideLine(replica: Replica, ballot: Ballot, standing: Standing): OverrideLine[] {
  const named = ballot.rest ? undefined : overriddenBy(ballot)
  const target = named && replica.views.ballot(named.ballot)
  if (!named || !target?.ok) return []
  const { body, gates } = target.value
  return [
    {
      id: ballot.id,
      author: ballot.author,
      outcome: outcomeOf(standing, ballot),
      gate: named.gate,
      because: ballot.body.summary,
      at: ballot.proposal.op.at,
      proposal: {
        id: named.ballot,
        title: body.title,
        outcome: outcomeOf(standing, target.value),
      },
      stands: gates.find(({ gate }) => gate === named.gate)?.sentence ?? '',
    },
  ]
}

const outcomeOf = ({ outcomes }: Standing, { id }: Ballot): OverrideLine['outcome'] =>
  outcomes.get(id)?.outcome ?? 'open'

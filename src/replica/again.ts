/**
 * The same proposal once more (design §3.2): what an emergency ballot did not carry falls over to the
 * standard track, where it has more time and another threshold. A person does that with one word; nothing
 * is proposed in anybody's name by a clock.
 */
import { trackOf } from '../charter/lookup.ts'
import type { OpCid } from '../op/ids.ts'
import { accept, type Result, refuse } from '../op/refusal.ts'
import type { ProposalInput } from './acts.ts'
import type { Ballot } from './ballot.ts'
import type { Standing } from './outcomes.ts'
import type { Replica } from './replica.ts'

/** The track of those who are in a hurry, and the one that it falls over to. */
const EMERGENCY = 'emergency'
const STANDARD = 'standard'

/** The proposal that asks again what was declined: on that track, or where emergencies fall over to. */
export function againInput(replica: Replica, id: OpCid, track?: string): Result<ProposalInput> {
  const found = replica.views.ballot(id)
  const standing = replica.views.standing()
  if (!found.ok) return found
  if (!standing) return refuse('no-coalition', 'the founding operation is not held yet')
  const { body, proposal } = found.value
  const outcome = standing.outcomes.get(id)?.outcome ?? 'open'
  if (outcome !== 'declined')
    return refuse('not-declined', `it is ${outcome}`, 'only what was declined is asked again')
  if (!isAskedFreely(found.value))
    return refuse('not-again', 'its question follows from what it is about', 'open that anew')
  const on = track ?? (body.track === EMERGENCY ? STANDARD : body.track)
  if (!trackOf(standing.current.charter, on)) return refuse('track', `there is no track "${on}"`)
  const at = (position: number): OpCid[] => {
    const ref = proposal.op.refs[position]
    return ref === undefined ? [] : [ref]
  }
  const { document, dependsOn } = body
  const [freeze] = 'freeze' in document ? at(document.freeze) : []
  return accept({
    ...askedAgain(body),
    track: on,
    dependsOn: dependsOn.flatMap(at),
    ...('text' in document ? { text: document.text } : freeze !== undefined && { freeze }),
  })
}

/** True for a ballot that was declined in a hurry and may be decided with more time. */
export const fallsOver = (ballot: Ballot, { outcomes }: Standing): boolean =>
  ballot.body.track === EMERGENCY &&
  !ballot.withdrawn &&
  isAskedFreely(ballot) &&
  outcomes.get(ballot.id)?.outcome === 'declined'

/** It is no appeal, override, election, resumption or amendment: those follow from something else. */
const isAskedFreely = ({ body }: Ballot): boolean =>
  [body.appeal, body.overrides, body.resumes, body.elects, body.amendment].every(
    (role) => role === undefined,
  )

/** What the proposer had decided; windows are the track's own, and all else follows from the state. */
function askedAgain({
  charter: _charter,
  basis: _basis,
  document: _document,
  replaces: _replaces,
  dependsOn: _dependsOn,
  opensAt: _opensAt,
  windows: _windows,
  appeal: _appeal,
  overrides: _overrides,
  resumes: _resumes,
  ...rest
}: Ballot['body']): ProposalInput {
  return rest
}

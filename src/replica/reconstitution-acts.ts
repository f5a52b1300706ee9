/** What a proposer of a reconstitution is told before anything is signed (design §3.3). */
import { formatDuration } from '../charter/duration.ts'
import { reconstitutionFault } from '../charter/reconstitution.ts'
import type { Charter } from '../charter/schema.ts'
import { type Refusal, refuse } from '../op/refusal.ts'
import type { ReplicaReader } from './reader.ts'
import { silencesOf } from './silence.ts'
import type { ProposalBody } from './topics.ts'

/** Why the rest may not decide on it, or would not endorse it by this node's clock, if so. */
export function reconstitutionRefusal(
  { ledger, local, clock, charter: current }: ReplicaReader,
  body: Pick<ProposalBody, 'amendment' | 'removesSilent'>,
  charter: Charter,
): Refusal | undefined {
  const { amendment, removesSilent } = body
  if (removesSilent === undefined || current === undefined) return undefined
  if (amendment === undefined)
    return refuse('invalid-proposal', 'only an amendment removes silent members')
  const fault = reconstitutionFault(charter, amendment, removesSilent)
  if (fault) return fault
  const ballot = { charter, charterId: current.id, body: { removesSilent } }
  const heard = silencesOf(ballot, { ledger, local, now: clock.now() }).find(
    ({ isLong }) => !isLong,
  )
  const after = formatDuration(charter.reconstitution?.after ?? 0)
  return (
    heard &&
    refuse(
      'not-silent',
      `${heard.id} was heard ${new Date(heard.since).toISOString()}, and the charter asks for ${after} of silence`,
      'wait, or ask it; nobody would endorse this before',
    )
  )
}

/** Seals that wait for a person, provisional ones too, as lines; and their answers (design §6.4). */
import type { OpCid } from '../../src/op/ids.ts'
import { accept, type Result } from '../../src/op/refusal.ts'
import type { Replica } from '../../src/replica/replica.ts'
import {
  answerProvisional,
  type OpenProvisional,
  openProvisionals,
} from '../steward/provisional-policy.ts'
import { answerSeal, type OpenSeal, openSeals, type SealModes } from '../steward/seal-policy.ts'
import type { SealLine } from './node-api.ts'

/** All seals that wait for a person. */
export const sealLines = (replica: Replica, modes: SealModes): SealLine[] => [
  ...openSeals(replica, modes).map(sealLine),
  ...openProvisionals(replica, modes).map(provisionalLine),
]

/** Remembers a person's answer to the seal of a ballot, else to its provisional one. */
export function answerSealLine(
  replica: Replica,
  modes: SealModes,
  { ballot, approve }: { readonly ballot: OpCid; readonly approve: boolean },
): Result<SealLine> {
  const sealed = answerSeal(replica, modes, ballot, approve)
  if (sealed.ok) return accept(sealLine(sealed.value))
  const answered = answerProvisional(replica, modes, { ballot, approve })
  return answered.ok ? accept(provisionalLine(answered.value)) : answered
}

const sealLine = ({ ballot, closing, declinesAt }: OpenSeal): SealLine => ({
  ballot: ballot.id,
  title: ballot.body.title,
  track: ballot.body.track,
  verdict: closing.endorse ? 'endorse' : 'decline',
  why: closing.why,
  declinesAt,
})

const provisionalLine = ({ ballot, why, expiresAt }: OpenProvisional): SealLine => ({
  ballot: ballot.id,
  title: ballot.body.title,
  track: ballot.body.track,
  verdict: 'provisional',
  why,
  declinesAt: expiresAt,
})

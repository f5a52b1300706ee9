/**
 * Reconstitution (design §3.3): how those who are left go on when too many have been silent for too
 * long. Off unless the charter says otherwise; whom an amendment may remove so follows from the two
 * charters, how long somebody was silent is each node's own clock's.
 */
import { keyIdFromBytes } from '../op/key-id.ts'
import { type Refusal, refuse } from '../op/refusal.ts'
import { formatDuration, MAX_DURATION_MS } from './duration.ts'
import { weightSum } from './lookup.ts'
import { type Problem, problem } from './problem.ts'
import type { Charter, Stakeholder } from './schema.ts'

/** Shortest silence after which the rest may go on without somebody, in ms. */
export const MIN_SILENCE_MS = 60 * 86_400_000

/** A silence is long enough that no holiday, and short enough that sums stay exact. */
export function checkReconstitution({ reconstitution }: Charter): Problem[] {
  const after = reconstitution?.after ?? MIN_SILENCE_MS
  if (after >= MIN_SILENCE_MS && after <= MAX_DURATION_MS) return []
  const expected = `at least ${formatDuration(MIN_SILENCE_MS)}, at most ${formatDuration(MAX_DURATION_MS)}`
  return [problem(['reconstitution', 'after'], formatDuration(after), expected)]
}

/** The stakeholders that the next charter has no more. */
export const removedBy = ({ stakeholders }: Charter, next: Charter): Stakeholder[] =>
  stakeholders.filter(({ id }) => !next.stakeholders.some((member) => member.id === id))

/**
 * Why the rest may not decide on the next charter without the members named; `undefined` when it may.
 * Refuses (`reconstitution-off`, `reconstitution-names`, `reconstitution-weight`).
 */
export function reconstitutionFault(
  charter: Charter,
  next: Charter,
  named: readonly string[],
): Refusal | undefined {
  if (charter.reconstitution === undefined)
    return refuse(
      'reconstitution-off',
      'the charter does not let the rest go on without silent members',
      'propose an ordinary amendment, or one that adds `reconstitution: { after: 90d }`',
    )
  const removed = removedBy(charter, next)
  return namesFault(next, removed, named) ?? weightFault(charter, removed)
}

/** It names exactly those whom it removes, and nobody stays under another id. */
function namesFault(
  next: Charter,
  removed: readonly Stakeholder[],
  named: readonly string[],
): Refusal | undefined {
  const ids = removed.map(({ id }) => id)
  if (ids.length !== named.length || ids.some((id, i) => id !== named[i]))
    return refuse(
      'reconstitution-names',
      `it names ${listed(named)} as silent and removes ${listed(ids)}`,
      'name exactly those whom the next charter leaves out, in the order of the charter',
    )
  const roots = new Set(next.stakeholders.map(({ root }) => keyIdFromBytes(root)))
  const renamed = removed.find(({ root }) => roots.has(keyIdFromBytes(root)))
  return (
    renamed &&
    refuse(
      'reconstitution-names',
      `the root of ${renamed.id} stays under another id`,
      'keep the id',
    )
  )
}

/**
 * More than 1/3, for with less an ordinary amendment can settle; less than 1/2, so that of two sides of
 * a partition at most one can go on without the other.
 */
function weightFault(charter: Charter, removed: readonly Stakeholder[]): Refusal | undefined {
  const weight = weightSum(removed)
  const total = weightSum(charter.stakeholders)
  if (3 * weight > total && 2 * weight < total) return undefined
  return refuse(
    'reconstitution-weight',
    `${listed(removed.map(({ id }) => id))} have weight ${weight} of ${total}; it takes more than 1/3 and less than 1/2`,
    3 * weight > total ? 'the rest is too few to go on' : 'propose an ordinary amendment',
  )
}

const listed = (ids: readonly string[]): string => (ids.length === 0 ? 'nobody' : ids.join(', '))

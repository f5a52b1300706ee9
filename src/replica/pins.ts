/**
 * What a node keeps whatever the room: by its operator's word, because its own organisation stands
 * behind it, or because an open or adopted proposal decides about it (§3.4, subjects).
 */
import { type ContentDigest, readDigest } from '../artefact/digest.ts'
import { isOpen } from './closing.ts'
import type { Replica } from './replica.ts'

/** Why a copy is kept. */
export type PinReason = 'asked' | 'own' | 'subject'

/** The reasons to keep each artefact; `asked` are those of the operator. */
export function pinsOf(
  replica: Replica,
  asked: Iterable<ContentDigest>,
): ReadonlyMap<ContentDigest, ReadonlySet<PinReason>> {
  const pins = new Map<ContentDigest, Set<PinReason>>()
  const pin = (digest: ContentDigest, reason: PinReason) =>
    pins.set(digest, (pins.get(digest) ?? new Set()).add(reason))
  for (const digest of asked) pin(digest, 'asked')
  for (const digest of ownArtefacts(replica)) pin(digest, 'own')
  for (const digest of decidedSubjects(replica)) pin(digest, 'subject')
  return pins
}

/** What our own organisation announced and did not release. */
function ownArtefacts({ signer, ledger, views }: Replica): ContentDigest[] {
  const root = signer && ledger.keyring.rootOf(signer.key)
  if (root === undefined) return []
  return [...views.artefacts().byDigest].flatMap(([digest, list]) =>
    list.some((one) => one.root === root && one.standing === 'counts') ? digest : [],
  )
}

/** The subjects of proposals that are open or adopted. */
function decidedSubjects({ views }: Replica): ContentDigest[] {
  const standing = views.standing()
  if (!standing) return []
  return views
    .ballots()
    .filter(
      (ballot) =>
        isOpen(ballot, standing) || standing.outcomes.get(ballot.id)?.outcome === 'adopted',
    )
    .flatMap(({ body }) => body.subjects.flatMap(({ digest }) => readDigest(digest) ?? []))
}

/**
 * The digest: what happened in a span of time and what is due at its end, as sentences. It is made of
 * the operations held here and of when this node first saw them, so that what arrives late is in the
 * next one instead of in none; the same log and the same span give the same bytes.
 */
import { accept, type Result, refuse } from '../../../src/op/refusal.ts'
import type { Replica } from '../../../src/replica/replica.ts'
import { ownStakeholder } from '../naming.ts'
import { dueSections } from './due.ts'
import { happenedSections } from './happened.ts'
import type { Digest, DigestSection, DigestSpan } from './shape.ts'

/** Makes a digest; refuses `no-charter` before the founding operation is held, `span` where it ends before it begins. */
export function digestOf(replica: Replica, { from, to }: DigestSpan): Result<Digest> {
  const standing = replica.views.standing()
  if (!standing) return refuse('no-charter', 'the founding operation is not held yet')
  if (from > to) return refuse('span', 'the digest would end before it begins')
  const scene = { replica, standing, from, to }
  const { charter } = standing.current
  return accept({
    v: 1,
    coalition: { id: replica.coalition, name: charter.name },
    charterVersion: charter.version,
    stakeholder: ownStakeholder(replica) ?? null,
    ...{ from, to },
    happened: filled(happenedSections(scene)),
    due: filled(dueSections(scene)),
  })
}

const filled = (sections: readonly DigestSection[]): DigestSection[] =>
  sections.filter(({ lines }) => lines.length > 0)

/** Finding things in a charter by id; an id such as `constructor` finds nothing by accident. */
import type { Charter, Component, Stakeholder, Track } from './schema.ts'
import { slotWord } from './slot.ts'

/** The track that amendments of the charter are decided on (design §3.2). */
export const CONSTITUTIONAL = 'constitutional'
/** The track for what cannot wait (design §3.2). */
export const EMERGENCY = 'emergency'
/** The track on which only a component's owners vote (design §3.2). */
export const DOMAIN = 'domain'
/** Tracks that every charter has; `domain` too where owners decide a component. */
export const REQUIRED_TRACKS: readonly string[] = ['standard', EMERGENCY, CONSTITUTIONAL]

/** The track of that id. */
export const trackOf = (charter: Charter, id: string): Track | undefined =>
  Object.hasOwn(charter.tracks, id) ? charter.tracks[id] : undefined

/** The component of that id. */
export const componentOf = (charter: Charter, id: string): Component | undefined =>
  charter.components.find((component) => component.id === id)

/** The component that a slot is of; none for a policy's and the charter's. */
export function slotComponent(charter: Charter, slot: string): Component | undefined {
  const word = slotWord(slot)
  return charter.components.find(({ id }) => id === word)
}

/** The weight of these stakeholders together. */
export const weightSum = (members: Iterable<{ readonly weight: number }>): number => {
  let sum = 0
  for (const { weight } of members) sum += weight
  return sum
}

/** F: the largest integer < W/3, the weight of faulty members that agreement tolerates (§3.6). */
export const faultBound = (total: number): number => (total - 1 - ((total - 1) % 3)) / 3

/** Stakeholders that decide together. */
export interface Group {
  /** The component that its owners decide; `null` for the whole coalition. */
  readonly component: string | null
  readonly members: readonly Stakeholder[]
}

/**
 * Every group that may decide a ballot of the track: the coalition, or each domain's owners. Of a domain
 * whose owners are no members, which is a fault of its own, nothing can be said.
 */
export function groupsOf(charter: Charter, track: string): readonly Group[] {
  if (track !== DOMAIN) return [{ component: null, members: charter.stakeholders }]
  return charter.components
    .filter(({ decidedBy }) => decidedBy === 'owners')
    .map(({ id, owners }) => ({ component: id, members: ownersOf(charter, owners) }))
    .filter(({ members }) => members.length > 0)
}

/** A group as people call it. */
export const groupName = ({ component }: Group): string =>
  component === null ? 'the coalition' : `the owners of ${component}`

const ownersOf = (charter: Charter, owners: readonly string[]): Stakeholder[] =>
  charter.stakeholders.filter(({ id }) => owners.includes(id))

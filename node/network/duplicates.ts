/** Which of several connections to one peer stays: both ends decide alike (design §6.3). */

/** What the decision needs of a connection. */
export interface ConnectionAge {
  readonly direction: 'inbound' | 'outbound'
  readonly timeline: { readonly open: number }
}

/**
 * The connections to close. Opened within `raceMs` of each other, both sides dialled at once: the
 * one that the lower key dialled stays. Otherwise the newest stays: a peer that dials again has
 * lost the old one and may know it before us.
 */
export function surplus<C extends ConnectionAge>(
  connections: readonly C[],
  weAreLower: boolean,
  raceMs: number,
): C[] {
  const newest = connections.reduce((a, b) => (b.timeline.open >= a.timeline.open ? b : a))
  const wanted = weAreLower ? 'outbound' : 'inbound'
  const rivals = connections.filter((c) => newest.timeline.open - c.timeline.open <= raceMs)
  const keep = rivals.findLast((c) => c.direction === wanted) ?? newest
  return connections.filter((c) => c !== keep)
}

/** Who plays in the demo, and under which charter. */

/** An organisation of the demo. */
export interface Role {
  readonly id: string
  readonly name: string
  readonly functions: readonly string[]
}

/** The five founders. */
export const FOUNDERS: readonly Role[] = [
  { id: 'alder', name: 'Alder Systems', functions: ['maintainer'] },
  { id: 'birch', name: 'Birch Networks', functions: ['maintainer', 'operator'] },
  { id: 'cedar', name: 'Cedar Cloud', functions: ['operator'] },
  { id: 'dogwood', name: 'Dogwood Audits', functions: ['auditor'] },
  { id: 'elm', name: 'Elm University', functions: ['user'] },
]

/** The sixth, which joins late. */
export const NEWCOMER: Role = { id: 'fir', name: 'Fir Foundation', functions: ['user'] }

/** Tracks with windows of seconds, so that a story of weeks fits into minutes. */
const TRACKS = `
tracks:
  standard:
    windows: { deliberation: 0s, review: 0s, interop: 0s, voting: 60s, settle: 4s, validity: 5m, appeal: 5m }
    quorum: 1/2
    approval: { at: 2/3, of: cast }
    veto: { owners: true, coalition: null, override: 9/10 }
    gates: { objections: answered }
    contingency: null
  # Releases: hooks wait until the window for appeals is over, so it is short here.
  delivery:
    windows: { deliberation: 0s, review: 0s, interop: 0s, voting: 60s, settle: 4s, validity: 5m, appeal: 3s }
    quorum: 1/2
    approval: { at: 2/3, of: cast }
    contingency: null
  emergency:
    windows: { deliberation: 0s, review: 0s, interop: 0s, voting: 8s, settle: 3s, validity: 5m, appeal: 5m }
    quorum: 1/2
    approval: { at: 2/3, of: cast }
    # Three of five may go ahead when the others cannot be reached; two may not.
    contingency: { after: 5s, floor: 3/5, stakeholders: 3, approval: 3/4, scope: reversible, ratifyWithin: 2m }
  constitutional:
    windows: { deliberation: 0s, review: 0s, interop: 0s, voting: 90s, settle: 4s, validity: 5m, appeal: 5m }
    quorum: 2/3
    approval: { at: 2/3, of: total }
    contingency: null
`

/** The charter of the demo for some members; their cards bring the root keys. */
export function demoCharter(members: readonly Role[]): string {
  const lines = members.map(
    ({ id, name, functions }) =>
      `  - { id: ${id}, name: ${name}, weight: 1, functions: [${functions.join(', ')}] }`,
  )
  return `extends: small-team
name: Grove
purpose: Keep the shared gateway running and upgrade it together.
functions:
  auditor: { description: Reviews independently and builds nothing }
  user: { description: Depends on the software }
stakeholders:
${lines.join('\n')}
components:
  - { id: gateway, owners: [alder, birch], decidedBy: coalition }
  - { id: ledger, owners: [cedar], decidedBy: coalition }
${TRACKS}
limits: { maxWeightShare: 1/4, opsPerMinute: 600, openBallots: 5, keyMaxAge: 365d, checkpointEvery: 1h }
`
}

/**
 * Voting windows that somebody may sleep through (design §3.4). Nobody knows when a proposal will
 * open, and members are awake at different times: whoever works eight hours of a day has some of them
 * in a window wherever it begins only if the window lasts the other sixteen. Emergencies are exempt: to
 * be short is what their track is for.
 */
import { formatDuration } from '../duration.ts'
import type { Charter } from '../schema.ts'
import type { Finding } from './finding.ts'

/** What a member works of a day, in ms: eight hours. */
export const WORKDAY_MS = 8 * 3_600_000
/** The shortest voting window that has working time in it for everybody, wherever it begins, in ms. */
export const LEAST_VOTING_MS = 24 * 3_600_000 - WORKDAY_MS

/** A warning for each track, but `emergency`, on which members may find no working time to vote. */
export const overnightFindings = ({ tracks, stakeholders }: Charter): Finding[] =>
  Object.entries(tracks)
    .filter(([id, { windows }]) => id !== 'emergency' && windows.voting < LEAST_VOTING_MS)
    .map(([track, { windows }]) => ({
      code: 'overnight',
      severity: 'warning',
      track,
      who: stakeholders.map(({ id }) => id),
      sentence: `A window of ${formatDuration(windows.voting)} to vote on ${track} may begin after work and end before it, for whoever lives where it falls so.`,
      fix: `Have tracks.${track}.windows.voting last ${formatDuration(LEAST_VOTING_MS)} or more; with less, ask proposers to open so that all have working time in it (folkmoot presence shows it).`,
    }))

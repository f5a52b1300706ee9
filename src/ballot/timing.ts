/** When a ballot's stages begin and end, by one node's own clock (design §3.4). */
import { leastValidity } from '../charter/check-track.ts'
import type { Track, Windows } from '../charter/schema.ts'

/** The stages that a ballot passes before it is sealed. */
export const STAGES = [
  'waiting',
  'deliberation',
  'review',
  'interop',
  'voting',
  'settling',
] as const
/** A stage of a ballot. */
export type Stage = (typeof STAGES)[number]
/** The windows of a ballot; an appeal's is the track's. */
export type BallotWindows = Omit<Windows, 'appeal'>

/** Moments in ms by the local clock. */
export interface Timetable {
  readonly opensAt: number
  readonly votingAt: number
  /** Votes are revisable until here. */
  readonly closesAt: number
  /** From here on a ballot with quorum is sealed. */
  readonly sealsAt: number
  /** From here on it is sealed whatever its turnout. */
  readonly expiresAt: number
}

/** Longest windows, as a multiple of the track's (design §3.4). */
export const MAX_WINDOW_FACTOR = 4

/** The timetable of a ballot that opens at the given moment. */
export function timetable(opensAt: number, windows: BallotWindows): Timetable {
  const votingAt = opensAt + windows.deliberation + windows.review + windows.interop
  const closesAt = votingAt + windows.voting
  return {
    opensAt,
    votingAt,
    closesAt,
    sealsAt: closesAt + windows.settle,
    expiresAt: opensAt + windows.validity,
  }
}

/** The stage at a moment. */
export function stageAt(now: number, times: Timetable, windows: BallotWindows): Stage {
  if (now < times.opensAt) return 'waiting'
  if (now < times.opensAt + windows.deliberation) return 'deliberation'
  if (now < times.opensAt + windows.deliberation + windows.review) return 'review'
  if (now < times.votingAt) return 'interop'
  return now < times.closesAt ? 'voting' : 'settling'
}

/**
 * What is wrong with a proposal's own windows: shorter than the track's, over four times longer, or
 * a validity that does not cover all stages and the contingency (§3.4, §3.7).
 */
export function windowFault(own: BallotWindows, track: Track): string | undefined {
  for (const name of WINDOW_NAMES) {
    if (own[name] < track.windows[name]) return `windows.${name} is shorter than the track's`
    if (own[name] > MAX_WINDOW_FACTOR * track.windows[name])
      return `windows.${name} is over ${MAX_WINDOW_FACTOR} times the track's`
  }
  return own.validity < leastValidity(own, track.contingency)
    ? 'windows.validity does not cover all stages and the contingency'
    : undefined
}

const WINDOW_NAMES = ['deliberation', 'review', 'interop', 'voting', 'settle', 'validity'] as const

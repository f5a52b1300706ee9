/** When a ballot's stages begin and end, by one node's own clock (design §3.4). */
import { leastValidity } from '../charter/check-track.ts'
import type { Track, Windows } from '../charter/schema.ts'

/** The stages that a ballot passes before it is sealed. */
export const STAGES = [
  'waiting',
  'deliberation',
  'review',
  'interop',
  'demonstration',
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
  const { deliberation, review, interop, demonstration = 0 } = windows
  const votingAt = opensAt + deliberation + review + interop + demonstration
  const closesAt = votingAt + windows.voting
  return {
    opensAt,
    votingAt,
    closesAt,
    sealsAt: closesAt + windows.settle,
    expiresAt: opensAt + windows.validity,
  }
}

/** The stages before voting, each with a window of its own. */
export const EARLY_STAGES = ['deliberation', 'review', 'interop', 'demonstration'] as const
/** A stage before voting. */
export type EarlyStage = (typeof EARLY_STAGES)[number]

/** When the window of a stage before voting ends, in ms by the clock of the timetable. */
export const stageEnd = (
  stage: EarlyStage,
  { opensAt }: Pick<Timetable, 'opensAt'>,
  windows: BallotWindows,
): number =>
  EARLY_STAGES.slice(0, EARLY_STAGES.indexOf(stage) + 1).reduce(
    (end, name) => end + (windows[name] ?? 0),
    opensAt,
  )

/** The stage at a moment. */
export function stageAt(now: number, times: Timetable, windows: BallotWindows): Stage {
  if (now < times.opensAt) return 'waiting'
  const early = EARLY_STAGES.find((stage) => now < stageEnd(stage, times, windows))
  return early ?? (now < times.closesAt ? 'voting' : 'settling')
}

/**
 * What is wrong with a proposal's own windows: shorter than the track's, over four times longer, or
 * a validity that does not cover all stages and the contingency (§3.4, §3.7).
 */
export function windowFault(own: BallotWindows, track: Track): string | undefined {
  for (const name of WINDOW_NAMES) {
    const [given, least] = [own[name] ?? 0, track.windows[name] ?? 0]
    if (given < least) return `windows.${name} is shorter than the track's`
    if (given > MAX_WINDOW_FACTOR * least)
      return `windows.${name} is over ${MAX_WINDOW_FACTOR} times the track's`
  }
  return own.validity < leastValidity(own, track.contingency)
    ? 'windows.validity does not cover all stages and the contingency'
    : undefined
}

const WINDOW_NAMES = [...EARLY_STAGES, 'voting', 'settle', 'validity'] as const

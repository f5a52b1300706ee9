/** What must hold of a charter's ways to have things decided that people disagree on (design §3.8). */
import { DOMAIN, REQUIRED_TRACKS } from './lookup.ts'
import { type Path, type Problem, unknownWord } from './problem.ts'
import type { Charter } from './schema.ts'

/** Everything that is wrong with appeals and overrides. */
export const checkRecourse = (charter: Charter): Problem[] => [
  ...knownTrack(charter, charter.appeals?.track, ['appeals', 'track']),
  ...knownTrack(charter, charter.overrides?.track, ['overrides', 'track']),
]

/**
 * A track of the whole coalition: on `domain` owners decide, wherever their slots are touched. One
 * that every charter needs is missed elsewhere already.
 */
function knownTrack(charter: Charter, track: string | undefined, path: Path): Problem[] {
  const tracks = Object.keys(charter.tracks).filter((id) => id !== DOMAIN)
  return track === undefined || tracks.includes(track) || REQUIRED_TRACKS.includes(track)
    ? []
    : [unknownWord(path, 'track', track, tracks)]
}

/** Every fraction of a charter is a threshold in its one spelling (design §3.1). */
import { formatFraction, isReduced, isThreshold } from './fraction.ts'
import { type Path, type Problem, problem } from './problem.ts'
import type { Charter, Fraction, Track } from './schema.ts'

/** Problems with fractions: of zero, above 1, or not in lowest terms. */
export const checkFractions = (charter: Charter): Problem[] =>
  fractionsOf(charter).flatMap(([path, fraction]) => {
    if (fraction === null || (isThreshold(fraction) && isReduced(fraction))) return []
    const found = formatFraction(fraction)
    return [problem(path, found, 'a fraction of more than 0, at most 1, in lowest terms')]
  })

type Placed = readonly [Path, Fraction | null]

const fractionsOf = (charter: Charter): Placed[] => [
  [['limits', 'maxWeightShare'], charter.limits.maxWeightShare],
  ...Object.entries(charter.tracks).flatMap(([id, track]) => ofTrack(track, ['tracks', id])),
]

const ofTrack = (track: Track, path: Path): Placed[] => [
  [[...path, 'quorum'], track.quorum],
  [[...path, 'approval', 'at'], track.approval.at],
  ...track.chambers.map(
    ({ approval }, i): Placed => [[...path, 'chambers', i, 'approval'], approval],
  ),
  [[...path, 'veto', 'coalition'], track.veto.coalition],
  [[...path, 'veto', 'override'], track.veto.override],
  [[...path, 'contingency', 'floor'], track.contingency?.floor ?? null],
  [[...path, 'contingency', 'approval'], track.contingency?.approval ?? null],
]

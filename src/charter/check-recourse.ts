/** What must hold of a charter's ways to have things decided that people disagree on (design §3.8). */
import { DOMAIN, REQUIRED_TRACKS } from './lookup.ts'
import { type Path, type Problem, problem, unknownWord } from './problem.ts'
import type { Charter } from './schema.ts'
import { checkWords } from './words.ts'

/** Everything that is wrong with appeals, overrides and panels. */
export const checkRecourse = (charter: Charter): Problem[] => [
  ...knownTrack(charter, charter.appeals?.track, ['appeals', 'track']),
  ...knownTrack(charter, charter.overrides?.track, ['overrides', 'track']),
  ...soundPanels(charter),
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

/** Fewest parties of a dispute: they sit on no panel of it. */
const LEAST_PARTIES = 2

/** A panel can be drawn whoever disputes, it has a majority, and its functions are held. */
function soundPanels({ panels, stakeholders, functions }: Charter): Problem[] {
  if (panels === undefined) return []
  const { seats } = panels
  const room = stakeholders.length - LEAST_PARTIES
  const isHeld = (name: string) => stakeholders.some((one) => one.functions.includes(name))
  const path = ['panels', 'seats']
  const fewer = 'have fewer, or no panels: panels: ~'
  return [
    ...(seats % 2 === 0
      ? [problem(path, `${seats}`, 'an odd number', 'so that one side wins')]
      : []),
    ...(seats > room
      ? [problem(path, `${seats}`, `at most ${room}, without two parties`, fewer)]
      : []),
    ...(panels.functions.length > seats
      ? [problem(path, `${seats}`, `at least ${panels.functions.length}, one for each function`)]
      : []),
    ...checkWords(['panels', 'functions'], 'function', panels.functions, Object.keys(functions)),
    ...panels.functions.flatMap((name, i) =>
      isHeld(name)
        ? []
        : [
            problem(
              ['panels', 'functions', i],
              `"${name}", which nobody has`,
              'a function of members',
            ),
          ],
    ),
  ]
}

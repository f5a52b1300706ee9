/** What must hold of a charter's ways to have things decided that people disagree on (design §3.8). */
import { formatDuration, MAX_DURATION_MS } from './duration.ts'
import { DOMAIN, REQUIRED_TRACKS } from './lookup.ts'
import { type Path, type Problem, problem, unknownWord } from './problem.ts'
import type { Charter } from './schema.ts'
import { checkWords } from './words.ts'

/** Types of operations that a charter may give its council: by them members do more than others. */
export const COUNCIL_POWERS: readonly string[] = ['dispute.close', 'escalation.resolve']

/** Everything that is wrong with appeals, overrides, panels and the council, by a protocol's rules. */
export const checkRecourse = (charter: Charter, protocol: number): Problem[] => [
  ...knownTrack(charter, charter.appeals?.track, ['appeals', 'track']),
  ...knownTrack(charter, charter.overrides?.track, ['overrides', 'track']),
  ...soundPanels(charter),
  ...knownTrack(charter, charter.council?.track, ['council', 'track']),
  ...soundCouncil(charter, protocol),
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

/** A council has room for each of its seats, sits for a time, and has powers that are enforced. */
function soundCouncil({ council, stakeholders, ...charter }: Charter, protocol: number): Problem[] {
  if (council === undefined) return []
  const { seats, term, powers } = council
  const members = stakeholders.length
  return [
    ...(seats > members ? [problem(['council', 'seats'], `${seats}`, `at most ${members}`)] : []),
    ...(term < 1 || term > MAX_DURATION_MS
      ? [problem(['council', 'term'], formatDuration(term), 'more than 0s, at most 100 years')]
      : []),
    // The powers of a later protocol are left to builds that know it, by all alike (§2.1).
    ...(charter.protocol > protocol
      ? []
      : checkWords(['council', 'powers'], 'power', powers, COUNCIL_POWERS)),
  ]
}

/** What must hold of each track of a charter (design §3.2, §3.7). */
import { formatDuration, MAX_DURATION_MS } from './duration.ts'
import { formatFraction, moreThan } from './fraction.ts'
import { checkGates } from './gates.ts'
import { CONSTITUTIONAL, faultBound, groupName, groupsOf, weightSum } from './lookup.ts'
import { type Path, type Problem, problem } from './problem.ts'
import type { Charter, Fraction, Track } from './schema.ts'
import { checkWords } from './words.ts'

/** Everything that is wrong with one track, by the rules of a protocol. */
export function checkTrack(
  charter: Charter,
  id: string,
  track: Track,
  protocol: number,
): Problem[] {
  const path = ['tracks', id]
  // The gates of a later protocol are left to builds that know it, by all alike (§2.1).
  return [
    ...boundedWindows(track, path),
    ...sufficientValidity(track, path),
    ...knownChambers(charter, track, path),
    ...heldChambers(charter, id, track, path),
    ...(charter.protocol > protocol ? [] : checkGates(charter, track, path)),
    ...knownContingencyFunctions(charter, track, path),
    ...noProvisionalCharter(id, track, path),
    ...floorAboveFaults(charter, id, track, path),
  ]
}

/** How long a ballot must stay valid: all stages, `settle`, and what a contingency needs (§3.7). */
export function leastValidity(
  windows: Omit<Track['windows'], 'validity' | 'appeal'>,
  contingency: Track['contingency'],
): number {
  const { deliberation, review, interop, demonstration = 0, voting, settle } = windows
  const stages = deliberation + review + interop + demonstration + voting + settle
  return contingency === null ? stages : stages + contingency.after + contingency.ratifyWithin
}

/** Windows that may not be of length zero: without them nobody could vote, or settle. */
const NEEDED: ReadonlySet<string> = new Set(['voting', 'settle', 'ratifyWithin'])

/** Voting and settling take time, and sums of windows stay exact. */
function boundedWindows({ windows, contingency }: Track, path: Path): Problem[] {
  const later = contingency ?? { after: 0, ratifyWithin: 1 }
  const placed = [
    ...Object.entries(windows).map(([name, ms]) => ['windows', name, ms] as const),
    ...(['after', 'ratifyWithin'] as const).map(
      (name) => ['contingency', name, later[name]] as const,
    ),
  ]
  return placed
    .filter(([, name, ms]) => ms > MAX_DURATION_MS || (ms === 0 && NEEDED.has(name)))
    .map(([part, name, ms]) =>
      problem(
        [...path, part, name],
        formatDuration(ms),
        `${NEEDED.has(name) ? 'more than 0s' : 'at least 0s'}, at most ${formatDuration(MAX_DURATION_MS)}`,
      ),
    )
}

/** `validity` covers every stage, `settle` and the contingency (§3.7). */
function sufficientValidity({ windows, contingency }: Track, path: Path): Problem[] {
  const least = leastValidity(windows, contingency)
  if (windows.validity >= least) return []
  return [
    problem(
      [...path, 'windows', 'validity'],
      formatDuration(windows.validity),
      `at least ${formatDuration(least)}`,
      'it covers all stages, settle and the contingency',
    ),
  ]
}

/** A chamber is a function of the charter, named once a track. */
function knownChambers(charter: Charter, { chambers }: Track, path: Path): Problem[] {
  const names = chambers.map((chamber) => chamber.function)
  const defined = Object.keys(charter.functions)
  return checkWords([...path, 'chambers'], 'function', names, defined)
}

/** Every group that decides has somebody in each chamber; else nothing could ever pass. */
function heldChambers(charter: Charter, id: string, track: Track, path: Path): Problem[] {
  return groupsOf(charter, id).flatMap((group) =>
    track.chambers.flatMap((chamber, i) => {
      if (group.members.some(({ functions }) => functions.includes(chamber.function))) return []
      const found = `"${chamber.function}", which nobody of ${groupName(group)} has`
      const expected = 'a function of somebody who decides'
      const hint = 'give the function to a stakeholder, or take the chamber away'
      return [problem([...path, 'chambers', i, 'function'], found, expected, hint)]
    }),
  )
}

/** The functions that a contingency asks for are defined. */
function knownContingencyFunctions(
  charter: Charter,
  { contingency }: Track,
  path: Path,
): Problem[] {
  const at = [...path, 'contingency', 'functions']
  const defined = Object.keys(charter.functions)
  return checkWords(at, 'function', contingency?.functions ?? [], defined)
}

/** A charter is in force or it is not: no reduced coalition may change the rules for now (§3.7). */
function noProvisionalCharter(id: string, { contingency }: Track, path: Path): Problem[] {
  if (contingency === null || id !== CONSTITUTIONAL) return []
  const hint = 'a charter cannot be amended provisionally'
  return [problem([...path, 'contingency'], 'a contingency', 'null', hint)]
}

/** The floor exceeds F of every group that decides: faulty members alone never reach it (§3.7). */
function floorAboveFaults(charter: Charter, id: string, track: Track, path: Path): Problem[] {
  if (track.contingency === null) return []
  const { floor } = track.contingency
  return groupsOf(charter, id).flatMap((group) => {
    const total = weightSum(group.members)
    const faulty = faultBound(total)
    if (exceeds(floor, total, faulty)) return []
    const found = `${formatFraction(floor)} of ${total}`
    const expected = `more than ${faulty}, the weight of ${groupName(group)} that may be faulty`
    return [problem([...path, 'contingency', 'floor'], found, expected)]
  })
}

/** fraction × total > weight, that is weight / total < fraction. */
const exceeds = ({ num, den }: Fraction, total: number, weight: number): boolean =>
  moreThan(num, den, { num: weight, den: total })

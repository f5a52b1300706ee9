/** Who can do what after an amendment that they could not before, and how many it takes. */
import type { Charter } from '../schema.ts'
import type { Analysis, PowerAnswer, TrackAnalysis } from './analysis.ts'
import { namesOf } from './finding.ts'
import { DIMENSIONS, type Dimension } from './grouping.ts'
import { type Fewest, rangeOf } from './need.ts'
import { POWER_WORDS, POWERS, type PowerName } from './powers.ts'

/** What one member gains or loses. */
export interface Shift {
  readonly who: string
  readonly effect: 'gains' | 'loses'
  /** A power that it has alone, a vote on a domain, a seat in a chamber, or a veto as an owner. */
  readonly what: PowerName | 'vote' | 'seat' | 'owner-veto'
  /** `null` where it is the same on all tracks. */
  readonly track: string | null
  readonly component: string | null
  readonly sentence: string
}

/** How many a power takes. */
export interface PowerChange {
  readonly track: string
  readonly component: string | null
  readonly power: PowerName
  /** By what those who have it are counted. */
  readonly by: 'member' | Dimension
  /** `null` where the track, or the rule, is not there. */
  readonly before: Fewest | null
  readonly after: Fewest | null
  /** `easier`: fewer can do it than before. */
  readonly effect: 'easier' | 'harder' | 'new' | 'gone' | 'changed'
}

/** Two charters. */
interface Pair {
  readonly before: Charter
  readonly after: Charter
}

type Analyses = readonly [Analysis, Analysis]

/** What single members gain and lose, gains first. */
export function shifts(pair: Pair, [old, next]: Analyses): Shift[] {
  const had = rights(pair.before, old)
  const have = rights(pair.after, next)
  const moved = (
    from: ReadonlyMap<string, Right>,
    to: ReadonlyMap<string, Right>,
    effect: Shift['effect'],
  ): Shift[] =>
    [...to].flatMap(([key, right]) => (from.has(key) ? [] : [shiftOf(right, effect, pair)]))
  return [...moved(had, have, 'gains'), ...moved(have, had, 'loses')]
}

interface Right extends Omit<Shift, 'effect' | 'sentence'> {
  /** What it can do, as it goes on after the name and "can". */
  readonly words: string
}

function shiftOf({ words, ...right }: Right, effect: Shift['effect'], pair: Pair): Shift {
  const [name] = namesOf(effect === 'gains' ? pair.after : pair.before, [right.who])
  const sentence = `${name} ${effect === 'gains' ? 'can now' : 'can no longer'} ${words}.`
  return { ...right, effect, sentence }
}

/** Everything that single members can do, by a key that is the same in both charters. */
function rights(charter: Charter, { tracks }: Analysis): Map<string, Right> {
  const all = [
    ...tracks.flatMap((found) => [
      ...alonePowers(found),
      ...seats(charter, found),
      ...votes(found),
      ...vetoes(found),
    ]),
  ]
  return new Map(
    all.map((right) => [
      JSON.stringify([right.who, right.what, right.track, right.component, right.words]),
      right,
    ]),
  )
}

const placeOf = ({ track, component }: TrackAnalysis): string =>
  component === null ? `on ${track}` : `on ${track} of ${component}`

const alonePowers = (found: TrackAnalysis): Right[] =>
  POWERS.flatMap((power) =>
    (found.powers[power]?.member.alone ?? []).map((who) => ({
      who,
      what: power,
      track: found.track,
      component: found.component,
      words: `alone ${POWER_WORDS[power]} ${placeOf(found)}`,
    })),
  )

function seats(charter: Charter, found: TrackAnalysis): Right[] {
  const tracks = Object.entries(charter.tracks).filter(([id]) => id === found.track)
  const chambers = tracks.flatMap(([, track]) => track.chambers)
  return chambers.flatMap((chamber) =>
    charter.stakeholders
      .filter(
        ({ id, functions }) => found.members.includes(id) && functions.includes(chamber.function),
      )
      .map(({ id }) => ({
        who: id,
        what: 'seat' as const,
        track: found.track,
        component: found.component,
        words: `vote in the chamber ${chamber.function} ${placeOf(found)}`,
      })),
  )
}

/** A vote of the coalition comes with membership and needs no mention. */
const votes = (found: TrackAnalysis): Right[] =>
  found.component === null
    ? []
    : found.members.map((who) => ({
        who,
        what: 'vote' as const,
        track: found.track,
        component: found.component,
        words: `decide ${placeOf(found)}`,
      }))

const vetoes = (found: TrackAnalysis): Right[] =>
  found.vetoes.flatMap(({ component, owners, alone }) =>
    owners.map((who) => ({
      who,
      what: 'owner-veto' as const,
      track: found.track,
      component,
      words: `veto what touches ${component} on ${found.track}${alone.includes(who) ? ', even if all others say yes' : ''}`,
    })),
  )

/** How many each power takes, wherever that changes. */
export function powerChanges([old, next]: Analyses): PowerChange[] {
  const places = [...next.tracks, ...old.tracks].map(({ track, component }) => ({
    track,
    component,
  }))
  const distinct = new Map(places.map((place) => [JSON.stringify(place), place]))
  return [...distinct.values()].flatMap((place) => {
    const [before, after] = [old, next].map(({ tracks }) =>
      tracks.find((found) => found.track === place.track && found.component === place.component),
    )
    return POWERS.flatMap((power) => {
      const answers = [before?.powers[power] ?? null, after?.powers[power] ?? null] as const
      return (['member', ...DIMENSIONS] as const).flatMap((by) =>
        changeBy(by, answers).map((change) => ({ ...place, power, ...change })),
      )
    })
  })
}

function changeBy(
  by: 'member' | Dimension,
  [old, next]: readonly [PowerAnswer | null, PowerAnswer | null],
): Pick<PowerChange, 'by' | 'before' | 'after' | 'effect'>[] {
  const [before, after] = [old?.[by].fewest ?? null, next?.[by].fewest ?? null]
  const effect = effectOf(before, after)
  return effect === undefined ? [] : [{ by, before, after, effect }]
}

/** `undefined` where it takes as many as before. */
function effectOf(before: Fewest | null, after: Fewest | null): PowerChange['effect'] | undefined {
  if (before === null) return after === null || after.kind === 'never' ? undefined : 'new'
  if (after === null) return before.kind === 'never' ? undefined : 'gone'
  const [least, most] = [rangeOf(before), rangeOf(after)]
  if (least[0] === most[0] && least[1] === most[1]) return undefined
  if (most[1] < least[0]) return 'easier'
  return most[0] > least[1] ? 'harder' : 'changed'
}

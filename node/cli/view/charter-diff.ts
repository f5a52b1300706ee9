/**
 * Who gains and loses what by another charter, in as few lines as say all of it: those who gain the same
 * share a line, and so do the tracks on which they do.
 */
import type { MemberChange } from '../../../src/charter/analyser/member-diff.ts'
import type { PowerChange, Shift } from '../../../src/charter/analyser/power-diff.ts'
import { POWER_WORDS } from '../../../src/charter/analyser/powers.ts'

const CAN = { gains: ' can now ', loses: ' can no longer ' } as const

/** One line for each change of the membership; who gains or loses the same weight shares one. */
export function memberLines(changes: readonly MemberChange[]): string[] {
  const told = changes.map(({ change, sentence }) => {
    const [, name = '', verb = '', rest = ''] =
      (change === 'share' ? sentence.match(SHARE) : null) ?? []
    return { sentence, name, verb, rest }
  })
  return grouped(told, ({ sentence, verb, rest }) => (verb === '' ? [sentence] : [verb, rest])).map(
    (all) => {
      const [{ sentence, verb, rest }] = all
      return all.length === 1 || verb === ''
        ? sentence
        : `${joined(all.map(({ name }) => name))} each ${verb} weight: ${rest}`
    },
  )
}

const SHARE = /^(.*) (gain|lose)s weight: (.*)$/s

/** One line for each thing that some gain or lose, whoever and wherever it is. */
export function shiftLines(shifts: readonly Shift[]): string[] {
  const perMember = grouped(shifts.map(splitShift), ({ who, effect, act }) => [who, effect, act])
  const shared = grouped(
    perMember.map((all) => ({ ...all[0], places: all.map(({ place }) => place) })),
    ({ effect, act, places }) => [effect, act, ...places],
  )
  return shared.map((all) => {
    const [{ effect, act, places }] = all
    const who = `${joined(all.map(({ name }) => name))}${CAN[effect]}${all.length > 1 ? 'each ' : ''}`
    return `${effect === 'gains' ? '+' : '-'} ${who}${act}${placesText(places)}.`
  })
}

/** One line for each number that changes, with all tracks on which it does so alike. */
export function changeLines(
  changes: readonly PowerChange[],
  amount: (fewest: PowerChange['before']) => string,
): string[] {
  const told = changes.map(({ track, component, power, by, before, after, effect }) => {
    const unit = by === 'member' ? 'members' : by === 'jurisdiction' ? 'jurisdictions' : `${by}s`
    const text = `${unit} to ${POWER_WORDS[power]}: ${amount(before)} → ${amount(after)} (${effect})`
    return { text, place: component === null ? track : `${track} of ${component}` }
  })
  return grouped(told, ({ text }) => [text]).map(
    (all) => `${all[0].text}${placesText(all.map(({ place }) => place))}`,
  )
}

/** A shift as name, act and place; where the place is not at the end of the sentence it is in the act. */
function splitShift({ who, sentence, effect, track, component }: Shift) {
  const at = sentence.lastIndexOf(CAN[effect])
  const name = sentence.slice(0, at)
  const act = sentence.slice(at + CAN[effect].length, -1)
  const place = component === null ? `${track}` : `${track} of ${component}`
  const end = ` on ${place}`
  return act.endsWith(end)
    ? { who, name, effect, act: act.slice(0, -end.length), place }
    : { who, name, effect, act, place: '' }
}

type Group<One> = readonly [One, ...One[]]

/** In the order in which the first of each came. */
function grouped<One>(all: readonly One[], by: (one: One) => readonly string[]): Group<One>[] {
  const groups = new Map<string, [One, ...One[]]>()
  for (const one of all) {
    const key = JSON.stringify(by(one))
    const group = groups.get(key)
    if (group) group.push(one)
    else groups.set(key, [one])
  }
  return [...groups.values()]
}

const placesText = (places: readonly string[]): string => {
  const named = places.filter((place) => place !== '')
  return named.length === 0 ? '' : ` on ${joined(named)}`
}

/** `a`, `a and b`, `a, b and c`: all of them, for whom it is about is the point. */
const joined = (names: readonly string[]): string =>
  names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`

/** What changes from one charter to the next, in the words of the vectors (README.md, *Charters*). */
import { type CharterDiff, charterDiff, isUnchanged } from '../../../src/charter/analyser/diff.ts'
import type { PowerChange, Shift } from '../../../src/charter/analyser/power-diff.ts'
import type { Charter } from '../../../src/charter/schema.ts'
import { fewestWords, findingLine } from './powers.ts'

type Lines = readonly string[]

/** The changes as lines; of powers those that are asked about. */
export interface ChangeWords {
  readonly members?: Lines | undefined
  readonly shifts?: Lines | undefined
  readonly powers?: Readonly<Record<string, string>> | undefined
  readonly rules?: Lines | undefined
  readonly appeared?: Lines | undefined
  readonly changed?: Lines | undefined
  readonly gone?: Lines | undefined
}

/** Of what is asked what changes; `none` where nothing does. */
export function changesOf(
  before: Charter,
  after: Charter,
  wanted: ChangeWords | 'none',
): ChangeWords | 'none' {
  const diff = charterDiff(before, after)
  if (isUnchanged(diff)) return 'none'
  const all = wordsOf(diff, wanted)
  return Object.fromEntries(
    Object.keys(wanted === 'none' ? all : wanted).map((key) => [key, Reflect.get(all, key)]),
  )
}

const wordsOf = (diff: CharterDiff, wanted: ChangeWords | 'none'): ChangeWords => ({
  members: diff.members.map(({ who, change, sentence }) => `${who} ${change}: ${sentence}`),
  shifts: diff.shifts.map(shiftLine),
  powers: powersAsked(diff.powers, wanted === 'none' ? {} : (wanted.powers ?? {})),
  rules: diff.rules.map(
    ({ path, before, after }) => `${path}: ${before ?? 'absent'} → ${after ?? 'absent'}`,
  ),
  appeared: diff.appeared.map(findingLine),
  changed: diff.changed.map(({ before, after }) =>
    `${findingLine(before)} → ${after.who.join(' ')}`.trim(),
  ),
  gone: diff.gone.map(findingLine),
})

/** Where something is: `on standard`, `on domain of core`. */
const placeOf = (track: string | null, component: string | null): string =>
  `${track ?? 'every track'}${component === null ? '' : ` of ${component}`}`

const shiftLine = ({ who, effect, what, track, component, sentence }: Shift): string =>
  `${who} ${effect} ${what} on ${placeOf(track, component)}: ${sentence}`

/** `block on standard`, `pass by provider on domain of core` → `2 by quorum → never, harder`. */
function powersAsked(changes: readonly PowerChange[], wanted: object): Record<string, string> {
  const all = new Map(
    changes.map(({ track, component, power, by, before, after, effect }) => [
      `${power}${by === 'member' ? '' : ` by ${by}`} on ${placeOf(track, component)}`,
      `${before ? fewestWords(before) : 'absent'} → ${after ? fewestWords(after) : 'absent'}, ${effect}`,
    ]),
  )
  return Object.fromEntries(Object.keys(wanted).map((name) => [name, all.get(name) ?? 'as before']))
}

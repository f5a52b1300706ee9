/** Single events as a scenario writes them out: what a shrunk one consists of. */
import { unknownWord } from '../../src/charter/problem.ts'
import { below, fail } from '../../src/charter/reader.ts'
import { isTable } from '../../src/charter/source.ts'
import type { EventKind, TimedEvent } from './event.ts'
import type { Names } from './fault-fields.ts'
import {
  decimal,
  flag,
  line,
  list,
  needed,
  optional,
  record,
  type Spec,
  type SpecField,
  share,
  whole,
  word,
} from './spec.ts'

const name = line(63)
const who = needed(name, 'a node: s1')
const sides = list(list(name, 25_000), 16)

const amendment: Spec<NonNullable<Extract<TimedEvent, { do: 'propose' }>['amendment']>> = {
  schema: { type: 'object' },
  read: (value, spot) => {
    const read = amendmentFields.read(value, spot)
    if (!read) return undefined
    const { change, stakeholder, stakeholders, silent, weight } = read
    if (change === 'remove') return { change, stakeholders, silent }
    if (stakeholder === null) return fail(value, spot, `a stakeholder to ${change}`)
    return { change, stakeholder, weight }
  },
}
const amendmentFields = record({
  change: needed(word(['add', 'remove', 'weight']), 'what it changes'),
  stakeholder: optional(name, null, 'who joins or changes'),
  stakeholders: optional(list(name, 1000), [], 'who is removed'),
  silent: optional(flag, false, 'and was silent for so long that the rest decides alone'),
  weight: optional(whole(1, 1_000_000), 1, 'the weight'),
})

/** One line of `events`: `{ at: 3h, do: crash, node: s1, until: 5h }`. */
export function eventFields(known: Names, time: Spec<number>): Spec<TimedEvent> {
  const at = needed(time, 'when')
  const span = { at, until: needed(time, 'when it is over') }
  const strategies = needed(list(word(known.strategies), 20), 'what it does')
  return byKind({ ...peopleKinds(span), ...partitionKind(span), ...faultKinds(span, strategies) })
}

type Times = { readonly at: SpecField<number> }
type Spans = Times & { readonly until: SpecField<number> }

const peopleKinds = ({ at }: Times) => ({
  propose: record({
    at,
    do: needed(word(['propose']), ''),
    proposal: needed(name, 'its name: p1'),
    by: who,
    track: optional(name, 'standard', 'the class of decision'),
    slot: optional(line(128), 'policy@main', 'what only one adopted proposal may hold'),
    reversible: optional(flag, true, 'it can be undone'),
    yes: optional(share, 0.9, 'how likely people say yes'),
    amendment: optional(amendment, null, 'it changes the charter'),
  }),
  vote: record({
    at,
    do: needed(word(['vote']), ''),
    by: who,
    proposal: needed(name, 'on what'),
    choice: needed(word(['yes', 'no', 'abstain', 'veto']), 'what they say'),
  }),
  withdraw: record({
    at,
    do: needed(word(['withdraw']), ''),
    by: who,
    proposal: needed(name, 'what is taken back'),
  }),
})

const partitionKind = (span: Spans) => ({
  partition: record({
    ...span,
    do: needed(word(['partition']), ''),
    sides: needed(sides, 'who is apart from whom'),
    shape: optional(
      word(['symmetric', 'one-way', 'partial']),
      'symmetric' as const,
      'who hears whom',
    ),
    share: optional(decimal(0, 1), 1, 'of a partial one: the share of links that is cut'),
  }),
})

const faultKinds = (span: Spans, strategies: SpecField<string[]>) => ({
  crash: record({ ...span, do: needed(word(['crash']), ''), node: who }),
  clog: record({ ...span, do: needed(word(['clog']), ''), node: who }),
  slow: record({
    ...span,
    do: needed(word(['slow']), ''),
    node: who,
    byMs: needed(whole(0, 1e9), ''),
  }),
  loss: record({ ...span, do: needed(word(['loss']), ''), share: needed(share, '') }),
  skew: record({
    ...span,
    do: needed(word(['skew']), ''),
    node: who,
    byMs: optional(whole(-1e12, 1e12), 0, 'how far it is ahead, in ms'),
    driftPpm: optional(whole(-100_000, 100_000), 0, 'how fast it gains'),
    jitterMs: optional(whole(0, 1e9), 0, 'how far a reading is off at most'),
  }),
  'disk-full': record({ ...span, do: needed(word(['disk-full']), ''), node: who }),
  restore: record({
    at: span.at,
    do: needed(word(['restore']), ''),
    node: who,
    ageMs: needed(whole(0, 1e12), ''),
  }),
  join: record({ at: span.at, do: needed(word(['join']), ''), node: who }),
  leave: record({ at: span.at, do: needed(word(['leave']), ''), node: who }),
  byzantine: record({ at: span.at, do: needed(word(['byzantine']), ''), node: who, strategies }),
  steal: record({ at: span.at, do: needed(word(['steal']), ''), node: who, strategies }),
  revoke: record({ at: span.at, do: needed(word(['revoke']), ''), node: who }),
})

type Kinds = { readonly [K in EventKind]: Spec<object> }

/** The event whose fields are those of its `do`. */
function byKind(kinds: Kinds): Spec<TimedEvent> {
  const names = Object.keys(kinds)
  return {
    schema: { anyOf: Object.values(kinds).map(({ schema }) => schema) },
    read: (value, spot) => {
      const said = isTable(value) ? value.get('do') : undefined
      if (!isTable(value) || typeof said !== 'string')
        return fail(value, spot, `a map with do: one of ${names.join(', ')}`)
      if (!isKind(said, kinds)) {
        spot.problems.push(unknownWord(below(spot, 'do').path, 'event', said, names))
        return undefined
      }
      const read = kinds[said].read(value, spot)
      if (!read) return undefined
      const { amendment, ...rest } = read as { amendment?: unknown }
      // cast: each kind of `kinds` reads exactly the fields of the event that it is named after
      return (amendment ? { ...rest, amendment } : rest) as unknown as TimedEvent
    },
  }
}

const isKind = (name: string, kinds: Kinds): name is EventKind => Object.hasOwn(kinds, name)

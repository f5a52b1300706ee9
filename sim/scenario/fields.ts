/** The fields of a scenario file: what may stand where, with defaults (design §5.1). */
import { isList, isTable, type Plain } from '../../src/charter/source.ts'
import type { Distribution } from '../random/distribution.ts'
import { eventFields } from './event-fields.ts'
import { expectations, NOTHING_EXPECTED } from './expect-fields.ts'
import { faultFields, type Names } from './fault-fields.ts'
import {
  bandwidth,
  distribution,
  duration,
  either,
  flag,
  fraction,
  line,
  list,
  needed,
  optional,
  record,
  type Spec,
  share,
  whole,
  word,
} from './spec.ts'

/** Most stakeholders of a scenario, as of a charter. */
export const MAX_MEMBERS = 1000
/** Most observers. */
export const MAX_OBSERVERS = 20_000
/** Longest scenario, in ms: ten years. */
export const MAX_DURATION = 3650 * 86_400_000
/** Most lines of a workload, or of faults. */
export const MAX_LINES = 500

const HOUR = 3_600_000
const time = duration(MAX_DURATION)

/** Any part of a charter: it is read with the charter. */
const charterPart: Spec<Plain> = {
  schema: { type: 'object', description: 'whatever the charter says otherwise than its preset' },
  read: (value) => value ?? new Map(),
}

/** A map from names to counts, in order. */
const counts = (what: string): Spec<(readonly [string, number])[]> => ({
  schema: { type: 'object', additionalProperties: { type: 'integer', minimum: 0 } },
  read: (value, spot) => {
    const count = whole(0, MAX_MEMBERS)
    if (!isTable(value)) {
      spot.problems.push({ ...whatIs(what), path: spot.path })
      return undefined
    }
    const read = [...value].map(([name, plain]) => {
      return [name, count.read(plain, { ...spot, path: [...spot.path, name] })] as const
    })
    return read.flatMap(([name, n]) => (n === undefined ? [] : [[name, n] as const]))
  },
})
const whatIs = (what: string) => ({
  found: 'something else',
  expected: `a map from ${what} to counts`,
  message: `expected a map from ${what} to counts`,
})

const memberFields = record({
  id: needed(line(63), 'its name in events: s1'),
  weight: optional(whole(1, 1_000_000), 1, 'its weight'),
  functions: optional(list(line(63)), [], 'its functions'),
  region: optional(line(63), '', 'the region that it is in'),
})

const weights: Spec<readonly number[] | string> = either(
  isList,
  list(whole(1, 1_000_000), MAX_MEMBERS),
  { schema: { type: 'string', examples: ['equal', 'zipf(1.1)'] }, read: line(40).read },
)

const coalitionFields = record({
  stakeholders: optional(whole(1, MAX_MEMBERS), null, 'how many: s1, s2, …'),
  members: optional(list(memberFields, MAX_MEMBERS), null, 'or each by itself'),
  preset: optional(line(40), 'small-team', 'the charter that it begins with'),
  weights: optional(weights, 'equal', '`equal`, `zipf(1.1)`, or a list'),
  functions: optional(counts('functions'), [], 'how many have each function'),
  gates: optional(
    word(['off', 'charter']),
    'off',
    'gates of the charter: nobody here does reviews',
  ),
  checkpoints: optional(flag, true, 'whether nodes say by themselves what they have seen'),
  running: optional(whole(1, MAX_MEMBERS), null, 'how many of them run a node, the first ones'),
  observers: optional(whole(0, MAX_OBSERVERS), 0, 'nodes that relay and have no say: o1, o2, …'),
  charter: optional(charterPart, new Map(), 'what the charter says otherwise than its preset'),
})

const latency: Spec<'matrix' | Distribution> = either(
  (value) => value === 'matrix',
  word(['matrix']),
  distribution,
)

const networkFields = record({
  regions: optional(counts('regions'), null, 'regions and how many stakeholders are in each'),
  latency: optional(latency, 'matrix' as const, '`matrix` by region, or a distribution'),
  loss: optional(share, 0, 'share of messages that is lost'),
  duplication: optional(share, 0, 'share of messages that arrives twice'),
  bandwidth: optional(bandwidth, null, 'of each link'),
  gossip: optional(
    record({
      degree: optional(whole(1, 64), 8, 'peers in the mesh'),
      heartbeat: optional(time, 1000, 'between two words of what is recent'),
    }),
    { degree: 8, heartbeat: 1000 },
    'gossipsub',
  ),
  sync: optional(time, 20_000, 'between two looks for a peer that holds something else'),
})

const peopleFields = record({
  turnout: optional(share, 0.9, 'how likely somebody votes at all'),
  delay: optional(distribution, { kind: 'constant', ms: HOUR } as const, 'until they vote'),
  yes: optional(share, 0.9, 'how likely they say yes'),
  revise: optional(share, 0, 'how likely they change their minds'),
  timezones: optional(flag, false, 'they vote by day only, each region at its own time'),
})

const amendment = record({
  add: optional(line(63), null, 'a stakeholder who joins'),
  remove: optional(list(line(63), MAX_MEMBERS), null, 'stakeholders who are removed'),
  silent: optional(
    flag,
    false,
    'who is removed was silent for so long that the rest decides alone',
  ),
  reweigh: optional(line(63), null, 'a stakeholder whose weight changes'),
  weight: optional(whole(1, 1_000_000), 1, 'the weight of who joins or changes'),
})

const proposeFields = record({
  track: optional(line(63), 'standard', 'the class of decision'),
  slot: optional(line(128), 'policy@main', 'what only one adopted proposal may hold'),
  reversible: optional(flag, true, 'it can be undone, so a reduced coalition may act on it'),
  by: optional(line(63), null, 'who proposes; anybody unless said'),
  yes: optional(share, null, 'how likely people say yes to it'),
  amend: optional(amendment, null, 'it changes the charter'),
})

const workFields = record({
  at: optional(time, null, 'when, or when first'),
  every: optional(time, null, 'again and again'),
  until: optional(time, null, 'and until when'),
  propose: needed(proposeFields, 'a proposal'),
})

const assumeFields = record({
  faulty: optional(fraction, { num: 1, den: 3 }, 'the faulty have less than this share'),
  partition: optional(time, null, 'no partition is longer'),
})

/** The whole file, as a reader with its schema; names of strategies and oracles come from the run. */
export const scenarioSpec = (names: Names) =>
  record({
    name: needed(line(63), 'its name: kebab-case'),
    shows: needed(line(300), 'what it shows, in a sentence'),
    seed: optional(whole(0, Number.MAX_SAFE_INTEGER), 1, 'unless the command says another'),
    duration: needed(time, 'how long faults and proposals go on; then everything heals'),
    assume: optional(
      assumeFields,
      { faulty: { num: 1, den: 3 }, partition: null },
      'outside of this a broken oracle is expected, and nothing is a pass',
    ),
    coalition: needed(coalitionFields, 'who decides'),
    network: optional(networkFields, emptyNetwork(), 'how they are connected'),
    people: optional(peopleFields, emptyPeople(), 'how they vote'),
    workload: optional(list(workFields, MAX_LINES), [], 'what is proposed'),
    faults: optional(list(faultFields(names, time), MAX_LINES), [], 'what goes wrong'),
    events: optional(list(eventFields(names, time), 100_000), [], 'single events, written out'),
    expect: optional(expectations(time), NOTHING_EXPECTED, 'what comes of it'),
  })

const emptyNetwork = () => ({
  regions: null,
  latency: 'matrix' as const,
  loss: 0,
  duplication: 0,
  bandwidth: null,
  gossip: { degree: 8, heartbeat: 1000 },
  sync: 20_000,
})
const emptyPeople = () => ({
  turnout: 0.9,
  delay: { kind: 'constant', ms: HOUR } as const,
  yes: 0.9,
  revise: 0,
  timezones: false,
})

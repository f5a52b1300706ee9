/** Charters for tests: short to write, and arbitrary ones for properties. */
import fc from 'fast-check'
import { COUNCIL_POWERS } from '../../src/charter/check-recourse.ts'
import { leastValidity } from '../../src/charter/check-track.ts'
import { MAX_DURATION_MS } from '../../src/charter/duration.ts'
import { parseFraction } from '../../src/charter/fraction.ts'
import { MAX_GATE_COUNT } from '../../src/charter/gates.ts'
import { CONSTITUTIONAL, REQUIRED_TRACKS } from '../../src/charter/lookup.ts'
import { parseCharter } from '../../src/charter/parse.ts'
import { formatProblem } from '../../src/charter/problem.ts'
import { MIN_SILENCE_MS } from '../../src/charter/reconstitution.ts'
import type { Charter, Fraction, Stakeholder, Track } from '../../src/charter/schema.ts'
import { cidOf, linkOf } from '../../src/op/cid.ts'
import { InvariantError, unwrap } from '../../src/op/refusal.ts'

/** A member for `charterWith`: its id, and what differs from weight 1 and no functions. */
export type MemberSpec = readonly [id: string, weight?: number, functions?: readonly string[]]

/** The YAML line of a member; its root is its position. */
export const memberLine = ([id, weight = 1, functions = []]: MemberSpec, i: number): string =>
  `  - { id: ${id}, root: "${rootHex(i)}", weight: ${weight}, functions: [${functions.join(', ')}] }`

/** A root key that nobody holds. */
export const rootHex = (i: number): string => (i + 1).toString(16).padStart(64, '0')

/** The YAML of a charter on a preset. */
export const charterText = (members: readonly MemberSpec[], more = '', preset = 'small-team') =>
  `extends: ${preset}\nname: Example\nstakeholders:\n${members.map(memberLine).join('\n')}\n${more}`

/** A charter of these members on preset `small-team`, with more YAML at its end. */
export function charterWith(members: readonly MemberSpec[], more = ''): Charter {
  const parsed = parseCharter(charterText(members, more))
  if (parsed.ok) return parsed.charter
  throw new InvariantError(parsed.problems.map((found) => formatProblem(found)).join('\n'))
}

/** Reads a fraction that is known to be good. */
export const fraction = (text: string): Fraction => unwrap(parseFraction(text))

const FUNCTIONS = ['maintainer', 'auditor', 'constructor']

/** Text that an operation may carry: in normal form C, well formed. */
const texts = (maxLength: number): fc.Arbitrary<string> =>
  fc
    .oneof(
      fc.string({ maxLength, unit: 'binary' }),
      fc.constantFrom(
        'null',
        '~',
        '',
        'true',
        'no',
        '1e5',
        '0x10',
        '1_000',
        '# x',
        '- a',
        ': b',
        '2/3',
      ),
      fc.string({ maxLength }),
    )
    .map((text) => text.normalize('NFC').slice(0, maxLength).toWellFormed().normalize('NFC'))
    .filter((text) => text.length <= maxLength)

/** Thresholds in lowest terms. */
export const thresholds: fc.Arbitrary<Fraction> = fc
  .tuple(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 1000 }))
  .map(([a, b]) => fraction(`${Math.min(a, b)}/${Math.max(a, b)}`))

const durations = fc.integer({ min: 1, max: 10_000_000_000 })
const highFloors = fc.constantFrom(fraction('1/3'), fraction('2/5'), fraction('1'))

const contingencies: fc.Arbitrary<Track['contingency']> = fc.option(
  fc.record({
    after: durations,
    floor: highFloors,
    stakeholders: fc.integer({ min: 1, max: 9 }),
    functions: fc.subarray(FUNCTIONS),
    approval: thresholds,
    scope: fc.constantFrom('reversible', 'any'),
    ratifyWithin: durations,
  }),
)

const gates: fc.Arbitrary<Track['gates']> = fc.record(
  {
    interop: fc.record({ passes: fc.integer({ min: 1, max: MAX_GATE_COUNT }), suite: texts(64) }),
    objections: fc.constant({ state: 'answered' }),
  },
  { requiredKeys: [] },
)

/** Tracks that fit members who together have every function. */
const tracks: fc.Arbitrary<Track> = fc
  .record({
    windows: fc.record({
      deliberation: durations,
      review: durations,
      interop: fc.constant(0),
      voting: durations,
      settle: durations,
      validity: durations,
      appeal: durations,
    }),
    quorum: thresholds,
    approval: fc.record({ at: thresholds, of: fc.constantFrom('cast', 'total') }),
    chambers: fc.uniqueArray(
      fc.record({ function: fc.constantFrom(...FUNCTIONS), approval: thresholds }),
      { selector: (chamber) => chamber.function },
    ),
    veto: fc.record({
      owners: fc.boolean(),
      coalition: fc.option(thresholds),
      override: fc.option(thresholds),
    }),
    gates,
    contingency: contingencies,
  })
  .map((track) => {
    const validity = track.windows.validity + leastValidity(track.windows, track.contingency)
    return { ...track, windows: { ...track.windows, validity } }
  })

const members: fc.Arbitrary<Stakeholder[]> = fc
  .array(
    fc.record(
      {
        name: texts(128),
        weight: fc.integer({ min: 1, max: 1_000_000 }),
        jurisdictions: fc.array(texts(16), { maxLength: 3 }),
        provider: texts(64),
      },
      { requiredKeys: ['name', 'weight', 'jurisdictions'] },
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((fields) =>
    fields.map((member, i) => ({
      ...member,
      id: `m-${i}`,
      root: Uint8Array.from({ length: 32 }, (_, j) => (i * 37 + j * 11 + 1) % 256),
      functions: i === 0 ? FUNCTIONS : [],
    })),
  )

const link = linkOf(cidOf(Uint8Array.of(1)))

/** What a charter may say beside the rest; it says some of it or nothing. */
const recourses: fc.Arbitrary<
  Pick<Charter, 'appeals' | 'overrides' | 'mediation' | 'council' | 'reconstitution'>
> = fc.record(
  {
    appeals: fc.record({ track: fc.constantFrom('standard', 'emergency') }),
    overrides: fc.record({ track: fc.constantFrom('standard', CONSTITUTIONAL) }),
    mediation: fc.record({ binding: fc.boolean() }),
    council: fc.record({
      seats: fc.constant(1),
      term: durations,
      track: fc.constantFrom('standard', 'emergency'),
      powers: fc.subarray([...COUNCIL_POWERS]),
    }),
    reconstitution: fc.record({
      after: fc.integer({ min: MIN_SILENCE_MS, max: MAX_DURATION_MS }),
    }),
  },
  { requiredKeys: [] },
)

const plainCharters: fc.Arbitrary<Charter> = fc.record({
  version: fc.integer({ min: 2, max: 9 }),
  protocol: fc.constant(1),
  name: texts(128),
  purpose: texts(500),
  stakeholders: members,
  functions: fc.constant(
    Object.fromEntries(FUNCTIONS.map((id) => [id, { description: `${id}: a` }])),
  ),
  components: fc.constantFrom(
    [],
    [
      { id: 'core', owners: ['m-0'], depends: ['wire'], decidedBy: 'coalition' as const },
      { id: 'wire', owners: ['m-0'], depends: ['core'], decidedBy: 'owners' as const },
    ],
  ),
  tracks: fc.tuple(tracks, tracks, tracks, tracks).map((all) =>
    Object.fromEntries(
      [...REQUIRED_TRACKS, 'domain'].map((id, i) => {
        const track = all[i] ?? all[0]
        return [id, id === CONSTITUTIONAL ? { ...track, contingency: null } : track]
      }),
    ),
  ),
  limits: fc.record({
    maxWeightShare: thresholds,
    opsPerMinute: fc.integer({ min: 1, max: 100_000 }),
    openBallots: fc.integer({ min: 1, max: 1000 }),
    keyMaxAge: durations,
    checkpointEvery: durations,
  }),
  leavers: fc.constantFrom([], [{ key: new Uint8Array(32).fill(9), seq: 0, cid: link }]),
  holders: fc.constantFrom(
    [],
    [
      { slot: 'wire@1.x', holder: link },
      { slot: 'core@main', holder: null },
    ],
  ),
})

/** Charters that `checkCharter` has nothing against. */
export const charters: fc.Arbitrary<Charter> = fc
  .tuple(plainCharters, recourses)
  .map(([charter, recourse]) => ({ ...charter, ...recourse }))

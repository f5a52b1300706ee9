/** From `given` of a vector to a charter and those who found on it. */
import { parseDuration } from '../../../src/charter/duration.ts'
import { parseThreshold } from '../../../src/charter/fraction.ts'
import type { Charter, Fraction, Track, Windows } from '../../../src/charter/schema.ts'
import type { StakeholderId } from '../../../src/op/ids.ts'
import { keyBytes } from '../../../src/op/key-id.ts'
import { unwrap } from '../../../src/op/refusal.ts'
import { type Founded, foundBy, type Member, testCharter } from '../../support/coalition.ts'
import { signerNumber } from '../../support/people.ts'
import type { AmendmentGiven, Given, TrackGiven } from './case.ts'

/** Milliseconds of `1h`, `2d`. */
export const millis = (text: string): number => unwrap(parseDuration(text))
const fraction = (text: string): Fraction => unwrap(parseThreshold(text))
const optional = (text: string | null | undefined): Fraction | null =>
  text === undefined || text === null ? null : fraction(text)

const HOUR = 3_600_000
const WINDOWS: Windows = {
  deliberation: 0,
  review: 0,
  interop: 0,
  voting: HOUR,
  settle: 60_000,
  validity: 48 * HOUR,
  appeal: 0,
}

/** What a vector leaves out is the file's, and then the usual: README.md, *Given*. */
export function mergeGiven(base: Given = {}, own: Given = {}): Given {
  const track = mergeTrack(base.track, own.track)
  const names = new Set([...Object.keys(base.tracks ?? {}), ...Object.keys(own.tracks ?? {})])
  const tracks = Object.fromEntries(
    [...names].map((name) => [name, mergeTrack(base.tracks?.[name], own.tracks?.[name])]),
  )
  return { ...base, ...own, track, tracks }
}

const mergeTrack = (base: TrackGiven = {}, own: TrackGiven = {}): TrackGiven => ({
  ...base,
  ...own,
  windows: { ...base.windows, ...own.windows },
  ...(base.contingency &&
    own.contingency && { contingency: { ...base.contingency, ...own.contingency } }),
})

/** The track that a vector describes. */
export function trackFrom(given: TrackGiven = {}): Track {
  const windows = Object.entries(given.windows ?? {}).map(([name, text]) => [name, millis(text)])
  return {
    windows: { ...WINDOWS, ...Object.fromEntries(windows) },
    quorum: fraction(given.quorum ?? '1/2'),
    approval: { at: fraction(given.approval ?? '1/2'), of: given.of ?? 'cast' },
    chambers: Object.entries(given.chambers ?? {}).map(([name, approval]) => ({
      function: name,
      approval: fraction(approval),
    })),
    veto: {
      owners: given.ownersVeto ?? false,
      coalition: optional(given.coalitionVeto),
      override: optional(given.override),
    },
    gates: given.gates ?? {},
    contingency: contingencyFrom(given.contingency),
  }
}

const contingencyFrom = (given: TrackGiven['contingency']): Track['contingency'] =>
  given
    ? {
        after: millis(given.after ?? '3h'),
        floor: fraction(given.floor ?? '2/5'),
        stakeholders: given.members ?? 1,
        functions: given.functions ?? [],
        approval: fraction(given.approval ?? '3/4'),
        scope: given.scope ?? 'reversible',
        ratifyWithin: millis(given.ratifyWithin ?? '20h'),
      }
    : null

/** Key numbers of members begin here, two for each: root and node. */
const FIRST_KEY = 1000

/** The member at a position among all that a vector names. */
export const memberAt = (i: number, name: string, weight: number): Member => ({
  id: name as StakeholderId,
  root: signerNumber(FIRST_KEY + 2 * i),
  node: signerNumber(FIRST_KEY + 2 * i + 1),
  weight,
})

/** Founds the coalition of a vector. */
export function foundFrom(given: Given): Founded {
  const listed = Object.entries(given.members ?? { a: 1, b: 1, c: 1, d: 1 })
  const members = listed.map(([name, one], i) =>
    memberAt(i, name, typeof one === 'number' ? one : one.weight),
  )
  const functions = new Map(
    listed.map(([name, one]) => [name, typeof one === 'number' ? [] : (one.functions ?? [])]),
  )
  const plain = testCharter(members)
  const charter: Charter = {
    ...plain,
    stakeholders: plain.stakeholders.map((one) => ({
      ...one,
      functions: [...(functions.get(one.id) ?? [])],
    })),
    functions: Object.fromEntries(
      [...new Set([...functions.values()].flat())].map((name) => [name, { description: name }]),
    ),
    components: Object.entries(given.components ?? {}).map(([id, { owners, decidedBy }]) => ({
      id,
      owners,
      depends: [],
      decidedBy: decidedBy ?? 'coalition',
    })),
    tracks: {
      standard: trackFrom(given.track),
      ...Object.fromEntries(
        ['emergency', 'domain', 'constitutional', ...Object.keys(given.tracks ?? {})].map(
          (name) => [name, trackFrom(given.tracks?.[name])],
        ),
      ),
    },
    ...(given.appeals && { appeals: given.appeals }),
    ...(given.overrides && { overrides: given.overrides }),
    ...(given.reconstitution && { reconstitution: { after: millis(given.reconstitution) } }),
    limits: {
      ...plain.limits,
      openBallots: given.openBallots ?? plain.limits.openBallots,
      // Vectors are about ballots: no node has to say in between what it has seen.
      checkpointEvery: 365 * 24 * HOUR,
    },
  }
  return foundBy(members, charter)
}

/** The next charter: the one before with what the amendment changes. */
export function amended(
  before: Charter,
  given: AmendmentGiven,
  { memberOf, lastSaid }: Registry,
): Charter {
  const { removes = [], renames = {}, admits = {}, weights = {}, owners = {} } = given
  const { decidedBy = {}, order = [], version, track } = given
  const staying = before.stakeholders
    .filter(({ id }) => !removes.includes(id))
    .map((one) => ({
      ...one,
      weight: weights[one.id] ?? one.weight,
      id: renames[one.id] ?? one.id,
    }))
  const arriving = Object.entries(admits).map(([id, weight]) => ({
    id,
    name: id,
    root: keyBytes(memberOf(id, weight).root.key),
    weight,
    functions: [],
    jurisdictions: [],
  }))
  return {
    ...before,
    version: version ?? before.version + 1,
    stakeholders: [...staying, ...arriving].sort(
      (one, other) => order.indexOf(one.id) - order.indexOf(other.id),
    ),
    components: before.components.map((one) => ({
      ...one,
      owners: owners[one.id] ?? one.owners,
      decidedBy: decidedBy[one.id] ?? one.decidedBy,
    })),
    ...(track && { tracks: { ...before.tracks, standard: trackFrom(track) } }),
    leavers: removes.flatMap(lastSaid),
    holders: [],
  }
}

/** Who there is, and what they have said last. */
export interface Registry {
  /** The member of that name; one that is new is given keys. */
  readonly memberOf: (name: string, weight: number) => Member
  /** The last operation of each key of a member. */
  readonly lastSaid: (name: string) => Charter['leavers']
}

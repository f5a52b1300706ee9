/**
 * The charter as it is stored in operations: normalised, exact, no defaults left to guess
 * (design §3.2). What people write (YAML, `extends`, "2/3", "7d") is read by `parse.ts` into this.
 */
import { z } from 'zod'
import { bytesOf, looseCid, millis, text } from '../op/type.ts'

/** Most stakeholders of a charter. */
export const MAX_STAKEHOLDERS = 1000
/** Largest weight of one stakeholder. */
export const MAX_WEIGHT = 1_000_000
/** Largest numerator or denominator of a fraction. */
export const MAX_FRACTION_PART = 1_000_000_000

/** Most seats of a council. */
export const MAX_COUNCIL_SEATS = 99
/** Most seats of a panel. */
export const MAX_PANEL_SEATS = 99

/** An exact fraction; thresholds are in 0 < f ≤ 1. */
export const fractionSchema = z.strictObject({
  num: z.int().min(0).max(MAX_FRACTION_PART),
  den: z.int().min(1).max(MAX_FRACTION_PART),
})

/** Most criteria of a track. */
export const MAX_CRITERIA = 32
/** Longest criterion. */
export const MAX_CRITERION = 256

/** What an id of a charter looks like: stakeholders, functions, components, tracks, gates. */
export const ID_PATTERN = /^[a-z0-9][a-z0-9-]{0,62}$/

/** What the name of a time zone looks like: `UTC`, `Europe/Zurich`, `Etc/GMT+5`. */
export const TIME_ZONE_PATTERN = /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+){0,2}$/
/** Longest name of a time zone. */
export const MAX_TIME_ZONE = 64

const id = z.string().regex(ID_PATTERN, 'must be lower-case letters, digits, -')

/** A member organisation. */
export const stakeholderSchema = z.strictObject({
  id,
  name: text(128),
  root: bytesOf(32),
  weight: z.int().min(1).max(MAX_WEIGHT),
  functions: z.array(id).max(16),
  jurisdictions: z.array(text(16)).max(16),
  provider: text(64).optional(),
  /** Where its people work, by the names of the tz database. Shown, never judged by (§3.4). */
  timeZone: z
    .string()
    .max(MAX_TIME_ZONE)
    .regex(TIME_ZONE_PATTERN, 'must be a time zone such as Europe/Zurich')
    .exactOptional(),
})

/** Something owned; its owners may veto changes that touch it. */
export const componentSchema = z.strictObject({
  id,
  owners: z.array(id).min(1).max(64),
  depends: z.array(id).max(64),
  decidedBy: z.enum(['coalition', 'owners']),
})

/** Lengths of the stages of a ballot, in ms. */
export const windowsSchema = z.strictObject({
  deliberation: millis,
  review: millis,
  interop: millis,
  /** In which it is shown to work; absent where there is none. */
  demonstration: millis.min(1).exactOptional(),
  voting: millis,
  settle: millis,
  validity: millis,
  appeal: millis,
})

/** The rule for a reduced coalition (§3.7). */
export const contingencySchema = z.strictObject({
  after: millis,
  floor: fractionSchema,
  stakeholders: z.int().min(1),
  functions: z.array(id).max(16),
  approval: fractionSchema,
  scope: z.enum(['reversible', 'any']),
  ratifyWithin: millis,
})

/** A class of decision. */
export const trackSchema = z.strictObject({
  windows: windowsSchema,
  quorum: fractionSchema,
  approval: z.strictObject({ at: fractionSchema, of: z.enum(['cast', 'total']) }),
  chambers: z.array(z.strictObject({ function: id, approval: fractionSchema })).max(16),
  veto: z.strictObject({
    owners: z.boolean(),
    coalition: fractionSchema.nullable(),
    override: fractionSchema.nullable(),
  }),
  /** Gate name → its parameters; which gates a build can judge grows with the protocol (§3.4). */
  gates: z.record(
    id,
    z.record(z.string().max(64), z.union([z.string().max(256), z.int(), z.boolean()])),
  ),
  contingency: contingencySchema.nullable(),
  /** What decisions on the track are judged by, in words: shown with each, and in its record. */
  criteria: z.array(text(MAX_CRITERION)).min(1).max(MAX_CRITERIA).exactOptional(),
})

/** Ways to have decided what people disagree on (§3.8); a charter has those that it names. */
const recourseShape = {
  /** The track on which appeals are decided. */
  appeals: z.strictObject({ track: id }).optional(),
  /** The track on which a gate is overridden. */
  overrides: z.strictObject({ track: id }).optional(),
  /** Panels drawn for disputes: their seats, and functions that each of them must have. */
  panels: z
    .strictObject({ seats: z.int().min(1).max(MAX_PANEL_SEATS), functions: z.array(id).max(16) })
    .optional(),
  /** Whether what a mediator rules binds; without this it does not. */
  mediation: z.strictObject({ binding: z.boolean() }).optional(),
  /** A council: its seats, its term in ms, the track of its elections, what its members may do. */
  council: z
    .strictObject({
      seats: z.int().min(1).max(MAX_COUNCIL_SEATS),
      term: millis,
      track: id,
      powers: z.array(text(64)).max(16),
    })
    .optional(),
}

/** Removal of silent members by the rest; off where a charter has none (§3.3). */
export const reconstitutionSchema = z.strictObject({
  /** How long members must have said nothing, in ms. */
  after: millis,
})

/** One version of the rules and the membership. */
export const charterSchema = z.strictObject({
  version: z.int().min(1),
  /** The protocol that counts from this charter on (§2.1, evolution). */
  protocol: z.int().min(1),
  name: text(128),
  purpose: text(4096),
  stakeholders: z.array(stakeholderSchema).min(1).max(MAX_STAKEHOLDERS),
  functions: z.record(id, z.strictObject({ description: text(256) })),
  components: z.array(componentSchema).max(256),
  tracks: z.record(id, trackSchema),
  ...recourseShape,
  reconstitution: reconstitutionSchema.optional(),
  /** How long after one review of the charter the next is due, in ms; without it none is. */
  review: z.strictObject({ every: millis }).exactOptional(),
  limits: z.strictObject({
    maxWeightShare: fractionSchema,
    opsPerMinute: z.int().min(1).max(100_000),
    openBallots: z.int().min(1).max(1000),
    keyMaxAge: millis,
    checkpointEvery: millis,
  }),
  /** Where membership shrinks: the last operation of each key that a leaver had (§3.3). */
  leavers: z
    .array(z.strictObject({ key: bytesOf(32), seq: z.int().min(0), cid: looseCid }))
    .max(4 * MAX_STAKEHOLDERS),
  /** Where a domain's electorate changes: who holds the slot from now on (§3.3). */
  holders: z.array(z.strictObject({ slot: text(128), holder: looseCid.nullable() })).max(256),
})

/** An exact fraction. */
export type Fraction = z.infer<typeof fractionSchema>
/** A member organisation of a charter. */
export type Stakeholder = z.infer<typeof stakeholderSchema>
/** A component of a charter. */
export type Component = z.infer<typeof componentSchema>
/** Stage lengths in ms. */
export type Windows = z.infer<typeof windowsSchema>
/** A class of decision. */
export type Track = z.infer<typeof trackSchema>
/** One version of the rules and the membership. */
export type Charter = z.infer<typeof charterSchema>

/** The shape in which people write a charter (design §3.2), read into the normalised one. */
import { PROTOCOL } from '../op/type.ts'
import { gatesReader } from './gates.ts'
import {
  boolean,
  cidReader,
  duration,
  fail,
  integer,
  keyReader,
  list,
  mapped,
  nullable,
  optional,
  type Reader,
  record,
  required,
  type Spot,
  slug,
  table,
  text,
  threshold,
  word,
} from './reader.ts'
import {
  type Charter,
  type Component,
  MAX_COUNCIL_SEATS,
  MAX_PANEL_SEATS,
  MAX_STAKEHOLDERS,
  MAX_TIME_ZONE,
  MAX_WEIGHT,
  type Stakeholder,
  TIME_ZONE_PATTERN,
  type Track,
} from './schema.ts'
import type { Plain } from './source.ts'

/** What holds where neither the text nor a preset sets a limit. */
export const DEFAULT_LIMITS: Charter['limits'] = {
  maxWeightShare: { num: 1, den: 4 },
  opsPerMinute: 60,
  openBallots: 3,
  keyMaxAge: 365 * 86_400_000,
  checkpointEvery: 3_600_000,
}

/** Whether there is such a zone only a clock can say: its name is checked, not its rules. */
const timeZone: Reader<string> = (value, spot) =>
  typeof value === 'string' && value.length <= MAX_TIME_ZONE && TIME_ZONE_PATTERN.test(value)
    ? value
    : fail(value, spot, 'a time zone such as Europe/Zurich')

const stakeholderFields = record({
  id: required(slug),
  name: optional(nullable(text), null),
  root: required(keyReader),
  weight: optional(integer(1, MAX_WEIGHT), 1),
  functions: optional(list(slug), []),
  jurisdictions: optional(list(text), []),
  provider: optional(nullable(text), null),
  timeZone: optional(nullable(timeZone), null),
})

const stakeholder: Reader<Stakeholder> = mapped(stakeholderFields, (fields) => {
  const { id, name, provider, timeZone, ...rest } = fields
  return {
    ...{ id, name: name ?? id, ...rest },
    ...(provider !== null && { provider }),
    ...(timeZone !== null && { timeZone }),
  }
})

const component: Reader<Component> = record({
  id: required(slug),
  owners: required(list(slug)),
  depends: optional(list(slug), []),
  decidedBy: optional(word(['coalition', 'owners']), 'coalition'),
})

const functionFields = record({ description: optional(text, '') })
/** `maintainer: { description: … }`, or the description alone. */
const functionReader: Reader<{ description: string }> = (value, spot) =>
  typeof value === 'string'
    ? mapped(text, (description) => ({ description }))(value, spot)
    : functionFields(value ?? new Map(), spot)

const windowFields = record({
  deliberation: required(duration),
  review: required(duration),
  interop: required(duration),
  demonstration: optional(duration, 0),
  voting: required(duration),
  settle: required(duration),
  validity: required(duration),
  appeal: required(duration),
})

/** Without a window to demonstrate in there is none, not one of no length. */
const windows: Reader<Track['windows']> = mapped(windowFields, ({ demonstration, ...fields }) =>
  demonstration === 0 ? fields : { ...fields, demonstration },
)

const approval: Reader<Track['approval']> = record({
  at: required(threshold),
  of: optional(word(['cast', 'total']), 'cast'),
})

const trackFields = record({
  windows: required(windows),
  quorum: required(threshold),
  approval: required(approval),
  chambers: optional(list(record({ function: required(slug), approval: required(threshold) })), []),
  veto: optional(
    record({
      owners: optional(boolean, false),
      coalition: optional(nullable(threshold), null),
      override: optional(nullable(threshold), null),
    }),
    { owners: false, coalition: null, override: null },
  ),
  gates: optional(gatesReader, {}),
  contingency: optional(
    nullable(
      record({
        after: required(duration),
        floor: required(threshold),
        stakeholders: required(integer(1, MAX_STAKEHOLDERS)),
        functions: optional(list(slug), []),
        approval: required(threshold),
        scope: optional(word(['reversible', 'any']), 'reversible'),
        ratifyWithin: required(duration),
      }),
    ),
    null,
  ),
  criteria: optional(list(text), []),
})

/** A track without criteria has none, not an empty list of them: a charter has one spelling. */
const track: Reader<Track> = mapped(trackFields, ({ criteria, ...fields }) =>
  criteria.length === 0 ? fields : { ...fields, criteria: [...criteria] },
)

const limits: Reader<Charter['limits']> = record({
  maxWeightShare: optional(threshold, DEFAULT_LIMITS.maxWeightShare),
  opsPerMinute: optional(integer(1), DEFAULT_LIMITS.opsPerMinute),
  openBallots: optional(integer(1), DEFAULT_LIMITS.openBallots),
  keyMaxAge: optional(duration, DEFAULT_LIMITS.keyMaxAge),
  checkpointEvery: optional(duration, DEFAULT_LIMITS.checkpointEvery),
})

const leaver: Reader<Charter['leavers'][number]> = record({
  key: required(keyReader),
  seq: required(integer(0)),
  cid: required(cidReader),
})

const holder: Reader<Charter['holders'][number]> = record({
  slot: required(text),
  holder: required(nullable(cidReader)),
})

const onTrack = record({ track: required(slug) })

const panels: Reader<NonNullable<Charter['panels']>> = record({
  seats: required(integer(1, MAX_PANEL_SEATS)),
  functions: optional(list(slug), []),
})

const mediation = record({ binding: required(boolean) })

const review = record({ every: required(duration) })

const council: Reader<NonNullable<Charter['council']>> = record({
  seats: required(integer(1, MAX_COUNCIL_SEATS)),
  term: required(duration),
  track: required(slug),
  powers: required(list(text)),
})

const reconstitution = record({ after: required(duration) })

const charterFields = record({
  version: optional(integer(1), 1),
  protocol: optional(integer(1), PROTOCOL),
  name: required(text),
  purpose: optional(text, ''),
  stakeholders: required(list(stakeholder)),
  functions: optional(
    table(() => functionReader),
    {},
  ),
  components: optional(list(component), []),
  tracks: required(table(() => track)),
  appeals: optional(nullable(onTrack), null),
  overrides: optional(nullable(onTrack), null),
  panels: optional(nullable(panels), null),
  mediation: optional(nullable(mediation), null),
  council: optional(nullable(council), null),
  reconstitution: optional(nullable(reconstitution), null),
  review: optional(nullable(review), null),
  limits: optional(limits, DEFAULT_LIMITS),
  leavers: optional(list(leaver), []),
  holders: optional(list(holder), []),
})

/** What a charter does without is left out, not empty. */
const charter: Reader<Charter> = mapped(charterFields, (fields) => {
  const { appeals, overrides, panels, mediation, council, reconstitution, review, ...rest } = fields
  return {
    ...rest,
    ...(appeals && { appeals }),
    ...(overrides && { overrides }),
    ...(panels && { panels }),
    ...(mediation && { mediation }),
    ...(council && { council }),
    ...(reconstitution && { reconstitution }),
    ...(review && { review }),
  }
})

/** Reads a charter with every default explicit; `undefined` after it noted what is wrong. */
export const readDraft = (value: Plain, spot: Spot): Charter | undefined => charter(value, spot)

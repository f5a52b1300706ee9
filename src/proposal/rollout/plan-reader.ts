/**
 * Rollout and rollback plans as people write them: `error-rate <= 1% over 10m`, `cohort: 1/3`, `soak: 2d`
 * (design §3.9). Strict, with what was found and what is allowed, like charters.
 */
import { parseDuration } from '../../charter/duration.ts'
import {
  boolean,
  describe,
  duration,
  fail,
  integer,
  list,
  mapped,
  nullable,
  optional,
  type Reader,
  record,
  required,
  type Spot,
  slug,
  text,
  threshold,
} from '../../charter/reader.ts'
import { isList, isTable, type Plain } from '../../charter/source.ts'
import type { CohortPlan, MetricLimit, RollbackPlan, RolloutPlan, StagePlan } from './plan.ts'
import { COMPARISONS, type Comparison, parseQuantity } from './quantity.ts'

/** What a plan leaves out and the proposal fills in. */
export interface PlanDefaults {
  /** A moment, as the proposal's own are read. */
  readonly moment: Reader<number>
}

const LIMIT = /^([A-Za-z0-9][A-Za-z0-9._:-]*)\s*(<=|>=|<|>|=)\s*([^\s]+)(?:\s+over\s+(\S+))?$/
const LIMIT_EXAMPLE = 'a limit such as "error-rate <= 1%" or "p99 < 250 over 10m"'

interface WrittenLimit extends MetricLimit {
  readonly window: number
}

const limitReader: Reader<WrittenLimit> = (value, spot) => {
  const [, metric, op, number, over] =
    LIMIT.exec(typeof value === 'string' ? value.trim() : '') ?? []
  if (metric === undefined || number === undefined) return fail(value, spot, LIMIT_EXAMPLE)
  const quantity = parseQuantity(number)
  if (!quantity.ok) return fail(value, spot, LIMIT_EXAMPLE, quantity.message)
  const window = over === undefined ? undefined : parseDuration(over)
  if (window?.ok === false) return fail(value, spot, LIMIT_EXAMPLE, window.message)
  const comparison = COMPARISONS.find((known): known is Comparison => known === op) ?? '='
  return { metric, op: comparison, value: quantity.value, window: window?.value ?? 0 }
}

/** An indicator is judged whenever it is measured: it has no window. */
const indicatorReader: Reader<MetricLimit> = (value, spot) => {
  const read = limitReader(value, spot)
  if (read && typeof value === 'string' && /\sover\s/.test(value))
    return fail(value, spot, 'an indicator without "over": any report of it counts')
  return read && { metric: read.metric, op: read.op, value: read.value }
}

const cohortTable = record({
  function: optional<string | null>(nullable(slug), null),
  stakeholders: optional<string[] | null>(nullable(list(slug)), null),
  share: optional(nullable(threshold), null),
})

/** A list of members, `function: …`, `share: …`, or a share alone. */
const cohortReader: Reader<CohortPlan> = (value, spot) => {
  if (isList(value)) return named(value, spot)
  if (!isTable(value)) {
    const share = threshold(value, spot)
    return share && { share }
  }
  const read = cohortTable(value, spot)
  if (!read) return undefined
  const { function: name, stakeholders, share } = read
  const given = [name, stakeholders, share].filter((one) => one !== null)
  if (given.length !== 1) return fail(value, spot, 'one of stakeholders, function, share')
  if (name !== null) return { function: name }
  return share === null ? { stakeholders: stakeholders ?? [] } : { share }
}

const named = (value: Plain, spot: Spot): CohortPlan | undefined => {
  const stakeholders = list(slug)(value, spot)
  if (stakeholders?.length === 0) return fail(value, spot, 'at least one member')
  return stakeholders && { stakeholders }
}

const minReportsReader: Reader<number | 'all'> = (value, spot) =>
  value === 'all' ? 'all' : integer(1)(value, spot)

const stageReader: Reader<StagePlan> = mapped(
  record({
    name: required(slug),
    cohort: required(cohortReader),
    after: optional<string | null>(nullable(slug), null),
    soak: optional(duration, 0),
    success: optional(list(limitReader), []),
    minReports: optional(minReportsReader, 'all'),
    failureLimit: optional(integer(0), 0),
    inconclusiveLimit: optional(integer(0), 0),
    reversible: optional(boolean, true),
  }),
  ({ after, ...stage }) => ({ ...stage, ...(after !== null && { after }) }),
)

/** Reads a rollout plan. */
export const rolloutReader = ({ moment }: PlanDefaults): Reader<RolloutPlan> =>
  mapped(
    record({
      stages: required(list(stageReader)),
      indicators: optional(list(indicatorReader), []),
      builds: optional(
        list(record({ stakeholder: required(slug), name: required(text), digest: required(text) })),
        [],
      ),
      notBefore: optional<number | null>(nullable(moment), null),
      activation: optional<string | null>(nullable(text), null),
    }),
    ({ notBefore, activation, ...plan }) => ({
      ...plan,
      ...((notBefore !== null || activation !== null) && {
        activation: {
          ...(notBefore !== null && { notBefore }),
          ...(activation !== null && { condition: activation }),
        },
      }),
    }),
  )

/** Reads a rollback plan: a map, or only its steps. */
export const rollbackReader: Reader<RollbackPlan> = (value, spot) => {
  if (isTable(value)) return rollbackTable(value, spot)
  if (!isList(value)) return fail(value, spot, `steps, or a map with steps, owner, onHalt`)
  const steps = list(text)(value, spot)
  if (steps?.length === 0) return fail(value, spot, 'at least one step', describe(value))
  return steps && { steps, onHalt: true }
}

const rollbackTable: Reader<RollbackPlan> = mapped(
  record({
    steps: required(list(text)),
    owner: optional<string | null>(nullable(slug), null),
    onHalt: optional(boolean, true),
  }),
  ({ owner, ...plan }) => ({ ...plan, ...(owner !== null && { owner }) }),
)

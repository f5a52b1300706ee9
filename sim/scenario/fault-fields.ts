/** The faults that a scenario can name, each with its fields. */
import { isList } from '../../src/charter/source.ts'
import type { FaultPlan, Whom } from './scenario.ts'
import {
  distribution,
  either,
  line,
  list,
  mapped,
  needed,
  optional,
  record,
  type Spec,
  share,
  signedDuration,
  tagged,
  whole,
  word,
} from './spec.ts'

/** Words that a scenario may use for misbehaviours. */
export interface Names {
  readonly strategies: readonly string[]
}

const names = list(line(63), 1000)
/** Names of stakeholders or regions, or how many by chance. */
export const whom: Spec<Whom> = either(isList, names, whole(1, 1000))
/** One side alone is parted from everybody else. */
export const sides: Spec<string[][]> = list(names, 16)

const shapes = word(['symmetric', 'one-way', 'partial'])

/** One line of `faults`. */
export function faultFields(known: Names, time: Spec<number>): Spec<FaultPlan> {
  const at = { at: optional(time, 0, 'when it begins') }
  const span = { ...at, until: optional(time, null, 'when it is over') }
  const strategies = list(word(known.strategies), 20)
  const as = needed(strategies, 'what they do')
  const about = needed(whom, 'whom')
  const kinds: Record<string, Spec<FaultPlan>> = {
    ...partitions(span, time),
    crash: mapped(record({ ...span, crash: about }), ({ crash, ...times }) => {
      return { ...times, fault: 'crash', whom: crash }
    }),
    clog: mapped(record({ ...span, clog: about }), ({ clog, ...times }) => {
      return { ...times, fault: 'clog', whom: clog }
    }),
    'disk-full': mapped(
      record({ ...span, 'disk-full': about }),
      ({ 'disk-full': who, ...times }) => {
        return { ...times, fault: 'disk-full', whom: who }
      },
    ),
    join: mapped(record({ ...at, join: about }), ({ join, ...when }) => {
      return { ...when, until: null, fault: 'join', whom: join }
    }),
    leave: mapped(record({ ...at, leave: about }), ({ leave, ...when }) => {
      return { ...when, until: null, fault: 'leave', whom: leave }
    }),
    revoke: mapped(record({ ...at, revoke: about }), ({ revoke, ...when }) => {
      return { ...when, until: null, fault: 'revoke', whom: revoke }
    }),
    ...links(span),
    ...clocks(span, time),
    restore: mapped(
      record({
        ...at,
        restore: needed(whom, 'whose disk is replaced by a backup'),
        age: needed(time, 'how old the backup is'),
      }),
      ({ at, restore, age }) => ({ at, until: null, fault: 'restore', whom: restore, ageMs: age }),
    ),
    churn: mapped(
      record({
        ...span,
        churn: needed(whom, 'who comes and goes'),
        up: needed(distribution, 'how long they run'),
        down: needed(distribution, 'how long they are away'),
      }),
      ({ at, until, churn, up, down }) => ({ at, until, fault: 'churn', whom: churn, up, down }),
    ),
    byzantine: mapped(
      record({ ...at, byzantine: needed(whom, 'who is faulty from then on'), as }),
      ({ at, byzantine, as: strategies }) => {
        return { at, until: null, fault: 'byzantine', whom: byzantine, strategies }
      },
    ),
    steal: mapped(
      record({ ...at, steal: needed(whom, 'whose node key is stolen'), as }),
      ({ at, steal, as: strategies }) => {
        return { at, until: null, fault: 'steal', whom: steal, strategies }
      },
    ),
  }
  const others = ['at', 'until', 'as', 'shape', 'share', 'every', 'by', 'age', 'up', 'down']
  return tagged('fault', kinds, [...others, 'drift', 'jitter'])
}

type SpanFields = {
  readonly at: ReturnType<typeof optional<number, number>>
  readonly until: ReturnType<typeof optional<number, null>>
}

function partitions(span: SpanFields, time: Spec<number>): Record<string, Spec<FaultPlan>> {
  return {
    partition: mapped(
      record({
        ...span,
        partition: needed(sides, 'the sides; one alone is parted from everybody else'),
        shape: optional(shapes, 'symmetric' as const, 'who hears whom'),
        share: optional(share, 1, 'of a partial one: the share of links that is cut'),
      }),
      ({ at, until, partition, shape, share: cut }) => {
        return { at, until, fault: 'partition', sides: partition, shape, share: cut }
      },
    ),
    flap: mapped(
      record({
        ...span,
        flap: needed(sides, 'sides that are apart, together, apart, …'),
        every: needed(time, 'for how long each time'),
      }),
      ({ at, until, flap, every }) => ({ at, until, fault: 'flap', sides: flap, everyMs: every }),
    ),
  }
}

function clocks(span: SpanFields, time: Spec<number>): Record<string, Spec<FaultPlan>> {
  return {
    skew: mapped(
      record({
        ...span,
        skew: needed(whom, 'whose clock is wrong'),
        by: optional(signedDuration, 0, 'how far it is ahead; below 0 behind'),
        drift: optional(whole(-100_000, 100_000), 0, 'how fast it gains, in parts per million'),
        jitter: optional(time, 0, 'how far a reading is off at most'),
      }),
      ({ at, until, skew, by, drift, jitter }) => {
        const wrong = { byMs: by, driftPpm: drift, jitterMs: jitter }
        return { at, until, fault: 'skew', whom: skew, ...wrong }
      },
    ),
  }
}

function links(span: SpanFields): Record<string, Spec<FaultPlan>> {
  return {
    swizzle: mapped(
      record({ ...span, swizzle: needed(whom, 'clogged one by one, freed in another order') }),
      ({ at, until, swizzle }) => ({ at, until, fault: 'swizzle', whom: swizzle }),
    ),
    slow: mapped(
      record({
        ...span,
        slow: needed(whom, 'whose links are slow'),
        by: needed(signedDuration, 'by how much'),
      }),
      ({ at, until, slow, by }) => ({ at, until, fault: 'slow', whom: slow, byMs: Math.abs(by) }),
    ),
    loss: mapped(
      record({ ...span, loss: needed(share, 'the share of messages that is lost') }),
      ({ at, until, loss }) => ({ at, until, fault: 'loss', share: loss }),
    ),
  }
}

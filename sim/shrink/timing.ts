/** Shorter and rounder times: of a scenario's duration, of the spans of its events, of their moments. */
import { endOf, type TimedEvent } from '../scenario/event.ts'
import type { Scenario } from '../scenario/scenario.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
/** Units that a time is rounded to, the roundest first. */
const UNITS_MS = [DAY_MS, HOUR_MS, MINUTE_MS]

/** Scenarios like this one with one time shorter; the boldest first. */
export function* shorter(scenario: Scenario): Generator<Scenario> {
  const { events, durationMs } = scenario
  const lastMs = events.reduce((most, event) => Math.max(most, endOf(event)), 0)
  for (const ms of [lastMs + HOUR_MS, (lastMs + durationMs) / 2, durationMs / 2])
    if (ms < durationMs) yield { ...scenario, durationMs: Math.max(1, Math.round(ms)) }
  for (const [i, event] of events.entries()) {
    if (!('until' in event)) continue
    for (const part of [1 / 8, 1 / 2, 3 / 4])
      yield withEvent(scenario, i, { ...event, until: later(event.at, part, event.until) })
  }
  for (const [i, event] of events.entries())
    for (const part of [0, 1 / 2]) {
      const beforeMs = events[i - 1]?.at ?? 0
      const gapMs = event.at - beforeMs
      const byMs = Math.round(gapMs * (1 - part))
      if (byMs > 0) yield pulled(scenario, i, byMs)
    }
}

/** Scenarios like this one with one time rounded, days before hours before minutes. */
export function* rounder(scenario: Scenario): Generator<Scenario> {
  for (const unitMs of UNITS_MS) {
    const durationMs = Math.ceil(scenario.durationMs / unitMs) * unitMs
    if (durationMs !== scenario.durationMs) yield { ...scenario, durationMs }
    for (const [i, event] of scenario.events.entries()) {
      const at = Math.round(event.at / unitMs) * unitMs
      if (at !== event.at && at < endOf(event) + unitMs)
        yield withEvent(scenario, i, shifted(event, event.at - at))
      if (!('until' in event)) continue
      const until = Math.ceil(event.until / unitMs) * unitMs
      if (until !== event.until) yield withEvent(scenario, i, { ...event, until })
    }
  }
}

const later = (fromMs: number, part: number, toMs: number): number =>
  fromMs + Math.max(1, Math.round((toMs - fromMs) * part))

const withEvent = (scenario: Scenario, i: number, event: TimedEvent): Scenario => ({
  ...scenario,
  events: scenario.events.with(i, event).toSorted((a, b) => a.at - b.at),
})

/** From an event on, everything earlier by so much. */
const pulled = (scenario: Scenario, from: number, byMs: number): Scenario => ({
  ...scenario,
  durationMs: Math.max(1, scenario.durationMs - byMs),
  events: scenario.events.map((event, i) => (i < from ? event : shifted(event, byMs))),
})

function shifted(event: TimedEvent, byMs: number): TimedEvent {
  const at = event.at - byMs
  return 'until' in event ? { ...event, at, until: event.until - byMs } : { ...event, at }
}

/** Shorter and rounder times: of a scenario's duration, of the spans of its events, of their moments. */
import { endOf, type TimedEvent } from '../scenario/event.ts'
import type { Scenario } from '../scenario/scenario.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
/** Units that a time is rounded to, the roundest first. */
const UNITS_MS = [DAY_MS, HOUR_MS, MINUTE_MS]

/**
 * Scenarios like this one with one time shorter by a minute or more, in whole minutes; the boldest
 * first. What is less than a minute would go on for ever and tell nobody anything.
 */
export function* shorter(scenario: Scenario): Generator<Scenario> {
  const { events, durationMs } = scenario
  const lastMs = events.reduce((most, event) => Math.max(most, endOf(event)), 0)
  for (const ms of [lastMs + HOUR_MS, (lastMs + durationMs) / 2, durationMs / 2].map(wholeMinutes))
    if (ms <= durationMs - MINUTE_MS) yield { ...scenario, durationMs: ms }
  for (const [i, event] of events.entries()) {
    if (!('until' in event)) continue
    for (const part of [1 / 8, 1 / 2, 3 / 4]) {
      const until = event.at + wholeMinutes((event.until - event.at) * part)
      if (until <= event.until - MINUTE_MS) yield withEvent(scenario, i, { ...event, until })
    }
  }
  for (const [i, event] of events.entries())
    for (const part of [1, 1 / 2]) {
      const gapMs = event.at - (events[i - 1]?.at ?? 0)
      const byMs = MINUTE_MS * Math.floor((gapMs * part) / MINUTE_MS)
      if (byMs >= MINUTE_MS) yield pulled(scenario, i, byMs)
    }
}

/** Rounded up; at least one. */
const wholeMinutes = (ms: number): number => MINUTE_MS * Math.max(1, Math.ceil(ms / MINUTE_MS))

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

/** What a run takes for granted, and whether its events keep to it. */
import { faultBound } from '../../src/charter/lookup.ts'
import type { Compiled } from './compile.ts'
import { endOf } from './event.ts'

/** A stakeholder counts as faulty from such an event on (§2.3: who restored an old store, too). */
const FAULTY: ReadonlySet<string> = new Set(['byzantine', 'steal', 'restore'])

/** Every assumption that the events go beyond, each in a sentence; none for a run that must be safe. */
export function assumptionsOutside({ scenario, events }: Compiled): string[] {
  const { assume, coalition } = scenario
  const weights = new Map(coalition.members.map(({ id, weight }) => [id, weight]))
  const total = coalition.members.reduce((sum, { weight }) => sum + weight, 0)
  const weigh = (names: Iterable<string>): number =>
    [...new Set(names)].reduce((sum, name) => sum + (weights.get(name) ?? 0), 0)
  const faulty = events.flatMap((event) =>
    FAULTY.has(event.do) && 'node' in event ? [event.node] : [],
  )
  const gone = [
    ...coalition.members.slice(coalition.running).map(({ id }) => id),
    ...events.flatMap((event) => (event.do === 'leave' ? [event.node] : [])),
  ]
  const bound = Math.min(faultBound(total), lessThan(total, assume.faulty))
  const outside: string[] = []
  if (weigh(faulty) > bound)
    outside.push(
      `faulty stakeholders have weight ${weigh(faulty)} of ${total}, at most ${bound} is assumed`,
    )
  else if (weigh([...faulty, ...gone]) > faultBound(total))
    outside.push(
      `who is faulty or gone has weight ${weigh([...faulty, ...gone])} of ${total}: the rest is no quorum`,
    )
  const longest = events
    .filter((event) => event.do === 'partition')
    .reduce((most, event) => Math.max(most, endOf(event) - event.at), 0)
  if (assume.partitionMs !== null && longest > assume.partitionMs)
    outside.push(`a partition lasts ${longest} ms, at most ${assume.partitionMs} ms is assumed`)
  return outside
}

/** The largest whole number below a share of the whole. */
const lessThan = (total: number, { num, den }: { readonly num: number; readonly den: number }) =>
  Math.ceil((total * num) / den) - 1

/** A shrunk case as a scenario file: what the first file said, with what shrinking changed. */
import { type Document, isMap, isSeq, parseDocument } from 'yaml'
import { formatDuration } from '../../src/charter/duration.ts'
import type { TimedEvent } from '../scenario/event.ts'
import { quoteLaws } from '../scenario/laws.ts'
import type { Scenario, ScenarioMember } from '../scenario/scenario.ts'
import type { Case } from './shrink.ts'

/** Fields of an event that are written as durations. */
const TIMES: ReadonlySet<string> = new Set(['at', 'until'])

/**
 * The text of a scenario whose events are written out. `original` is the file that it was shrunk from:
 * preset, charter and network stand as they were written there.
 */
export function writeCase(original: string, { scenario, seed }: Case, shows: string): string {
  const document = parseDocument(quoteLaws(original).text)
  for (const path of REPLACED) if (document.hasIn(path)) document.deleteIn(path)
  const { coalition, network, people } = scenario
  document.set('name', scenario.name)
  document.set('shows', shows)
  document.set('seed', seed)
  document.set('duration', formatDuration(scenario.durationMs))
  for (const [path, value] of [
    [['coalition', 'observers'], coalition.observers],
    [['coalition', 'charter', 'components'], coalition.charter.components],
    [['network', 'loss'], network.loss],
    [['network', 'duplication'], network.duplication],
    [['people', 'revise'], people.revise],
    [['people', 'timezones'], people.timezones],
  ] as const)
    if (document.hasIn(path)) document.setIn(path, document.createNode(value))
  document.setIn(['people', 'turnout'], people.turnout)
  const bandwidth = ['network', 'bandwidth']
  if (network.bandwidth === null && document.hasIn(bandwidth)) document.deleteIn(bandwidth)
  setLines(document, ['coalition', 'members'], coalition.members.map(memberFields))
  const expect = expectFields(scenario)
  if (Object.keys(expect).length > 0) document.set('expect', document.createNode(expect))
  setLines(document, ['events'], scenario.events.map(eventFields))
  return document.toString({ lineWidth: 0 })
}

/** What the members and the events written out stand for. */
const REPLACED = [
  ['coalition', 'stakeholders'],
  ['coalition', 'members'],
  ['coalition', 'weights'],
  ['coalition', 'functions'],
  ['network', 'regions'],
  ['workload'],
  ['faults'],
  ['events'],
  ['expect'],
]

/** What an oracle may fail by; situations that the whole run reached are of no concern. */
const expectFields = ({ expect: { convergedMs, settled } }: Scenario): object => ({
  ...(convergedMs !== null && { converged: formatDuration(convergedMs) }),
  ...(settled !== null && { settled: `${settled.num}/${settled.den}` }),
})

const memberFields = ({ id, weight, functions, region }: ScenarioMember): object => ({
  id,
  ...(weight !== 1 && { weight }),
  ...(functions.length > 0 && { functions }),
  region,
})

/** A list with one line an item. */
function setLines(document: Document, path: readonly string[], items: readonly object[]): void {
  // Spans of one flapping link share their sides: an alias is not what scenarios may have.
  document.setIn(path, document.createNode(items, { aliasDuplicateObjects: false }))
  const list = document.getIn(path)
  if (isSeq(list)) for (const item of list.items) if (isMap(item)) item.flow = true
}

/** An event as a file writes it: when, what, then the rest. */
function eventFields(event: TimedEvent): object {
  const { at, do: kind, ...rest } = event
  const fields = Object.entries(rest).filter(([name, value]) => !isDefault(name, value))
  const written = fields.map(([name, value]) => [
    name,
    TIMES.has(name) && typeof value === 'number' ? formatDuration(value) : value,
  ])
  return { at: formatDuration(at), do: kind, ...Object.fromEntries(written) }
}

/** What a partition is unless it says otherwise. */
const isDefault = (name: string, value: unknown): boolean =>
  (name === 'shape' && value === 'symmetric') || (name === 'share' && value === 1)

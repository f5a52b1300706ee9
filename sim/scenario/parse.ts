/** From a scenario file to a checked scenario, or all that is wrong with it, by line. */
import { type LocatedProblem, type Path, type Problem, problem } from '../../src/charter/problem.ts'
import { isTable, readSource } from '../../src/charter/source.ts'
import { checkScenario } from './check.ts'
import { coalitionOf } from './coalition.ts'
import type { AmendmentPlan } from './event.ts'
import type { Names } from './fault-fields.ts'
import { scenarioSpec } from './fields.ts'
import { quoteLaws } from './laws.ts'
import type { Scenario, WorkItem } from './scenario.ts'

/** A scenario, or what is wrong with its text in the order of the text. */
export type ParsedScenario =
  | { readonly ok: true; readonly scenario: Scenario }
  | { readonly ok: false; readonly problems: readonly LocatedProblem[] }

/** Most problems that one reading reports. */
const MAX_PROBLEMS = 50

type Draft = NonNullable<ReturnType<ReturnType<typeof scenarioSpec>['read']>>

/** Reads a scenario; never throws, whatever the text. */
export function parseScenario(text: string, names: Names): ParsedScenario {
  const quoted = quoteLaws(text)
  const source = readSource(quoted.text)
  const failed = (found: readonly LocatedProblem[]): ParsedScenario => ({
    ok: false,
    problems: inOrder(
      found.map((one) => ({ ...one, column: quoted.columnBefore(one.line, one.column) })),
    ),
  })
  if (source.problems.length > 0) return failed(source.problems)
  const problems: Problem[] = []
  if (!isTable(source.plain)) problems.push(problem([], 'no map', 'a scenario: name, shows, …'))
  const draft = problems.length === 0 ? read(source.plain, names, problems) : undefined
  if (problems.length > 0 || !draft) return failed(problems.map(source.locate))
  const scenario = assembled(draft, problems)
  if (scenario && problems.length === 0) problems.push(...checkScenario(scenario))
  return scenario && problems.length === 0
    ? { ok: true, scenario }
    : failed(problems.map(source.locate))
}

const read = (
  plain: Parameters<ReturnType<typeof scenarioSpec>['read']>[0],
  names: Names,
  problems: Problem[],
): Draft | undefined => scenarioSpec(names).read(plain, { path: [], problems })

const inOrder = (problems: readonly LocatedProblem[]): LocatedProblem[] =>
  problems.toSorted((a, b) => a.line - b.line || a.column - b.column).slice(0, MAX_PROBLEMS)

function assembled(draft: Draft, problems: Problem[]): Scenario | undefined {
  const { network, assume, expect } = draft
  const coalition = coalitionOf(draft.name, draft.coalition, network.regions, problems)
  const workload = draft.workload.flatMap((item, i) => workOf(item, ['workload', i], problems))
  if (!coalition || problems.length > 0) return undefined
  return {
    name: draft.name,
    shows: draft.shows,
    seed: draft.seed,
    durationMs: draft.duration,
    assume: { faulty: assume.faulty, partitionMs: assume.partition },
    coalition,
    network: {
      regions: network.regions ?? [],
      latency:
        network.latency === 'matrix'
          ? { kind: 'matrix' }
          : { kind: 'drawn', from: network.latency },
      loss: network.loss,
      duplication: network.duplication,
      bandwidth: network.bandwidth,
      gossip: { degree: network.gossip.degree, heartbeatMs: network.gossip.heartbeat },
      syncMs: network.sync,
    },
    people: draft.people,
    workload,
    faults: draft.faults,
    events: draft.events,
    expect: {
      convergedMs: expect.converged,
      settled: expect.settled,
      reaches: expect.reaches,
      oracles: expect.oracles,
    },
  }
}

function workOf(
  { at, every, until, propose }: Draft['workload'][number],
  path: Path,
  problems: Problem[],
): WorkItem[] {
  if (at === null && every === null) {
    problems.push(problem(path, 'neither at nor every', 'when it is proposed: at, every, or both'))
    return []
  }
  const { amend, ...proposal } = propose
  const amendment = amend ? amendmentOf(amend, [...path, 'propose', 'amend'], problems) : null
  const slot = amendment ? 'charter' : proposal.slot
  const track = amendment && proposal.track === 'standard' ? 'constitutional' : proposal.track
  return [{ ...proposal, slot, track, at: at ?? every ?? 0, everyMs: every, until, amendment }]
}

function amendmentOf(
  {
    add,
    remove,
    silent,
    reweigh,
    weight,
  }: NonNullable<Draft['workload'][number]['propose']['amend']>,
  path: Path,
  problems: Problem[],
): AmendmentPlan | null {
  if ([add, remove, reweigh].filter((change) => change !== null).length !== 1) {
    problems.push(problem(path, 'no single change', 'one of add, remove, reweigh'))
    return null
  }
  if (silent && remove === null) {
    problems.push(problem([...path, 'silent'], 'nobody who is removed', 'remove beside it'))
    return null
  }
  if (add !== null) return { change: 'add', stakeholder: add, weight }
  if (reweigh !== null) return { change: 'weight', stakeholder: reweigh, weight }
  return { change: 'remove', stakeholders: remove ?? [], silent }
}

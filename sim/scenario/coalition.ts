/** Who decides in a scenario: members, weights, functions, regions, and the charter in force. */

import { stringify } from 'yaml'
import { parseCharter } from '../../src/charter/parse.ts'
import { isPresetName, PRESET_NAMES } from '../../src/charter/presets.ts'
import { type Problem, problem, unknownWord } from '../../src/charter/problem.ts'
import { isList, isTable, type Plain } from '../../src/charter/source.ts'
import { power } from '../random/maths.ts'
import { rootKeyOf } from './root-keys.ts'
import type { CoalitionPlan, ScenarioMember } from './scenario.ts'

/** The heaviest weight of a Zipf law. */
const ZIPF_TOP = 1000
/** Without a map of regions everybody is here. */
const HOME = 'home'

/** The coalition as the file says it. */
export interface CoalitionDraft {
  readonly stakeholders: number | null
  readonly members: readonly ScenarioMember[] | null
  readonly preset: string
  readonly weights: readonly number[] | string
  readonly functions: readonly (readonly [string, number])[]
  readonly gates: 'off' | 'charter'
  readonly checkpoints: boolean
  readonly observers: number
  readonly running: number | null
  readonly charter: Plain
}

type Counts = readonly (readonly [string, number])[]

/** Reads the coalition; notes what is wrong with it. */
export function coalitionOf(
  name: string,
  draft: CoalitionDraft,
  regions: Counts | null,
  problems: Problem[],
): CoalitionPlan | undefined {
  const members = draft.members
    ? draft.members.map((one) => ({ ...one, region: one.region || HOME }))
    : membersOf(draft, regions, problems)
  if (!members) return undefined
  const twice = members.find(({ id }, i) => members.findIndex((one) => one.id === id) < i)
  if (twice) {
    const path = ['coalition', 'members', members.lastIndexOf(twice), 'id']
    problems.push(problem(path, `"${twice.id}" twice`, 'an id of its own for each'))
    return undefined
  }
  const charter = charterOf(name, draft, members, problems)
  const { observers, checkpoints } = draft
  const running = draft.running ?? members.length
  if (running > members.length) {
    const expected = `at most the ${members.length} that there are`
    problems.push(problem(['coalition', 'running'], `${running} members`, expected))
  }
  return charter && { members, running, observers, checkpoints, charter }
}

function membersOf(
  draft: CoalitionDraft,
  regions: Counts | null,
  problems: Problem[],
): ScenarioMember[] | undefined {
  const count = draft.stakeholders
  if (count === null) {
    const expected = 'how many stakeholders, or each of them under members'
    problems.push(problem(['coalition'], 'neither stakeholders nor members', expected))
    return undefined
  }
  const weights = weightsOf(draft.weights, count, problems)
  const places = placesOf(regions, count, problems)
  if (!weights || !places) return undefined
  return Array.from({ length: count }, (_, i) => ({
    id: `s${i + 1}`,
    weight: weights[i] ?? 1,
    functions: functionsOf(draft.functions, count, i),
    region: places[i] ?? HOME,
  }))
}

function weightsOf(
  weights: readonly number[] | string,
  count: number,
  problems: Problem[],
): readonly number[] | undefined {
  const path = ['coalition', 'weights']
  if (typeof weights !== 'string') {
    if (weights.length === count) return weights
    problems.push(
      problem(path, `${weights.length} weights`, `one for each of ${count} stakeholders`),
    )
    return undefined
  }
  if (weights === 'equal') return Array.from({ length: count }, () => 1)
  const zipf = /^zipf\((\d+(?:\.\d+)?)\)$/.exec(weights)
  const exponent = Number(zipf?.[1] ?? Number.NaN)
  if (exponent <= 10)
    return Array.from({ length: count }, (_, i) =>
      Math.max(1, Math.round(ZIPF_TOP * power(i + 1, -exponent))),
    )
  problems.push(problem(path, `"${weights}"`, 'equal, zipf(1.1), or a list of weights'))
  return undefined
}

function placesOf(
  regions: Counts | null,
  count: number,
  problems: Problem[],
): string[] | undefined {
  if (regions === null) return Array.from({ length: count }, () => HOME)
  const places = regions.flatMap(([name, n]) => Array.from({ length: n }, () => name))
  if (places.length === count) return places
  const found = `regions for ${places.length} stakeholders`
  problems.push(problem(['network', 'regions'], found, `a place for each of ${count}`))
  return undefined
}

/** Each function has its holders spread over all members, so that no region has them all. */
function functionsOf(functions: Counts, count: number, i: number): string[] {
  return functions.flatMap(([name, n], f) => {
    const holders = Math.min(n, count)
    const isHolder = Array.from(
      { length: holders },
      (_, h) => (Math.floor((h * count) / Math.max(1, holders)) + f) % count,
    ).includes(i)
    return isHolder ? [name] : []
  })
}

function charterOf(
  name: string,
  draft: CoalitionDraft,
  members: readonly ScenarioMember[],
  problems: Problem[],
) {
  if (!isPresetName(draft.preset)) {
    problems.push(unknownWord(['coalition', 'preset'], 'preset', draft.preset, PRESET_NAMES))
    return undefined
  }
  const own = isTable(draft.charter) ? draft.charter : new Map<string, Plain>()
  const text = stringify(
    jsonOf(
      new Map<string, Plain>([
        ['extends', draft.preset],
        ['name', name],
        ['limits', new Map([['maxWeightShare', '1/1']])],
        ...own,
        ['stakeholders', members.map(memberText)],
      ]),
    ),
  )
  const parsed = parseCharter(text)
  if (!parsed.ok) {
    for (const found of parsed.problems) problems.push(movedProblem(found))
    return undefined
  }
  if (draft.gates === 'charter') return parsed.charter
  const tracks = Object.entries(parsed.charter.tracks).map(([id, track]) => {
    return [id, { ...track, gates: {} }] as const
  })
  return { ...parsed.charter, tracks: Object.fromEntries(tracks) }
}

/** Where a problem of the charter stands in the scenario. */
function movedProblem({ path, ...rest }: Problem): Problem {
  const inMembers = path[0] === 'stakeholders' || path.length === 0
  return { ...rest, path: inMembers ? ['coalition'] : ['coalition', 'charter', ...path] }
}

const memberText = ({ id, weight, functions }: ScenarioMember): Plain =>
  new Map<string, Plain>([
    ['id', id],
    ['root', rootKeyOf(id)],
    ['weight', String(weight)],
    ['functions', functions],
  ])

/** Plain values as YAML writes them; texts stay texts. */
function jsonOf(plain: Plain): unknown {
  if (isTable(plain)) return Object.fromEntries([...plain].map(([k, v]) => [k, jsonOf(v)]))
  return isList(plain) ? plain.map(jsonOf) : plain
}

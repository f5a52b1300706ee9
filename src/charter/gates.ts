/**
 * The gates that this protocol knows (design §3.4): their parameters, defaults and bounds. What
 * makes a gate hold is judged where the evidence is, beside proposals.
 */
import { type Path, type Problem, problem, unknownWord } from './problem.ts'
import { below, fail, integer, type Reader, type Spot, text, word } from './reader.ts'
import type { Charter, Track } from './schema.ts'
import { isTable, type Plain } from './source.ts'

/** A gate's parameter as it stands in a charter. */
export type GateValue = Track['gates'][string][string]

/** What a parameter of a gate may be. */
export type GateParameter = (
  | { readonly type: 'count'; readonly default: number; readonly max: number }
  | { readonly type: 'word'; readonly default: string; readonly words: readonly string[] }
  | { readonly type: 'function' | 'text'; readonly default: string }
) & {
  /** An optional one is left out where it is not given: a charter has one spelling. */
  readonly optional?: true
}

/** A kind of gate. */
export interface GateKind {
  /** What must hold, in one sentence. */
  readonly sentence: string
  /** The parameter that a bare value sets: `reviews: 2`. */
  readonly main: string
  readonly parameters: Readonly<Record<string, GateParameter>>
}

/** Largest count that a gate may ask for. */
export const MAX_GATE_COUNT = 1000
/** In a function parameter: no function is asked for. */
export const ANY_FUNCTION = 'any'

const count = (value: number): GateParameter => ({
  type: 'count',
  default: value,
  max: MAX_GATE_COUNT,
})
const anyFunction: GateParameter = { type: 'function', default: ANY_FUNCTION }

/** Every gate of this protocol by name. */
export const GATES: Readonly<Record<string, GateKind>> = {
  interop: {
    sentence:
      'Enough stakeholders pass every suite on every subject, or the cells that are named, knowing of every failure.',
    main: 'passes',
    parameters: {
      passes: count(2),
      suite: { type: 'text', default: '' },
      cells: { type: 'text', default: '', optional: true },
    },
  },
  reviews: {
    sentence: 'Enough stakeholders other than the proposer approve in a review.',
    main: 'count',
    parameters: { count: count(1), function: anyFunction },
  },
  builds: {
    sentence: 'Enough stakeholders other than the proposer built every subject to its digest.',
    main: 'reproductions',
    parameters: { reproductions: count(2) },
  },
  objections: {
    sentence: 'Every objection is answered by the proposer, or let go by whoever made it.',
    main: 'state',
    parameters: { state: { type: 'word', default: 'answered', words: ['answered'] } },
  },
  risks: {
    sentence:
      'Somebody other than the proposer has assessed the risks since the opening; registered: those of the frozen risk register.',
    main: 'state',
    parameters: {
      state: { type: 'word', default: 'reassessed', words: ['reassessed', 'registered'] },
    },
  },
  drills: {
    sentence: 'Enough stakeholders have drilled it with success.',
    main: 'count',
    parameters: { count: count(1) },
  },
}

/** The gates that this build can judge; any other stays shut, so nothing passes on its track. */
export const JUDGED_GATES: ReadonlySet<string> = new Set(Object.keys(GATES))

/** The kind of a gate; `undefined` for a name that this protocol does not know. */
export const gateKind = (name: string): GateKind | undefined =>
  Object.hasOwn(GATES, name) ? GATES[name] : undefined

/**
 * Reads `gates` of a track: each gate with all its parameters explicit. A bare value sets the main
 * parameter; `null` takes a gate of the preset away.
 */
export const gatesReader: Reader<Track['gates']> = (value, spot) => {
  if (!isTable(value)) return fail(value, spot, 'a map from gates')
  const gates: [string, Record<string, GateValue>][] = []
  const before = spot.problems.length
  for (const [name, plain] of value) {
    const at = below(spot, name)
    const kind = gateKind(name)
    if (kind === undefined)
      spot.problems.push(unknownWord(at.path, 'gate', name, Object.keys(GATES)))
    else if (plain !== null) gates.push([name, parametersOf(kind, plain, at)])
  }
  return spot.problems.length > before ? undefined : Object.fromEntries(gates)
}

function parametersOf(kind: GateKind, plain: Plain, spot: Spot): Record<string, GateValue> {
  const given = isTable(plain) ? plain : new Map([[kind.main, plain]])
  const names = Object.keys(kind.parameters)
  for (const name of given.keys()) {
    if (!Object.hasOwn(kind.parameters, name))
      spot.problems.push(unknownWord([...spot.path, name], 'parameter', name, names))
  }
  return Object.fromEntries(
    Object.entries(kind.parameters).flatMap(([name, parameter]) => {
      const value = given.get(name)
      const at = isTable(plain) ? below(spot, name) : spot
      if (value === undefined) return isOptional(parameter) ? [] : [[name, parameter.default]]
      return [[name, parameterReader(parameter)(value, at) ?? parameter.default]]
    }),
  )
}

const isOptional = ({ optional }: GateParameter): boolean => optional === true

function parameterReader(parameter: GateParameter): Reader<GateValue> {
  switch (parameter.type) {
    case 'count':
      return integer(1, parameter.max)
    case 'word':
      return word(parameter.words)
    case 'function':
    case 'text':
      return text
  }
}

/** What is wrong with the gates of a track. */
export function checkGates(charter: Charter, track: Track, path: Path): Problem[] {
  return Object.entries(track.gates).flatMap(([name, given]) => {
    const kind = gateKind(name)
    const at = [...path, 'gates', name]
    if (kind === undefined) return [unknownWord(at, 'gate', name, Object.keys(GATES))]
    return [...unknownParameters(kind, given, at), ...wrongParameters(charter, kind, given, at)]
  })
}

function unknownParameters(kind: GateKind, given: Track['gates'][string], at: Path): Problem[] {
  const names = Object.keys(kind.parameters)
  return Object.keys(given)
    .filter((name) => !Object.hasOwn(kind.parameters, name))
    .map((name) => unknownWord([...at, name], 'parameter', name, names))
}

function wrongParameters(
  charter: Charter,
  kind: GateKind,
  given: Track['gates'][string],
  at: Path,
): Problem[] {
  return Object.entries(kind.parameters).flatMap(([name, parameter]) => {
    const value = Object.hasOwn(given, name) ? given[name] : undefined
    if (value === undefined && isOptional(parameter)) return []
    const expected = wrongValue(charter, parameter, value)
    if (expected === undefined) return []
    return [problem([...at, name], value === undefined ? 'nothing' : `"${value}"`, expected)]
  })
}

/** What was expected of a parameter that is not so; `undefined` when it is good. */
function wrongValue(
  charter: Charter,
  parameter: GateParameter,
  value: GateValue | undefined,
): string | undefined {
  switch (parameter.type) {
    case 'count':
      return typeof value === 'number' && value >= 1 && value <= parameter.max
        ? undefined
        : `a whole number from 1 to ${parameter.max}`
    case 'word':
      return parameter.words.some((allowed) => allowed === value)
        ? undefined
        : `one of ${parameter.words.join(', ')}`
    case 'function':
      return value === ANY_FUNCTION ||
        (typeof value === 'string' && Object.hasOwn(charter.functions, value))
        ? undefined
        : `"${ANY_FUNCTION}" or a function of the charter`
    case 'text':
      return typeof value === 'string' ? undefined : 'text'
  }
}

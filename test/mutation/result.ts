/** What is kept of a run of StrykerJS: counts by file, and every mutant that no vector told. */
import { readFileSync, writeFileSync } from 'node:fs'
import type { schema } from '@stryker-mutator/api/core'
import { COST } from '../vectors/runner/names.ts'

/** A change of the sources, as lines of code; where they stand is said by a name, not by a number. */
export interface Mutant {
  /** The function, method or constant around it. */
  readonly in: string
  readonly before: string
  readonly after: string
}

/** How many there are, and how many a vector tells. */
export interface Count {
  readonly all: number
  /** Told by a vector of whatever kind. */
  readonly killed: number
  /** Of these, told by no answer, only by the steps that the answer took. */
  readonly cost?: number
}

/** What was found in one file. */
export interface FileResult {
  /** The commit that was run. */
  readonly commit: string
  /** Changes of a comparison, a boundary or an arithmetic. */
  readonly comparisons: Count
  /** Changes of logic: `&&` to `||`, `?.` to `.`, `true` to `false`. */
  readonly others: Count
  readonly aliveComparisons: readonly Mutant[]
  readonly aliveOthers: readonly Mutant[]
}

/** Results by file. */
export type Result = Readonly<Record<string, FileResult>>

const RESULT = new URL('result.json', import.meta.url)

/** Kinds of change that move what is compared, or with what. */
const COMPARISONS: ReadonlySet<string> = new Set([
  'ArithmeticOperator',
  'AssignmentOperator',
  'ConditionalExpression',
  'EqualityOperator',
  'MethodExpression',
  'UnaryOperator',
  'UpdateOperator',
])

/** Mutants that a vector told: by a failure, or because it would never have ended. */
const KILLED: ReadonlySet<string> = new Set(['Killed', 'Timeout', 'RuntimeError'])

/** The result that is kept in the repository. */
export const readResult = (): Result => JSON.parse(readFileSync(RESULT, 'utf8')) as Result

/** Keeps a result. */
export const writeResult = (result: Result): void =>
  writeFileSync(RESULT, `${JSON.stringify(result, null, 1)}\n`)

/** The result with what a report of a commit adds: files that it is not about stay as they were. */
export function withReport(
  before: Result,
  { files, testFiles }: schema.MutationTestResult,
  commit: string,
): Result {
  const tests = Object.values(testFiles ?? {}).flatMap((file) => file.tests)
  const cost = new Set(tests.flatMap(({ id, name }) => (name.startsWith(`${COST}:`) ? [id] : [])))
  const found = Object.entries(files).map(
    ([name, file]) => [name, { commit, ...resultOf(file, cost) }] as const,
  )
  const all = { ...before, ...Object.fromEntries(found) }
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)))
}

function resultOf(
  { source, mutants }: schema.FileResult,
  costTests: ReadonlySet<string>,
): Omit<FileResult, 'commit'> {
  const tested = mutants.filter(({ status }) => status !== 'Ignored' && status !== 'CompileError')
  const ofKind = (isComparison: boolean) =>
    tested.filter(({ mutatorName }) => COMPARISONS.has(mutatorName) === isComparison)
  const [comparisons, others] = [ofKind(true), ofKind(false)]
  const lines = source.split('\n')
  return {
    comparisons: countOf(comparisons, costTests),
    others: countOf(others, costTests),
    aliveComparisons: aliveOf(comparisons, lines),
    aliveOthers: aliveOf(others, lines),
  }
}

const isKilled = ({ status }: schema.MutantResult): boolean => KILLED.has(status)

function countOf(mutants: readonly schema.MutantResult[], costTests: ReadonlySet<string>): Count {
  // The vectors stop at the first that tells, and those of cost come last.
  const cost = mutants.filter(
    (one) => isKilled(one) && one.killedBy?.some((id) => costTests.has(id)),
  )
  return {
    all: mutants.length,
    killed: mutants.filter(isKilled).length,
    ...(cost.length > 0 && { cost: cost.length }),
  }
}

const aliveOf = (mutants: readonly schema.MutantResult[], lines: readonly string[]): Mutant[] =>
  mutants
    .filter((mutant) => !isKilled(mutant))
    .sort(({ location: { start: a } }, { location: { start: b } }) =>
      a.line === b.line ? a.column - b.column : a.line - b.line,
    )
    .map((mutant) => mutantOf(mutant, lines))

function mutantOf(
  { location, replacement }: schema.MutantResult,
  lines: readonly string[],
): Mutant {
  const { start, end } = location
  const whole = lines.slice(start.line - 1, end.line)
  const head = whole.at(0)?.slice(0, start.column - 1) ?? ''
  const tail = whole.at(-1)?.slice(end.column - 1) ?? ''
  return {
    in: nameAround(lines.slice(0, start.line)),
    before: onOneLine(whole.join(' ')),
    after: onOneLine(`${head}${replacement ?? ''}${tail}`),
  }
}

const onOneLine = (code: string): string => code.replaceAll(/\s+/g, ' ').trim()

const TOP = /^(?:export )?(?:async )?(?:function|const|class) (\w+)/
const MEMBER = /^ {2}(?:private |static |async |get |\*)*(\w+)(?:\((?:.*\{)?$| = \()/

/** The name of the function or constant that a line is part of; of a class with its method. */
function nameAround(lines: readonly string[]): string {
  const top = lines.findLastIndex((line) => TOP.test(line))
  const name = TOP.exec(lines[top] ?? '')?.[1] ?? ''
  if (!/^(?:export )?class /.test(lines[top] ?? '')) return name
  const member = lines.slice(top).findLast((line) => MEMBER.test(line))
  return member === undefined ? name : `${name}.${MEMBER.exec(member)?.[1]}`
}

/** Sizes of files, functions and parameter lists. */
import ts from 'typescript'
import { collect, countLines, type Finding, finding, type SourceUnit } from './tree.ts'

/** Most lines of a file. */
export const MAX_FILE_LINES = 400
/** Most lines of a function. */
export const MAX_FUNCTION_LINES = 70
/** Functions longer than this are long: allowed, but few. */
export const LONG_FUNCTION_LINES = 40
/** Largest share of long functions. */
export const MAX_LONG_SHARE = 0.03
/** Most parameters of a function. */
export const MAX_PARAMETERS = 4

/** Files and functions over their limits. */
export const checkSizes = (unit: SourceUnit): Finding[] => [
  ...checkFile(unit),
  ...functionsOf(unit).flatMap((node) => checkFunction(unit, node)),
]

function checkFile(unit: SourceUnit): Finding[] {
  const lines = countLines(unit.text)
  if (lines <= MAX_FILE_LINES) return []
  const advice = `${lines} lines, at most ${MAX_FILE_LINES}; split it by noun, one main export each`
  return [finding(unit, 0, 'file-size', advice)]
}

function checkFunction(unit: SourceUnit, node: ts.FunctionLikeDeclaration): Finding[] {
  const lines = functionLines(unit, node)
  const parameters = node.parameters.filter(({ name }) => name.getText(unit.ast) !== 'this').length
  const tooLong = `${lines} lines, at most ${MAX_FUNCTION_LINES}; name its steps as functions`
  const tooMany = `${parameters} parameters, at most ${MAX_PARAMETERS}; pass one object with named fields`
  return [
    ...(lines > MAX_FUNCTION_LINES ? [finding(unit, node, 'function-size', tooLong)] : []),
    ...(parameters > MAX_PARAMETERS ? [finding(unit, node, 'parameters', tooMany)] : []),
  ]
}

/** The functions with a body of a file; in tests not those that merely group tests. */
export const functionsOf = (unit: SourceUnit): ts.FunctionLikeDeclaration[] =>
  collect(unit, (node) => (isFunction(node) && !(unit.isTest && isGroup(node)) ? node : undefined))

const isFunction = (node: ts.Node): node is ts.FunctionLikeDeclaration =>
  ts.isFunctionLike(node) && 'body' in node && node.body !== undefined

/** True for a function with tests among its statements: a `describe` callback, a whole suite. */
const isGroup = ({ body }: ts.FunctionLikeDeclaration): boolean =>
  body !== undefined &&
  ts.isBlock(body) &&
  body.statements.some((statement) => /^(describe|test|it)\b/.test(statement.getText()))

/** Lines from the first word of a function to its closing brace. */
export function functionLines(unit: SourceUnit, node: ts.Node): number {
  const lineAt = (position: number) => unit.ast.getLineAndCharacterOfPosition(position).line
  return lineAt(node.getEnd()) - lineAt(node.getStart(unit.ast)) + 1
}

/** What is measured over all code that is no test. */
export interface Sizes {
  readonly files: number
  readonly lines: number
  readonly medianFileLines: number
  readonly largestFileLines: number
  readonly functions: number
  readonly medianFunctionLines: number
  /** Share of functions over `LONG_FUNCTION_LINES`, 0 to 1. */
  readonly longShare: number
}

/** Measures the code that is no test. */
export function measureSizes(units: readonly SourceUnit[]): Sizes {
  const code = units.filter((unit) => !unit.isTest)
  const files = code.map((unit) => countLines(unit.text))
  const functions = code.flatMap((unit) => functionsOf(unit).map((f) => functionLines(unit, f)))
  const long = functions.filter((lines) => lines > LONG_FUNCTION_LINES).length
  return {
    files: files.length,
    lines: files.reduce((sum, lines) => sum + lines, 0),
    medianFileLines: median(files),
    largestFileLines: Math.max(0, ...files),
    functions: functions.length,
    medianFunctionLines: median(functions),
    longShare: long / Math.max(1, functions.length),
  }
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0

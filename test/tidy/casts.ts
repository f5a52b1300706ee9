/** What switches the type checker off: `any`, and casts, of which a few at the edges are fine. */
import ts from 'typescript'
import { collect, countLines, type Finding, finding, type SourceUnit } from './tree.ts'

/** Casts per 1,000 lines of `src/` and `node/` stay below this. */
export const MAX_CASTS_PER_1000 = 4

/**
 * Every `any`, and every cast by way of `unknown` that no comment `cast: …` justifies. Tests may
 * cast their fakes.
 */
export const checkTypes = (unit: SourceUnit): Finding[] =>
  collect(unit, (node) => {
    if (node.kind === ts.SyntaxKind.AnyKeyword)
      return finding(unit, node, 'any', 'say the type, or `unknown` and narrow it')
    if (unit.isTest || !isCast(node) || !isCastToUnknown(node.expression)) return undefined
    if (isJustified(unit, node)) return undefined
    const advice =
      'a cast by way of `unknown` hides any error; narrow with a guard, or say why above it: `// cast: …`'
    return finding(unit, node, 'double-cast', advice)
  })

type Cast = ts.AsExpression | ts.TypeAssertion

/** True for `x as T` and `<T>x`; `as const` is no cast. */
const isCast = (node: ts.Node): node is Cast =>
  (ts.isAsExpression(node) || ts.isTypeAssertionExpression(node)) &&
  !ts.isConstTypeReference(node.type)

const isCastToUnknown = (node: ts.Expression): boolean =>
  ts.isParenthesizedExpression(node)
    ? isCastToUnknown(node.expression)
    : isCast(node) && node.type.kind === ts.SyntaxKind.UnknownKeyword

function isJustified(unit: SourceUnit, node: ts.Node): boolean {
  const { line } = unit.ast.getLineAndCharacterOfPosition(node.getStart(unit.ast))
  const lines = unit.text.split('\n')
  return [lines[line - 1], lines[line]].some((text) => /\/\/ cast: \S/.test(text ?? ''))
}

/** The casts of a file. */
export const castsOf = (unit: SourceUnit): ts.Node[] =>
  collect(unit, (node) => (isCast(node) ? node : undefined))

/** Casts per 1,000 lines in `src/` and `node/`, tests aside. */
export function castRate(units: readonly SourceUnit[]): number {
  const code = units.filter(({ path, isTest }) => !isTest && /^(src|node)\//.test(path))
  const lines = code.reduce((sum, { text }) => sum + countLines(text), 0)
  const casts = code.reduce((sum, unit) => sum + castsOf(unit).length, 0)
  return (1000 * casts) / Math.max(1, lines)
}

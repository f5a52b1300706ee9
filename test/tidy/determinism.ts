/**
 * A run of `sim/` gives one trace on every machine and engine: no arithmetic whose last bit an engine
 * may choose, no randomness but the seed's, and in a world no clock and no promise either.
 */
import ts from 'typescript'
import { isGlobal } from './scope.ts'
import { collect, type Finding, finding, type SourceUnit } from './tree.ts'

/** What IEEE 754 leaves to the library: engines differ in the last bit. */
const LOOSE =
  /^(random|log|log2|log10|log1p|exp|expm1|pow|sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|asinh|acosh|atanh|cbrt|hypot)$/
/** Folders whose code runs inside a run. */
const INSIDE = /^sim\/(world|random|oracle|situation|reference|strategies|trace|scenario)\//
/** What runs in a reader's browser: it draws, and decides nothing. */
const DRAWN = 'sim/report/page/'
const CLOCKS: ReadonlySet<string> = new Set([
  'Date',
  'performance',
  'setTimeout',
  'setInterval',
  'setImmediate',
])

/** What would make two runs of one seed differ. */
export function checkDeterminism(unit: SourceUnit): Finding[] {
  if (unit.isTest || !unit.path.startsWith('sim/') || unit.path.startsWith(DRAWN)) return []
  return collect(unit, (node) => {
    const advice = adviceFor(node, INSIDE.test(unit.path))
    return advice === undefined ? undefined : finding(unit, node, 'determinism', advice)
  })
}

function adviceFor(node: ts.Node, isInside: boolean): string | undefined {
  if (ts.isBinaryExpression(node) && isPower(node.operatorToken.kind))
    return 'no ** in sim/: engines differ; use `power` of sim/random/maths.ts, or multiply'
  if (isInside && (ts.isAwaitExpression(node) || isAsync(node)))
    return 'no promise inside a run: events are in the calendar'
  if (!ts.isIdentifier(node) || !isGlobal(node)) return undefined
  if (isInside && CLOCKS.has(node.text)) return `no ${node.text} inside a run; take virtual time`
  const name = node.text === 'Math' ? memberOf(node) : undefined
  if (name === undefined || !LOOSE.test(name)) return undefined
  return name === 'random'
    ? 'no Math.random in sim/; split a Stream by name'
    : `no Math.${name} in sim/: engines differ in its last bit; use sim/random/maths.ts`
}

const isPower = (kind: ts.SyntaxKind): boolean =>
  kind === ts.SyntaxKind.AsteriskAsteriskToken || kind === ts.SyntaxKind.AsteriskAsteriskEqualsToken

const isAsync = (node: ts.Node): boolean =>
  ts.isFunctionLike(node) &&
  ts.canHaveModifiers(node) &&
  (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword)

const memberOf = ({ parent }: ts.Identifier): string | undefined => {
  if (ts.isPropertyAccessExpression(parent)) return parent.name.text
  const isNamed =
    ts.isElementAccessExpression(parent) && ts.isStringLiteralLike(parent.argumentExpression)
  return isNamed ? parent.argumentExpression.text : undefined
}

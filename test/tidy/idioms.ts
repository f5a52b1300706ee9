/** Habits of this code base that the compiler and Biome do not know. */
import ts from 'typescript'
import { collect, type Finding, finding, type SourceUnit } from './tree.ts'

/** Default exports, enums, plain errors, and unfinished work without an issue. */
export const checkIdioms = (unit: SourceUnit): Finding[] => [
  ...collect(unit, (node) => checkNode(unit, node)),
  ...checkNotes(unit),
]

function checkNode(unit: SourceUnit, node: ts.Node): Finding | undefined {
  if (isDefaultExport(node) && !/\.config\.\w+$/.test(unit.path))
    return finding(unit, node, 'default-export', 'export by name; a name can be found')
  if (ts.isEnumDeclaration(node))
    return finding(unit, node, 'enum', 'use a union of string literals; types are only stripped')
  if (!unit.isTest && isPlainError(node))
    return finding(
      unit,
      node,
      'plain-error',
      'refused input is a value (`refuse`), a broken invariant `invariant`, an operating failure a typed error with a code and a hint',
    )
  return undefined
}

const isDefaultExport = (node: ts.Node): boolean =>
  (ts.isExportAssignment(node) && !node.isExportEquals) ||
  (ts.canHaveModifiers(node) &&
    (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword))

const PLAIN = new Set(['Error', 'TypeError', 'RangeError', 'SyntaxError', 'EvalError', 'URIError'])

/** `throw new Error(…)`, `throw Error(…)` and `reject(new Error(…))`. */
function isPlainError(node: ts.Node): boolean {
  if (!ts.isNewExpression(node) && !ts.isCallExpression(node)) return false
  if (!ts.isIdentifier(node.expression) || !PLAIN.has(node.expression.text)) return false
  const { parent } = node
  return (
    ts.isThrowStatement(parent) ||
    (ts.isCallExpression(parent) && /\breject$/.test(parent.expression.getText()))
  )
}

/** Notes of unfinished work; with an issue number, `TODO(#12)`, they are fine. */
function checkNotes(unit: SourceUnit): Finding[] {
  const literals = collect(unit, (node) => (isText(node) ? node : undefined))
  const isInText = (at: number) => literals.some((node) => node.pos <= at && at < node.end)
  return [...unit.text.matchAll(/\b(TODO|FIXME|XXX|HACK)\b(?!\s*\(?#\d+)/g)]
    .filter(({ index }) => !isInText(index))
    .map(({ index }) =>
      finding(unit, index, 'unfinished', 'finish it, or open an issue and cite it: TODO(#12)'),
    )
}

const isText = (node: ts.Node): boolean =>
  (ts.isLiteralExpression(node) && !ts.isNumericLiteral(node)) || ts.isTemplateExpression(node)

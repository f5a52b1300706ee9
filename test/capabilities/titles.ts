/** The titles of the tests in a file, as they are written there. */
import ts from 'typescript'
import { collect, type SourceUnit } from '../tidy/tree.ts'

/** Titles of all that `it` and `test` run, also with `.each` and `.runIf`; not those of groups. */
export const titlesOf = (unit: SourceUnit): ReadonlySet<string> =>
  new Set(collect(unit, (node) => (isTest(node) ? titleOf(node) : undefined)))

const TESTS: ReadonlySet<string> = new Set(['it', 'test'])

const isTest = (node: ts.Node): node is ts.CallExpression =>
  ts.isCallExpression(node) && TESTS.has(runnerOf(node.expression) ?? '')

/** `test` of `test(…)`, `test.each(…)(…)`, `test.each<Row>(…)(…)`. */
function runnerOf(callee: ts.Expression): string | undefined {
  if (ts.isIdentifier(callee)) return callee.text
  if (ts.isCallExpression(callee)) return runnerOf(callee.expression)
  return ts.isPropertyAccessExpression(callee) ? runnerOf(callee.expression) : undefined
}

function titleOf({ arguments: [first] }: ts.CallExpression): string | undefined {
  if (first === undefined) return undefined
  if (ts.isStringLiteralLike(first)) return first.text
  // A template is named as it is written, with `${…}` in it.
  return ts.isTemplateExpression(first) ? first.getText().slice(1, -1) : undefined
}

/** What a file imports: statements, re-exports, dynamic imports and import types alike. */
import { posix } from 'node:path'
import ts from 'typescript'
import { collect, type SourceUnit } from './tree.ts'

/** One import of a file. */
export interface Import {
  readonly specifier: string
  readonly node: ts.Node
}

/** The imports of a file, in order. */
export const importsOf = (unit: SourceUnit): Import[] =>
  collect(unit, (node) => {
    const specifier = specifierOf(node)
    return specifier === undefined ? undefined : { specifier, node }
  })

function specifierOf(node: ts.Node): string | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node))
    return literal(node.moduleSpecifier)
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
    return literal(node.arguments[0])
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
    return literal(node.argument.literal)
  return undefined
}

const literal = (node: ts.Node | undefined): string | undefined =>
  node !== undefined && ts.isStringLiteralLike(node) ? node.text : undefined

/** The path of a relative import in the repository; `undefined` for a package. */
export const resolveImport = (unit: SourceUnit, specifier: string): string | undefined =>
  specifier.startsWith('.') ? posix.join(posix.dirname(unit.path), specifier) : undefined

/** The package of a bare specifier: `@noble/hashes` of `@noble/hashes/sha2.js`. */
export const packageOf = (specifier: string): string =>
  specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')

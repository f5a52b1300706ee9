/** The source tree as the checkers see it: every file parsed once, nothing type-checked. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

/** One parsed file. */
export interface SourceUnit {
  /** Relative to the repository, with forward slashes: `src/op/cid.ts`. */
  readonly path: string
  readonly text: string
  readonly ast: ts.SourceFile
  /** A `.test.ts` file, or anything below `test/`. */
  readonly isTest: boolean
}

/** What a checker found, and what to do instead. */
export interface Finding {
  readonly path: string
  /** Counted from 1. */
  readonly line: number
  readonly rule: string
  readonly advice: string
}

/** The folders that hold code; those that do not exist yet are skipped. */
export const CODE_FOLDERS = ['src', 'node', 'sim', 'test', 'bin']
const CODE = /\.(ts|tsx|js|mjs)$/
const SKIPPED = new Set(['node_modules', 'dist', 'fixtures'])

/** All code below `root`. */
export function readTree(root: string): SourceUnit[] {
  const folders = CODE_FOLDERS.filter((folder) => existsSync(join(root, folder)))
  return folders
    .flatMap((folder) => filesBelow(root, folder))
    .filter((path) => CODE.test(path))
    .map((path) => unitOf(path, readFileSync(join(root, path), 'utf8')))
}

function filesBelow(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => !SKIPPED.has(entry.name))
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`
      return entry.isDirectory() ? filesBelow(root, path) : entry.isFile() ? [path] : []
    })
}

/** Parses one file. */
export function unitOf(path: string, text: string): SourceUnit {
  const ast = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  return { path, text, ast, isTest: path.startsWith('test/') || /\.test\.\w+$/.test(path) }
}

/** A finding at a node or at a position in the text. */
export function finding(
  unit: SourceUnit,
  at: ts.Node | number,
  rule: string,
  advice: string,
): Finding {
  const position = typeof at === 'number' ? at : at.getStart(unit.ast)
  const line = unit.ast.getLineAndCharacterOfPosition(position).line + 1
  return { path: unit.path, line, rule, advice }
}

/** A finding in one line, as an editor can open it. */
export const formatFinding = ({ path, line, rule, advice }: Finding): string =>
  `${path}:${line} ${rule}: ${advice}`

/** How many lines a text has; a last line feed ends its line and begins no other. */
export const countLines = (text: string): number => text.replace(/\n$/, '').split('\n').length

/** Every node of a file for which `find` returns something, with what it returned. */
export function collect<T>(unit: SourceUnit, find: (node: ts.Node) => T | undefined): T[] {
  const found: T[] = []
  const visit = (node: ts.Node): void => {
    const value = find(node)
    if (value !== undefined) found.push(value)
    ts.forEachChild(node, visit)
  }
  visit(unit.ast)
  return found
}

/** File names in kebab-case, and no barrels inside: one public entry. */
import ts from 'typescript'
import { type Finding, finding, type SourceUnit } from './tree.ts'

const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*$/
const ENDING = /(\.(test|config|d))?\.(ts|tsx|js|mjs)$/

/** Folders and files that are not in kebab-case, and barrels other than `src/index.ts`. */
export const checkNames = (unit: SourceUnit): Finding[] => [
  ...checkSpelling(unit),
  ...checkBarrel(unit),
]

function checkSpelling(unit: SourceUnit): Finding[] {
  const parts = unit.path.replace(ENDING, '').split('/')
  const wrong = parts.filter((part) => !KEBAB.test(part))
  const advice = `"${wrong.join('/')}" is not kebab-case; a file is a noun, its main export bears its name`
  return wrong.length === 0 ? [] : [finding(unit, 0, 'file-name', advice)]
}

function checkBarrel(unit: SourceUnit): Finding[] {
  const { statements } = unit.ast
  const isBarrel = statements.length > 0 && statements.every(isReExport)
  if (unit.path === 'src/index.ts' || (!isBarrel && !/\/index\.\w+$/.test(unit.path))) return []
  const advice = 'no barrels inside, they make cycles; import the module itself'
  return [finding(unit, 0, 'barrel', advice)]
}

const isReExport = (node: ts.Statement): boolean =>
  ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined

/** What is exported from `src/` is documented, and every module says what it is for. */
import ts from 'typescript'
import { collect, type Finding, finding, type SourceUnit } from './tree.ts'

/** Exported declarations of `src/` without a TSDoc sentence; modules without a header. */
export function checkDocs(unit: SourceUnit): Finding[] {
  if (unit.isTest) return []
  const inCore = unit.path.startsWith('src/') && unit.path !== 'src/index.ts'
  return [...checkHeader(unit), ...(inCore ? checkExports(unit) : [])]
}

function checkHeader(unit: SourceUnit): Finding[] {
  if (/^(#!.*\n)?\s*\/[/*]/.test(unit.text)) return []
  const advice = 'begin with one to three lines: what it is for, what it may know and may not'
  return [finding(unit, 0, 'header', advice)]
}

const checkExports = (unit: SourceUnit): Finding[] =>
  collect(unit, (node) => {
    if (ts.isExportDeclaration(node) && node.moduleSpecifier === undefined)
      return finding(unit, node, 'doc', 'export where it is declared, so that it reads there')
    if (!isExported(node) || isDocumented(node) || isLaterOverload(node)) return undefined
    const advice = `document ${nameOf(unit, node)}: a sentence on what it is for; shapes, units, errors, the section of the design`
    return finding(unit, node, 'doc', advice)
  })

const isExported = (node: ts.Node): boolean =>
  ts.isStatement(node) &&
  ts.canHaveModifiers(node) &&
  (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)

const isDocumented = (node: ts.Node): boolean =>
  ts
    .getJSDocCommentsAndTags(node)
    .some((doc) => /\w/.test(ts.getTextOfJSDocComment(doc.comment) ?? ''))

/** Only the first of several overloads carries the text. */
function isLaterOverload(node: ts.Node): boolean {
  if (!ts.isFunctionDeclaration(node) || !ts.isSourceFile(node.parent)) return false
  const before = node.parent.statements[node.parent.statements.indexOf(node) - 1]
  return (
    before !== undefined &&
    ts.isFunctionDeclaration(before) &&
    before.name?.text === node.name?.text
  )
}

function nameOf(unit: SourceUnit, node: ts.Node): string {
  const text = node.getText(unit.ast)
  return /\b(?:const|let|function|class|interface|type)\s+(\w+)/.exec(text)?.[1] ?? 'it'
}

/** Whether a name is the platform's or one that the file itself declares. */
import ts from 'typescript'

/** True for an identifier that refers to a global: not a property's name, declared nowhere around. */
export function isGlobal(node: ts.Identifier): boolean {
  if (isOnlyName(node)) return false
  for (let scope: ts.Node | undefined = node.parent; scope !== undefined; scope = scope.parent)
    if (namesOf(scope).has(node.text)) return false
  return true
}

/** True where an identifier names a member or a declaration and refers to nothing. */
function isOnlyName(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isShorthandPropertyAssignment(parent)) return false
  if ('name' in parent && parent.name === node) return true
  if ('propertyName' in parent && parent.propertyName === node) return true
  return ts.isQualifiedName(parent) && parent.right === node
}

const known = new WeakMap<ts.Node, ReadonlySet<string>>()

/** The names that a scope declares. */
function namesOf(scope: ts.Node): ReadonlySet<string> {
  const before = known.get(scope)
  if (before !== undefined) return before
  const names = new Set(declaredIn(scope).flatMap(namesIn))
  known.set(scope, names)
  return names
}

function declaredIn(scope: ts.Node): readonly ts.Node[] {
  if (ts.isSourceFile(scope) || ts.isBlock(scope) || ts.isCaseOrDefaultClause(scope))
    return scope.statements
  if (ts.isFunctionLike(scope)) return [...scope.parameters, ...(scope.name ? [scope] : [])]
  if (ts.isForStatement(scope) || ts.isForOfStatement(scope) || ts.isForInStatement(scope))
    return scope.initializer ? [scope.initializer] : []
  if (ts.isCatchClause(scope)) return scope.variableDeclaration ? [scope.variableDeclaration] : []
  return []
}

/** The names that one declaration adds to the scope around it. */
function namesIn(node: ts.Node): string[] {
  if (ts.isIdentifier(node)) return [node.text]
  if (ts.isVariableStatement(node)) return node.declarationList.declarations.flatMap(namesIn)
  if (ts.isVariableDeclarationList(node)) return node.declarations.flatMap(namesIn)
  if (ts.isObjectBindingPattern(node) || ts.isArrayBindingPattern(node))
    return node.elements.flatMap(namesIn)
  if (ts.isImportDeclaration(node)) return node.importClause ? importedNames(node.importClause) : []
  const isNamed =
    ts.isVariableDeclaration(node) ||
    ts.isBindingElement(node) ||
    ts.isParameter(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isFunctionExpression(node) ||
    ts.isClassDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node)
  return isNamed && node.name ? namesIn(node.name) : []
}

function importedNames({ name, namedBindings }: ts.ImportClause): string[] {
  const named =
    namedBindings === undefined
      ? []
      : ts.isNamespaceImport(namedBindings)
        ? [namedBindings.name.text]
        : namedBindings.elements.map((element) => element.name.text)
  return name ? [name.text, ...named] : named
}

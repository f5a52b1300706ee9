/**
 * `src/` has no clock, socket, disk, randomness or logger of its own (architecture, sentence 4),
 * and its verdicts are alike in every time zone and language.
 */
import ts from 'typescript'
import { isGlobal } from './scope.ts'
import { collect, type Finding, finding, type SourceUnit } from './tree.ts'

const CLOCK = 'take the time from the injected clock, in ms'
const RANDOM = 'take randomness as a parameter'
const TIMER = 'return a duty with the time when it is due; the steward owns the timers'
const OUTSIDE = 'declare an interface, implement it in node/, pass it in'

/** Globals that `src/` may not touch, and what to do instead. */
const IMPURE: ReadonlyMap<string, string> = new Map([
  ['setTimeout', TIMER],
  ['setInterval', TIMER],
  ['setImmediate', TIMER],
  ['queueMicrotask', TIMER],
  ['performance', CLOCK],
  ['crypto', RANDOM],
  ['console', 'return the event; the caller logs'],
  ['process', OUTSIDE],
  ['fetch', OUTSIDE],
  ['WebSocket', OUTSIDE],
  ['navigator', OUTSIDE],
  ['require', 'import it'],
  ['globalThis', 'import or pass in what you need of it'],
  ['Buffer', 'use Uint8Array, which every platform has'],
  ['Intl', 'verdicts and digests may not depend on the language; format in node/'],
])

/** Methods whose result depends on the machine's language or time zone. */
const LOCAL_METHODS =
  /^(localeCompare|toLocale\w*|getFullYear|getMonth|getDate|getDay|getHours|getMinutes|getSeconds|getTimezoneOffset)$/

/** Impure globals in a file of `src/` that is no test. */
export function checkPurity(unit: SourceUnit): Finding[] {
  if (unit.isTest || !unit.path.startsWith('src/')) return []
  return collect(unit, (node) => {
    const advice = adviceFor(node)
    return advice === undefined ? undefined : finding(unit, node, 'purity', advice)
  })
}

function adviceFor(node: ts.Node): string | undefined {
  if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword)
    return 'no import.meta in src/; pass in what depends on the place'
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
    return 'no import() in src/; import statically'
  if (ts.isPropertyAccessExpression(node) && LOCAL_METHODS.test(node.name.text))
    return `no ${node.name.text} in src/: it depends on language or time zone; compare by code unit, use UTC`
  if (!ts.isIdentifier(node) || !isGlobal(node)) return undefined
  if (node.text === 'Date') return isPureDate(node) ? undefined : `no clock in src/; ${CLOCK}`
  if (node.text === 'Math')
    return isMember(node, 'random') ? `no Math.random in src/; ${RANDOM}` : undefined
  const advice = IMPURE.get(node.text)
  return advice === undefined ? undefined : `no ${node.text} in src/; ${advice}`
}

/**
 * `new Date(ms)`, `Date.UTC(…)`, `instanceof Date` and the type are pure; all else reads the clock
 * or the time zone.
 */
function isPureDate(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isNewExpression(parent) && parent.expression === node)
    return parent.arguments?.length === 1
  if (ts.isTypeReferenceNode(parent)) return true
  if (ts.isBinaryExpression(parent))
    return parent.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword
  return isMember(node, 'UTC')
}

const isMember = ({ parent }: ts.Identifier, name: string): boolean =>
  (ts.isPropertyAccessExpression(parent) && parent.name.text === name) ||
  (ts.isElementAccessExpression(parent) &&
    ts.isStringLiteralLike(parent.argumentExpression) &&
    parent.argumentExpression.text === name)

/**
 * The text of a charter: YAML in, plain values out, and where in the text each of them stands.
 * Every scalar stays text, so `0.5` never becomes a float and `no` never a boolean.
 */
import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
} from 'yaml'
import { type LocatedProblem, type Path, type Problem, problem } from './problem.ts'

/** Longest text of a charter, in UTF-16 units: an operation could not carry more anyway. */
export const MAX_CHARTER_TEXT = 1024 * 1024
/** Deepest nesting of maps and lists in a charter. */
export const MAX_CHARTER_DEPTH = 16

/** What YAML says, with nothing guessed: text, lists, maps, or an explicit nothing. */
export type Plain = null | string | readonly Plain[] | ReadonlyMap<string, Plain>

/** True for a map. */
export const isTable = (value: Plain): value is ReadonlyMap<string, Plain> => value instanceof Map
/** True for a list. */
export const isList = (value: Plain): value is readonly Plain[] => Array.isArray(value)

/** A text that was read, with a way back from a path to line and column. */
export interface Source {
  readonly plain: Plain
  /** What YAML itself finds wrong; `plain` may be incomplete then. */
  readonly problems: readonly LocatedProblem[]
  /** Puts a problem where its path stands in the text, or where its nearest ancestor does. */
  locate(found: Problem): LocatedProblem
}

/** Reads YAML; never throws. */
export function readSource(text: string): Source {
  if (text.length > MAX_CHARTER_TEXT) return refusedSource(text.length)
  const lines = new LineCounter()
  const document = parseDocument(text, { schema: 'failsafe', lineCounter: lines })
  const place = (found: Problem, offset: number): LocatedProblem => {
    const { line, col } = lines.linePos(offset)
    return { ...found, line, column: col }
  }
  const odd: LocatedProblem[] = []
  const visit: Visit = (node, what) => odd.push(place(problem([], what, PLAIN_YAML), startOf(node)))
  const plain = plainOf(document.contents, visit, 0)
  return {
    plain,
    problems: [...yamlProblems(document, place), ...odd],
    locate: (found) => place(found, offsetOf(document.contents, found.path)),
  }
}

const PLAIN_YAML = 'plain YAML: maps, lists and text'
type Visit = (node: Node | null, what: string) => void

function refusedSource(length: number): Source {
  const found = problem([], `${length} characters`, `at most ${MAX_CHARTER_TEXT}`)
  const locate = (any: Problem): LocatedProblem => ({ ...any, line: 1, column: 1 })
  return { plain: null, problems: [locate(found)], locate }
}

function yamlProblems(
  document: Document.Parsed,
  place: (found: Problem, offset: number) => LocatedProblem,
): LocatedProblem[] {
  return [...document.errors, ...document.warnings].map((error) => {
    const [first = error.message] = error.message.split('\n')
    // Where it is will be said anyway.
    const what = first.replace(/ at line \d+, column \d+:$/, '')
    return place(problem([], `YAML that cannot be read (${what})`, PLAIN_YAML), error.pos[0])
  })
}

/** Scalars that say "nothing" when they are not quoted. */
const NOTHING: ReadonlySet<string> = new Set(['', '~', 'null'])

function plainOf(node: Node | null, odd: Visit, depth: number): Plain {
  if (node === null) return null
  if (depth > MAX_CHARTER_DEPTH) return nothing(node, odd, 'nesting that is too deep')
  if (isScalar(node)) return scalarOf(node)
  if (isSeq<Node>(node)) return node.items.map((item) => plainOf(item, odd, depth + 1))
  if (!isMap<Node, Node | null>(node))
    return nothing(node, odd, 'an alias (to reuse rules, extend a preset)')
  const entries = new Map<string, Plain>()
  for (const { key, value } of node.items) {
    if (isScalar(key)) entries.set(String(key.value), plainOf(value, odd, depth + 1))
    else odd(key, 'a field name that is no text')
  }
  return entries
}

/** In the failsafe schema every scalar is text. */
function scalarOf({ value, type }: Scalar): Plain {
  const text = String(value)
  return type === 'PLAIN' && NOTHING.has(text) ? null : text.normalize('NFC')
}

function nothing(node: Node, odd: Visit, what: string): null {
  odd(node, what)
  return null
}

/** Where the deepest part of the path that the text has begins: the field's name or the list item. */
function offsetOf(contents: Node | null, path: Path): number {
  let node = contents
  let offset = startOf(contents)
  for (const step of path) {
    const next = stepInto(node, step)
    if (next === undefined) return node === contents ? presetOffset(contents) : offset
    node = next.node
    offset = next.offset
  }
  return offset
}

/** What a text does not say itself comes from the preset that it names. */
const presetOffset = (contents: Node | null): number =>
  stepInto(contents, 'extends')?.offset ?? startOf(contents)

function stepInto(
  node: Node | null,
  step: string | number,
): { readonly node: Node | null; readonly offset: number } | undefined {
  if (isSeq<Node>(node)) {
    const item = node.items[Number(step)]
    return item && { node: item, offset: startOf(item) }
  }
  if (!isMap<Scalar, Node | null>(node)) return undefined
  const pair = node.items.find(({ key }) => key.value === step)
  return pair && { node: pair.value, offset: startOf(pair.key) }
}

const startOf = (node: Node | null): number => (node?.range ?? BEGINNING)[0]
const BEGINNING = [0] as const

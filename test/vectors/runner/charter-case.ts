/** Charter vectors (README.md): the text of a charter in, what is read or wrong out. */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { z } from 'zod'
import { checkCharter } from '../../../src/charter/check.ts'
import type { ParsedCharter } from '../../../src/charter/parse.ts'
import { formatPath, formatProblem } from '../../../src/charter/problem.ts'
import type { Charter } from '../../../src/charter/schema.ts'
import { plainCharter } from '../../../src/charter/serialise.ts'
import type { KeyId } from '../../../src/op/ids.ts'
import { changesOf } from './changes.ts'
import { charterShape, type Shape, textOfShape } from './charter-text.ts'
import { parsed as parsedOf, readBack } from './parsed.ts'
import { findingLines, powersOf, sentencesOf } from './powers.ts'
import { filesIn } from './vector-files.ts'

const lines = z.array(z.string())

/** What one charter comes to beside the next; of what is left out nothing is asked. */
const changes = z.strictObject({
  members: lines.optional(),
  shifts: lines.optional(),
  powers: z.record(z.string(), z.string()).optional(),
  rules: lines.optional(),
  appeared: lines.optional(),
  changed: lines.optional(),
  gone: lines.optional(),
})

const charterCase = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]+$/),
  shows: z.string(),
  ...charterShape,
  /** A comment makes the text so many characters long. */
  padTo: z.int().optional(),
  /** So many lines `x0: 1`, `x1: 1`, … follow. */
  unknownFields: z.int().optional(),
  /** Root keys from the cards of founders. */
  cards: z.record(z.string(), z.string()).optional(),
  /** Read as a draft: members without a root stand in it, and are these. */
  rootless: z.array(z.string()).optional(),
  problemCount: z.int().optional(),
  /** The problems as they are printed. */
  printed: z.array(z.string()).optional(),
  reads: z.record(z.string(), z.string()).optional(),
  problems: z.array(z.string()).optional(),
  places: z.array(z.string()).optional(),
  /** It arrives as the body of an operation, with these values instead, by the rules of a protocol. */
  arrives: z.record(z.string(), z.json()).optional(),
  protocol: z.int().optional(),
  /** What the analyser finds: severity, code, track, members; all of it, or as a sentence. */
  findings: z.array(z.string()).optional(),
  sentences: z.record(z.string(), z.string()).optional(),
  /** By track: how many it takes, who alone. */
  powers: z.record(z.string(), z.record(z.string(), z.string())).optional(),
  /** What is said to mend findings, by the same names as their sentences. */
  fixes: z.record(z.string(), z.string()).optional(),
  /** The charter that follows, and all that changes by it. */
  next: z.strictObject(charterShape).optional(),
  changes: z.union([z.literal('none'), changes]).optional(),
})

const charterFile = z.strictObject({
  about: z.string(),
  section: z.string(),
  cases: z.array(charterCase),
})

/** One charter vector. */
export type CharterVector = z.infer<typeof charterCase>

/** All charter vectors. */
export const charterVectors = (): CharterVector[] =>
  filesIn('charters', charterFile).flatMap(({ content }) => content.cases)

function textOf(vector: CharterVector): string {
  const { unknownFields = 0, padTo = 0 } = vector
  const unknown = Array.from({ length: unknownFields }, (_, i) => `x${i}: 1\n`).join('')
  const text = textOfShape(vector) + unknown
  return padTo === 0 ? text : `${text}#${' '.repeat(padTo - text.length - 1)}`
}

/** Checks one vector; throws what does not hold. */
export function runCharterVector(vector: CharterVector): void {
  const { shows, reads = {}, problems = [], places, printed, problemCount, rootless } = vector
  const cards = Object.entries(vector.cards ?? {}).map(([id, key]) => [id, key as KeyId] as const)
  const parsed = parsedOf(textOf(vector), {
    ...(vector.cards && { roots: new Map(cards) }),
    ...(rootless && { isDraft: true }),
  })
  if (vector.arrives) {
    checkArriving(vector, vector.arrives, parsed)
    return
  }
  const found = parsed.ok ? [] : parsed.problems
  if (problemCount !== undefined) strictEqual(found.length, problemCount, shows)
  else {
    const said = found.map(({ path, message }) => `${formatPath(path)}: ${message}`)
    deepStrictEqual(said, problems, shows)
    strictEqual(parsed.ok, problems.length === 0, shows)
  }
  if (places)
    deepStrictEqual(
      found.map(({ line, column, path }) => `${line}:${column} ${formatPath(path)}`),
      places,
    )
  if (printed)
    deepStrictEqual(
      found.map((one) => formatProblem(one)),
      printed,
    )
  if (!parsed.ok) return
  deepStrictEqual(parsed.rootless, rootless ?? [])
  checkAnalysis(vector, parsed.charter)
  const plain = plainCharter(parsed.charter)
  deepStrictEqual(
    Object.fromEntries(Object.keys(reads).map((path) => [path, valueAt(plain, path)])),
    reads,
    shows,
  )
  // What is written out reads back as the same charter.
  const again = readBack(parsed.charter)
  deepStrictEqual(again.ok && again.charter, parsed.charter)
}

/** What the analyser says of the charter, and of what the next changes. */
function checkAnalysis(vector: CharterVector, charter: Charter): void {
  const { shows, findings, sentences, fixes, powers, next, changes } = vector
  if (findings) deepStrictEqual(findingLines(charter), findings, shows)
  if (sentences) deepStrictEqual(sentencesOf(charter, sentences), sentences, shows)
  if (fixes) deepStrictEqual(sentencesOf(charter, fixes, 'fix'), fixes, shows)
  if (powers) deepStrictEqual(powersOf(charter, powers), powers, shows)
  if (next && changes) deepStrictEqual(changesOf(charter, read(next), changes), changes, shows)
}

function read(shape: Shape): Charter {
  const parsed = parsedOf(textOfShape(shape))
  if (parsed.ok) return parsed.charter
  throw new RangeError(parsed.problems.map((one) => formatProblem(one)).join('\n'))
}

/** The charter that was read, with other values, is judged as one from the network. */
function checkArriving(
  { problems = [], protocol, shows }: CharterVector,
  changes: Readonly<Record<string, unknown>>,
  parsed: ParsedCharter,
): void {
  ok(parsed.ok, shows)
  const charter = structuredClone({ ...parsed.charter, leavers: [], holders: [] })
  for (const [path, value] of Object.entries(changes)) {
    const steps = path.split('.')
    const last = steps.pop() ?? ''
    Reflect.set(objectAt(charter, steps), last, value)
  }
  const said = checkCharter(charter, protocol).map(
    ({ path, message }) => `${formatPath(path)}: ${message}`,
  )
  deepStrictEqual(said, problems, shows)
}

function objectAt(value: object, steps: readonly string[]): object {
  let at: unknown = value
  for (const step of steps) at = typeof at === 'object' && at !== null ? Reflect.get(at, step) : at
  return typeof at === 'object' && at !== null ? at : {}
}

function valueAt(value: unknown, path: string): string {
  let at = value
  for (const step of path.split('.'))
    at = typeof at === 'object' && at !== null ? Reflect.get(at, step) : undefined
  return at === undefined ? 'absent' : String(at)
}

/** Charter vectors (README.md): the text of a charter in, what is read or wrong out. */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { z } from 'zod'
import { checkCharter } from '../../../src/charter/check.ts'
import { type ParsedCharter, parseCharter } from '../../../src/charter/parse.ts'
import { formatPath, formatProblem } from '../../../src/charter/problem.ts'
import { plainCharter, serialiseCharter } from '../../../src/charter/serialise.ts'
import type { KeyId } from '../../../src/op/ids.ts'
import { charterText, type MemberSpec } from '../../support/charters.ts'
import { findingLines, powersOf, sentencesOf } from './powers.ts'
import { filesIn } from './vector-files.ts'

const charterCase = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]+$/),
  shows: z.string(),
  members: z
    .record(
      z.string(),
      z.union([z.int(), z.strictObject({ weight: z.int(), functions: z.array(z.string()) })]),
    )
    .optional(),
  preset: z.enum(['small-team', 'none']).optional(),
  /** The whole text; or else lines after those of preset and members. */
  text: z.array(z.string()).optional(),
  more: z.array(z.string()).optional(),
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

/** Rules of three tracks and nothing else, for charters on no preset. */
const PLAIN = [
  'tracks:',
  ...['standard', 'emergency', 'constitutional'].map(
    (name) =>
      `  ${name}: { windows: { deliberation: 0s, review: 0s, interop: 0s, voting: 1h, settle: 1m, validity: 2h, appeal: 0s }, quorum: 1/2, approval: { at: 1/2 } }`,
  ),
]

function textOf(vector: CharterVector): string {
  const { unknownFields = 0, padTo = 0 } = vector
  const unknown = Array.from({ length: unknownFields }, (_, i) => `x${i}: 1\n`).join('')
  const text = bareText(vector) + unknown
  return padTo === 0 ? text : `${text}#${' '.repeat(padTo - text.length - 1)}`
}

function bareText({ text, members, preset, more = [] }: CharterVector): string {
  if (text) return `${text.join('\n')}\n`
  const specs = Object.entries(members ?? { a: 1, b: 1, c: 1, d: 1 }).map(
    ([id, one]): MemberSpec =>
      typeof one === 'number' ? [id, one] : [id, one.weight, one.functions],
  )
  const lines = preset === 'none' ? [...PLAIN, ...more] : more
  const whole = `${charterText(specs, lines.join('\n'))}\n`
  return preset === 'none' ? whole.replace(/^extends: .*\n/, '') : whole
}

/** Checks one vector; throws what does not hold. */
export function runCharterVector(vector: CharterVector): void {
  const { shows, reads = {}, problems = [], places, printed, problemCount, rootless } = vector
  const cards = Object.entries(vector.cards ?? {}).map(([id, key]) => [id, key as KeyId] as const)
  const parsed = parseCharter(textOf(vector), {
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
  const { findings, sentences, powers } = vector
  if (findings) deepStrictEqual(findingLines(parsed.charter), findings, shows)
  if (sentences) deepStrictEqual(sentencesOf(parsed.charter, sentences), sentences, shows)
  if (powers) deepStrictEqual(powersOf(parsed.charter, powers), powers, shows)
  const plain = plainCharter(parsed.charter)
  deepStrictEqual(
    Object.fromEntries(Object.keys(reads).map((path) => [path, valueAt(plain, path)])),
    reads,
    shows,
  )
  // What is written out reads back as the same charter.
  const again = parseCharter(serialiseCharter(parsed.charter))
  deepStrictEqual(again.ok && again.charter, parsed.charter)
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

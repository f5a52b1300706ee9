/** Charter vectors (README.md): the text of a charter in, what is read or wrong out. */
import { deepStrictEqual } from 'node:assert/strict'
import { z } from 'zod'
import { parseCharter } from '../../../src/charter/parse.ts'
import { formatPath } from '../../../src/charter/problem.ts'
import { plainCharter, serialiseCharter } from '../../../src/charter/serialise.ts'
import { charterText, type MemberSpec } from '../../support/charters.ts'
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
  reads: z.record(z.string(), z.string()).optional(),
  problems: z.array(z.string()).optional(),
  places: z.array(z.string()).optional(),
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

function textOf({ text, members, preset, more = [] }: CharterVector): string {
  if (text) return `${text.join('\n')}\n`
  const specs = Object.entries(members ?? { a: 1, b: 1, c: 1, d: 1 }).map(
    ([id, one]): MemberSpec =>
      typeof one === 'number' ? [id, one] : [id, one.weight, one.functions],
  )
  const lines = preset === 'none' ? [...PLAIN, ...more] : more
  const whole = charterText(specs, lines.join('\n'))
  return preset === 'none' ? whole.replace(/^extends: .*\n/, '') : whole
}

/** Checks one vector; throws what does not hold. */
export function runCharterVector(vector: CharterVector): void {
  const { shows, reads = {}, problems = [], places } = vector
  const parsed = parseCharter(textOf(vector))
  const found = parsed.ok ? [] : parsed.problems
  deepStrictEqual(
    found.map(({ path, message }) => `${formatPath(path)}: ${message}`),
    problems,
    shows,
  )
  if (places)
    deepStrictEqual(
      found.map(({ line, column, path }) => `${line}:${column} ${formatPath(path)}`),
      places,
    )
  if (!parsed.ok) return
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

function valueAt(value: unknown, path: string): string {
  let at = value
  for (const step of path.split('.'))
    at = typeof at === 'object' && at !== null ? Reflect.get(at, step) : undefined
  return at === undefined ? 'absent' : String(at)
}

/** The text of a charter from the few words of a vector (README.md, *Charters*). */
import { z } from 'zod'
import { rootHex } from '../../support/charters.ts'

const words = z.array(z.string())

const member = z.strictObject({
  weight: z.int().optional(),
  functions: words.optional(),
  name: z.string().optional(),
  jurisdictions: words.optional(),
  provider: z.string().optional(),
  timeZone: z.string().optional(),
  /** Speaks by the root key of this number, not by that of its position. */
  root: z.int().optional(),
})

/** What a vector says of a charter's text. */
export const charterShape = {
  members: z.record(z.string(), z.union([z.int(), member])).optional(),
  preset: z.enum(['small-team', 'none']).optional(),
  /** The whole text; or else lines after those of preset and members. */
  text: words.optional(),
  more: words.optional(),
}

const shape = z.strictObject(charterShape)
/** A charter in the words of a vector. */
export type Shape = z.infer<typeof shape>
type Member = z.infer<typeof member>

/** Rules of three tracks and nothing else, for charters on no preset. */
const PLAIN = [
  'tracks:',
  ...['standard', 'emergency', 'constitutional'].map(
    (name) =>
      `  ${name}: { windows: { deliberation: 0s, review: 0s, interop: 0s, voting: 1h, settle: 1m, validity: 2h, appeal: 0s }, quorum: 1/2, approval: { at: 1/2 } }`,
  ),
]

/** The text of a charter. */
export function textOfShape({ text, members, preset, more = [] }: Shape): string {
  if (text) return `${text.join('\n')}\n`
  const given = Object.entries(members ?? { a: 1, b: 1, c: 1, d: 1 }).flatMap(named)
  return [
    ...(preset === 'none' ? [] : ['extends: small-team']),
    'name: Example',
    'stakeholders:',
    ...given.map(memberLine),
    ...(preset === 'none' ? PLAIN : []),
    ...more,
    '',
  ].join('\n')
}

/** `m*3` stands for `m1`, `m2` and `m3`. */
function named([name, given]: [string, number | Member]): [string, Member][] {
  const one = typeof given === 'number' ? { weight: given } : given
  const [id = '', times] = name.split('*')
  return times === undefined
    ? [[id, one]]
    : Array.from({ length: Number(times) }, (_, i) => [`${id}${i + 1}`, one])
}

function memberLine([id, given]: [string, Member], i: number): string {
  const {
    weight = 1,
    functions = [],
    root = i + 1,
    name,
    jurisdictions,
    provider,
    timeZone,
  } = given
  const fields = [
    `id: ${id}`,
    `root: "${rootHex(root - 1)}"`,
    `weight: ${weight}`,
    `functions: [${functions.join(', ')}]`,
    ...(name === undefined ? [] : [`name: ${name}`]),
    ...(jurisdictions === undefined ? [] : [`jurisdictions: [${jurisdictions.join(', ')}]`]),
    ...(provider === undefined ? [] : [`provider: ${provider}`]),
    ...(timeZone === undefined ? [] : [`timeZone: ${timeZone}`]),
  ]
  return `  - { ${fields.join(', ')} }`
}

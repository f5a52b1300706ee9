/**
 * Operations of documents (design §2.5). An edit carries typed, bounded changes of a value; what
 * Automerge makes of them every node derives for itself. `refs[body.document]` is the creation.
 */
import { z } from 'zod'
import type { Value } from '../op/ids.ts'
import { bytesOf, defineOp, refIndex, text } from '../op/type.ts'
import {
  MAX_AFTER,
  MAX_COUNT,
  MAX_DOCUMENT_TITLE,
  MAX_EDITORS,
  MAX_EDITS,
  MAX_KEY_LENGTH,
  MAX_PLACE_DEPTH,
  MAX_SCHEMA,
  MAX_TEXT,
  MAX_VALUES,
} from './limits.ts'
import { COUNTER_KEY, isKey, measure } from './value.ts'

/** What a document is at its root: prose, or data by name. */
export const DOCUMENT_KINDS = ['text', 'map'] as const
/** What a document is at its root. */
export type DocumentKind = (typeof DOCUMENT_KINDS)[number]

const ids = z.array(text(64)).min(1).max(MAX_EDITORS)
const editors = z.union([
  z.literal('members'),
  z.strictObject({ functions: ids }),
  z.strictObject({ stakeholders: ids }),
])
/** Who may edit: every member, or those with a function, or those named. */
export type Editors = z.infer<typeof editors>

/** Begins a document; the operation's CID is its id. */
export const documentCreate = defineOp('document.create', 'edit', {
  charter: refIndex,
  kind: z.enum(DOCUMENT_KINDS),
  title: z.string().min(1).max(MAX_DOCUMENT_TITLE),
  editors,
  schema: text(MAX_SCHEMA).optional(),
})

const position = z.int().min(0)
const key = z.custom<string>(isKey, `must be a key: 1 to ${MAX_KEY_LENGTH} units, no leading "$"`)
const step = z.union([key, position])
const path = z.array(step).max(MAX_PLACE_DEPTH)
const value = z.custom<Value>(
  (given) => measure(given).fault === undefined,
  `must be null, a boolean, an integer, text, bytes, a list, a map or { ${COUNTER_KEY}: n }`,
)
const amount = z.int().min(-MAX_COUNT).max(MAX_COUNT)

const splice = z.strictObject({
  do: z.literal('splice'),
  path,
  at: position,
  remove: position,
  insert: text(MAX_TEXT),
})
const insert = z.strictObject({
  do: z.literal('insert'),
  path,
  at: position,
  values: z.array(value).min(1).max(MAX_VALUES),
})
const set = z.strictObject({ do: z.literal('set'), path, at: step, value })
const remove = z.strictObject({
  do: z.literal('remove'),
  path,
  at: step,
  count: z.int().min(1),
})
const increment = z.strictObject({ do: z.literal('increment'), path, at: step, by: amount })
const edit = z.discriminatedUnion('do', [splice, insert, set, remove, increment])

/**
 * One change of a value. `path` leads from the root to the text, list or map that changes: keys of
 * maps, indexes of lists. `at` is a position there; in text it counts UTF-16 units, and no edit
 * may cut a surrogate pair.
 *
 * - `splice`: in text, removes so many units and inserts text.
 * - `insert`: into a list, before the item at that index.
 * - `set`: the key of a map, or an item of a list that exists.
 * - `remove`: a key (count 1), or so many items of a list.
 * - `increment`: a counter.
 */
export type Edit = z.infer<typeof edit>

/** What an edit operation inserts, in the units of `MAX_DOCUMENT_SIZE`. */
export const insertedBy = (edits: readonly Edit[]): number =>
  edits.reduce((sum, one) => sum + weigh(one).size, 0)

/** Units of text that one edit inserts, text and values together, and how deep it reaches. */
export function weigh(one: Edit): {
  readonly text: number
  readonly size: number
  readonly depth: number
} {
  const depth = one.path.length
  switch (one.do) {
    case 'splice':
      return { text: one.insert.length, size: one.insert.length, depth }
    case 'insert': {
      const { text, size, depth: nested } = measure(one.values)
      return { text, size, depth: depth + nested }
    }
    case 'set': {
      const { text, size, depth: nested } = measure(one.value)
      const name = typeof one.at === 'string' ? one.at.length : 0
      return { text: text + name, size: size + name, depth: depth + 1 + nested }
    }
    default:
      return { text: 0, size: 0, depth: depth + 1 }
  }
}

const edits = z
  .array(edit)
  .min(1)
  .max(MAX_EDITS)
  .superRefine((list, context) => {
    const weights = list.map(weigh)
    const text = weights.reduce((sum, one) => sum + one.text, 0)
    const values = weights.reduce((sum, one) => sum + one.size - one.text, 0)
    const depth = Math.max(0, ...weights.map((one) => one.depth))
    const issue = (message: string): void => context.addIssue({ code: 'custom', message })
    if (text > MAX_TEXT) issue(`inserts ${text} units of text; at most ${MAX_TEXT}`)
    if (values > MAX_VALUES) issue(`inserts ${values} values; at most ${MAX_VALUES}`)
    if (depth > MAX_PLACE_DEPTH) issue(`reaches ${depth} deep; at most ${MAX_PLACE_DEPTH}`)
  })

/** "As the document was after these edits, do this"; all of `edits` or none. */
export const documentEdit = defineOp('document.edit', 'edit', {
  document: refIndex,
  charter: refIndex,
  after: z.array(refIndex).max(MAX_AFTER),
  edits,
})

/** Fixes the value that a document has after some edits: what a proposal can cite (§3.4). */
export const documentFreeze = defineOp('document.freeze', 'edit', {
  document: refIndex,
  charter: refIndex,
  after: z.array(refIndex).max(MAX_AFTER),
  /** sha256 of the canonical dag-cbor of the plain value. */
  digest: bytesOf(32),
})

/** Ids as people type them: a unique beginning, or the last characters (design §6.6). */
import { accept, type Result, refuse } from '../../src/op/refusal.ts'

/** Fewest characters of a shortened id: fewer would hit by accident. */
export const MIN_ID_LENGTH = 4
/** Most ids that the refusal of an ambiguous one names. */
const MAX_NAMED = 5
/** Characters at the end of an id that tell it apart: all CIDs begin alike. */
const TAIL_LENGTH = 8

/** An id as it is shown where there is little room; can be typed back. */
export const shortId = (id: string): string => id.slice(-TAIL_LENGTH)

/** The CIDs of operations in a sentence. */
export const OP_CIDS = /\bbafyrei[a-z2-7]{52}\b/g

/** A sentence with its ids as people type them. */
export const withShortIds = (sentence: string): string =>
  sentence.replaceAll(OP_CIDS, (cid) => shortId(cid))

/**
 * The one id that is, begins with or ends in what was given. Refuses `unknown-id`, `ambiguous-id`
 * and, under `MIN_ID_LENGTH` characters, `short-id`; `what` names the kind: "proposal".
 */
export function findId<Id extends string>(
  given: string,
  candidates: Iterable<Id>,
  what: string,
): Result<Id> {
  const matches: Id[] = []
  for (const id of candidates) {
    if (id === given) return accept(id)
    if (id.startsWith(given) || id.endsWith(given)) matches.push(id)
  }
  if (given.length < MIN_ID_LENGTH)
    return refuse('short-id', `"${given}" is too short for an id`, `type ${MIN_ID_LENGTH} or more`)
  const [first, second] = matches
  if (first === undefined)
    return refuse('unknown-id', `no ${what} is called "${given}"`, `${listOf(what)} lists them`)
  return second === undefined ? accept(first) : ambiguous(given, matches, what)
}

/** The command that lists what an id may name. */
const listOf = (what: string): string => LISTS.get(what) ?? `folkmoot ${what}s`
const LISTS: ReadonlyMap<string, string> = new Map([
  ['comment', 'folkmoot show <proposal>'],
  ['document', 'folkmoot doc list'],
  ['edit', 'folkmoot doc history <document>'],
  ['operation', 'folkmoot log'],
])

const ambiguous = (given: string, matches: readonly string[], what: string): Result<never> =>
  refuse(
    'ambiguous-id',
    `"${given}" may be ${matches.length} different ${what}s: ${namesOf(matches)}`,
    'type more of it, or its last characters',
  )

const namesOf = (ids: readonly string[]): string =>
  ids.slice(0, MAX_NAMED).map(shortId).join(', ') + (ids.length > MAX_NAMED ? ', …' : '')

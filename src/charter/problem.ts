/** What is wrong with a charter: where, what was found, what is allowed, what was perhaps meant. */
import { nearestWord } from './nearest.ts'

/** Where in a charter: field names and list positions, from the top. */
export type Path = readonly (string | number)[]

/** One thing that is wrong with a charter. */
export interface Problem {
  readonly path: Path
  /** What stands there. */
  readonly found: string
  /** What may stand there. */
  readonly expected: string
  /** What would mend it, often the nearest allowed word. */
  readonly hint?: string
  /** One sentence with all of the above but the place. */
  readonly message: string
}

/** A problem with its place in the text that was read; both count from 1. */
export interface LocatedProblem extends Problem {
  readonly line: number
  readonly column: number
}

/** Makes a problem; its sentence is put together from the parts. */
export function problem(path: Path, found: string, expected: string, hint?: string): Problem {
  const sentence = `found ${found}, expected ${expected}`
  return hint === undefined
    ? { path, found, expected, message: sentence }
    : { path, found, expected, hint, message: `${sentence}; ${hint}` }
}

/** A problem with a word that is not among those allowed; hints at the nearest. */
export function unknownWord(
  path: Path,
  what: string,
  word: string,
  allowed: Iterable<string>,
): Problem {
  const words = [...allowed]
  const near = nearestWord(word, words)
  const expected = words.length === 0 ? `no ${what}` : `one of ${listWords(words)}`
  return problem(
    path,
    `the ${what} "${clip(word)}"`,
    expected,
    near === undefined ? undefined : `did you mean "${near}"?`,
  )
}

/** A path as people read it: `stakeholders[1].root`. */
export function formatPath(path: Path): string {
  const steps = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
  return steps.join('').replace(/^\./, '')
}

/** A located problem on one line: `charter.yaml:12:7 tracks.standard.quorum: found …`. */
export function formatProblem(found: LocatedProblem, file = 'charter'): string {
  const where = found.path.length === 0 ? '' : ` ${formatPath(found.path)}:`
  return `${file}:${found.line}:${found.column}${where} ${found.message}`
}

/** Longest excerpt of a user's text in a message, in UTF-16 units. */
const MAX_EXCERPT = 80

/** Text short enough for a message. */
export const clip = (text: string): string =>
  text.length <= MAX_EXCERPT ? text : `${text.slice(0, MAX_EXCERPT - 1)}…`

/** Most words that a message lists. */
const MAX_WORDS = 20

const listWords = (words: readonly string[]): string =>
  words.length <= MAX_WORDS
    ? words.join(', ')
    : `${words.slice(0, MAX_WORDS).join(', ')} and ${words.length - MAX_WORDS} more`

/** What people wrote, in Markdown: in a line without power, in a block without change. */

/** Characters that steer a terminal or turn text around; a reader sees that something was there. */
const STEERING = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu
/** Characters that Markdown or HTML gives a meaning, wherever they stand. */
const MARKUP = /[\\`*_{}[\]<>#|~&]/g

/** Text within a line or a table's cell: on one line, without markup. */
export const escaped = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .replace(STEERING, '\ufffd')
    .trim()
    .replace(MARKUP, (character) => `\\${character}`)

/** Text as code within a line or a cell; it holds no backtick of its own afterwards. */
export const code = (text: string): string =>
  `\`${text
    .replace(/[\s`]+/g, ' ')
    .replace(STEERING, '\ufffd')
    .replaceAll('|', '\\|')
    .trim()}\``

/** Text as a block that nothing in it can end: word for word, but for what steers a terminal. */
export function fenced(text: string): string[] {
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.replaceAll('\t', '    ').replace(STEERING, '\ufffd'))
  const runs = text.match(/`+/g) ?? []
  const fence = '`'.repeat(Math.max(2, ...runs.map(({ length }) => length)) + 1)
  return [`${fence}text`, ...lines, fence]
}

/** A moment in UTC, to the second. */
export const momentText = (ms: number): string =>
  ms <= MAX_MOMENT ? `${new Date(ms).toISOString().slice(0, 19)}Z` : `${ms} ms`

/** The latest moment that a date can be, in ms (ECMA-262, time range). */
const MAX_MOMENT = 8.64e15

/**
 * Distributions with a comma in them: within braces YAML would cut `lognormal(8h, 1.2)` in two. They are
 * put in quotes before the text is read, and places in it are told as they were.
 */

/**
 * What stands where a value begins: something in quotes, which stays, or a law with a comma, known or
 * misspelt, that is all of the value.
 */
const TOKEN =
  /(?<=[:,[{-]\s*)(?:'(?:[^']|'')*'|"(?:[^"\\]|\\.)*"|([a-z]+\([^()'"]*,[^()'"]*\)(?=\s*(?:[,}\]#]|$))))/g

/** A text with its laws in quotes. */
export interface QuotedText {
  readonly text: string
  /** A column of a line, both from 1, as it was before. */
  columnBefore(line: number, column: number): number
}

/** Puts quotes around the laws of a text; the same text if all have them already. */
export function quoteLaws(text: string): QuotedText {
  const lines = text.split('\n').map(quoteLine)
  return {
    text: lines.map((line) => line.text).join('\n'),
    columnBefore: (line, column) =>
      column - (lines[line - 1]?.quotesAt ?? []).filter((at) => at < column).length,
  }
}

/** A line, and the columns of the quotes that were put into it. */
function quoteLine(line: string): { readonly text: string; readonly quotesAt: readonly number[] } {
  const quotesAt: number[] = []
  const text = line.replaceAll(TOKEN, (found: string, law: string | undefined, offset: number) => {
    if (law === undefined) return found
    const opening = offset + quotesAt.length + 1
    quotesAt.push(opening, opening + found.length + 1)
    return `'${found}'`
  })
  return { text, quotesAt }
}

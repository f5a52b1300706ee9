/** Text on a terminal: what columns it takes, how it is cut, what is safe to show. */
import { stripVTControlCharacters } from 'node:util'

/** What peers wrote must not steer the terminal: escapes, bidirectional marks, line breaks. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu
const COMBINING = /\p{M}/u
/** East Asian wide characters and emoji take two columns. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u

/** Text from elsewhere on one line, without anything that a terminal would obey. */
export const plain = (text: string): string => text.replace(UNSAFE, ' ').trim()

/** Text from elsewhere over several lines, each of them plain. */
export const plainLines = (text: string): string[] =>
  text.split(/\r?\n/).map((line) => line.replace(UNSAFE, ' ').trimEnd())

/** Columns that text takes; colours take none. */
export function widthOf(text: string): number {
  let width = 0
  for (const point of stripVTControlCharacters(text))
    width += COMBINING.test(point) ? 0 : WIDE.test(point) ? 2 : 1
  return width
}

/** Text of at most so many columns; what was cut shows as `…`. Uncoloured text only. */
export function clipTo(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text
  let clipped = ''
  let width = 0
  for (const point of text) {
    width += widthOf(point)
    if (width > columns - 1) break
    clipped += point
  }
  return columns <= 0 ? '' : `${clipped}…`
}

/** Text filled up with blanks to so many columns. */
export const padTo = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(0, columns - widthOf(text)))

/** "1 peer", "2 peers". */
export const count = (n: number, one: string, many = `${one}s`): string =>
  `${n} ${n === 1 ? one : many}`

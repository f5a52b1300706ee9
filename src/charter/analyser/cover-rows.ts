/**
 * What a cover must reach, as rows of numbers: a demand counts weight, a cut counts heads. A cut says of
 * some demands that whoever meets them all has at least so many members who count for any of them; that
 * follows from the demands, but the relaxed problem, which takes parts of members, does not see it.
 */
import type { CoverProblem } from './cover-problem.ts'

/** A cut: of members who count for any of these demands at least so many. */
export interface Cut {
  /** Bit j: demand j is one of them. */
  readonly demands: number
  readonly least: number
}

/** Rows over the kinds of a problem; demands first, then cuts. */
export interface Rows {
  readonly kinds: number
  readonly least: readonly number[]
  /** brings[kind × rows + row]: what one of the kind brings. */
  readonly brings: Float64Array
}

/** The rows of a problem's demands and of cuts. */
export function rowsOf({ kinds, least }: CoverProblem, cuts: readonly Cut[] = []): Rows {
  const count = least.length + cuts.length
  const brings = new Float64Array(kinds.length * count)
  for (const [g, { weight, mask }] of kinds.entries()) {
    for (let j = 0; j < least.length; j++) if (mask & (1 << j)) brings[g * count + j] = weight
    for (const [c, { demands }] of cuts.entries())
      if (mask & demands) brings[g * count + least.length + c] = 1
  }
  return { kinds: kinds.length, least: [...least, ...cuts.map((cut) => cut.least)], brings }
}

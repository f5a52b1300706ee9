/**
 * A measure: a yes-or-no question to a run, as a plan writes it: `metric.provisional.lapsed > 0`. A
 * side is a number, or a value of the run by group and name.
 */

import { nearestWord } from '../../src/charter/nearest.ts'
import { accept, type Result, refuse } from '../../src/op/refusal.ts'
import type { Row } from '../sweep/row.ts'

/** A question to a run. */
export interface Measure {
  readonly text: string
  holds(row: Row): boolean
}

/** What counts as harm unless a plan says otherwise: somebody acted on an outcome that did not stand. */
export const DEFAULT_HARM = 'metric.provisional.lapsed > 0'
/** And as progress: something that was open in a partition was decided before that was over. */
export const DEFAULT_PROGRESS = 'metric.parted.decided > 0'

const GROUPS = ['metric', 'situation', 'oracle'] as const
type Group = (typeof GROUPS)[number]
const COMPARISONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '=': (a, b) => a === b,
}
const SHAPE = /^\s*(\S+)\s*(>=|<=|>|<|=)\s*(\S+)\s*$/
type Side = (row: Row) => number

/** Reads a measure; refuses (`measure`). */
export function readMeasure(text: string): Result<Measure> {
  const [, left = '', comparison = '', right = ''] = SHAPE.exec(text) ?? []
  const compare = COMPARISONS[comparison]
  if (compare === undefined)
    return refuse('measure', `"${text}" is no measure`, `write it as ${DEFAULT_HARM}`)
  const [a, b] = [readSide(left), readSide(right)]
  if (!a.ok) return a
  if (!b.ok) return b
  return accept({ text, holds: (row) => compare(a.value(row), b.value(row)) })
}

function readSide(text: string): Result<Side> {
  if (/^-?\d+(\.\d+)?$/.test(text)) return accept(() => Number(text))
  const [, word = '', name = ''] = /^([a-z]+)\.(\S+)$/.exec(text) ?? []
  const group = GROUPS.find((known) => known === word)
  if (group !== undefined) return accept((row) => valueIn(row, group, name))
  const near = nearestWord(word, GROUPS)
  const hint =
    near === undefined ? `a number, or ${GROUPS.join(', ')} and a name` : `did you mean "${near}"?`
  return refuse('measure', `"${text}" is no value of a run`, hint)
}

/** A value that a run does not have is 0: what never happened was not counted. */
function valueIn(row: Row, group: Group, name: string): number {
  switch (group) {
    case 'metric':
      return row.metrics[name] ?? 0
    case 'situation':
      return row.situations[name] ?? 0
    case 'oracle':
      return row.oracles.some((oracle) => oracle.name === name && !oracle.ok) ? 0 : 1
  }
}

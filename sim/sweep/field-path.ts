/** Paths into a scenario as people write them: `faults[0].until`, `coalition.charter.tracks.standard`. */
import type { Path } from '../../src/charter/problem.ts'
import { accept, type Result, refuse } from '../../src/op/refusal.ts'

/** Deepest path; a scenario nests less. */
export const MAX_PATH_STEPS = 16

const STEP = /^(?:([a-zA-Z_][\w-]*)|\[(\d{1,6})\])/

/** Reads a path; refuses (`path`) what is none. */
export function parsePath(text: string): Result<Path> {
  const steps: (string | number)[] = []
  let rest = text
  while (rest !== '') {
    const match = STEP.exec(rest)
    if (match === null || steps.length === MAX_PATH_STEPS) return badPath(text)
    steps.push(match[1] ?? Number(match[2]))
    rest = rest.slice(match[0].length)
    if (rest === '.') return badPath(text)
    if (rest.startsWith('.')) rest = rest.slice(1)
    else if (rest !== '' && !rest.startsWith('[')) return badPath(text)
  }
  return typeof steps[0] === 'string' ? accept(steps) : badPath(text)
}

const badPath = (text: string) =>
  refuse('path', `"${text}" is no path of a field`, 'write it as faults[0].until')

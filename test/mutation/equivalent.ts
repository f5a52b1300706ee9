/** The list of changes that no vector could tell, each with its reason: `equivalent.json`. */
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Mutant, Result } from './result.ts'

const change = z.strictObject({ in: z.string(), before: z.string(), after: z.string() })
const entry = z.strictObject({
  file: z.string(),
  reason: z.string(),
  changes: z.array(change).min(1),
})

/** Changes in one file that are the same for one reason. */
export type Equivalent = z.infer<typeof entry>

const LIST = new URL('equivalent.json', import.meta.url)

/** The list that is kept in the repository. */
export const readEquivalents = (): Equivalent[] =>
  z.array(entry).parse(JSON.parse(readFileSync(LIST, 'utf8')))

/** True for two changes of the same code to the same. */
const isSame = (a: Mutant, b: Mutant): boolean =>
  a.in === b.in && a.before === b.before && a.after === b.after

/** Surviving mutants of a file that are not on the list. */
export const unlisted = (
  mutants: readonly Mutant[],
  file: string,
  list: readonly Equivalent[],
): Mutant[] => {
  const listed = list.filter((one) => one.file === file).flatMap(({ changes }) => changes)
  return mutants.filter((mutant) => !listed.some((one) => isSame(one, mutant)))
}

/** Entries of the list that the result does not know: a vector tells them, or they are gone. */
export const stale = (list: readonly Equivalent[], result: Result): (Mutant & { file: string })[] =>
  list.flatMap(({ file, changes }) => {
    const found = result[file]
    const alive = found ? [...found.aliveComparisons, ...found.aliveOthers] : []
    return changes
      .filter((one) => !alive.some((mutant) => isSame(one, mutant)))
      .map((one) => ({ file, ...one }))
  })

/** Code that only guides a search, so that a change of it can cost steps, but change no answer: `hints.json`. */
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Mutant } from './result.ts'

const hint = z.strictObject({
  file: z.string(),
  /** The functions and methods that only guide; all of the file unless given. */
  in: z.array(z.string()).min(1).optional(),
  reason: z.string(),
})

/** Code of one file that only guides, for one reason. */
export type Hint = z.infer<typeof hint>

const LIST = new URL('hints.json', import.meta.url)

/** The list that is kept in the repository. */
export const readHints = (): Hint[] => z.array(hint).parse(JSON.parse(readFileSync(LIST, 'utf8')))

/** Surviving mutants of a file that are in code which only guides. */
export const guiding = (
  mutants: readonly Mutant[],
  file: string,
  list: readonly Hint[],
): Mutant[] => {
  const listed = list.filter((one) => one.file === file)
  return mutants.filter((mutant) =>
    listed.some(({ in: names }) => names === undefined || names.includes(mutant.in)),
  )
}

/** The vectors of a folder, read by their schema. */
import { readdirSync, readFileSync } from 'node:fs'
import type { z } from 'zod'
import { type VectorCase, type VectorFile, vectorFile } from './case.ts'

/** A vector with what its file says of all of them. */
export interface Vector {
  readonly file: string
  readonly base: VectorFile
  readonly the: VectorCase
}

/** The JSON files of a folder of vectors, in order, read by a schema. */
export function filesIn<T>(
  folder: string,
  schema: z.ZodType<T>,
): { readonly file: string; readonly content: T }[] {
  const url = new URL(`../${folder}/`, import.meta.url)
  return readdirSync(url)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => ({
      file: name.slice(0, -'.json'.length),
      content: schema.parse(JSON.parse(readFileSync(new URL(name, url), 'utf8'))),
    }))
}

/** All ballot vectors. */
export const ballotVectors = (): Vector[] =>
  filesIn('ballots', vectorFile).flatMap(({ file, content }) =>
    content.cases.map((the) => ({ file, base: content, the })),
  )

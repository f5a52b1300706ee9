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

/** A file of vectors and what it says. */
interface File<T> {
  readonly file: string
  readonly content: T
}

const kept = new Map<string, readonly File<unknown>[]>()

/** The JSON files of a folder of vectors, in order; each folder has one schema and is read once. */
export function filesIn<T>(folder: string, schema: z.ZodType<T>): readonly File<T>[] {
  const files = (kept.get(folder) as readonly File<T>[] | undefined) ?? read(folder, schema)
  kept.set(folder, files)
  return files
}

function read<T>(folder: string, schema: z.ZodType<T>): readonly File<T>[] {
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

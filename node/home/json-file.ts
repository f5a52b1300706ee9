/** Small JSON files of the home, checked by a schema whenever they are read. */
import type { z } from 'zod'
import { HomeError, messageOf } from './errors.ts'
import { readPrivateFile, writeFileAtomic } from './files.ts'

/** Reads a file by its schema; `undefined` when there is none, `key-damaged` when it does not fit. */
export function readJsonFile<T>(path: string, schema: z.ZodType<T>): T | undefined {
  const bytes = readPrivateFile(path)
  if (bytes === undefined) return undefined
  try {
    return schema.parse(JSON.parse(bytes.toString('utf8')))
  } catch (error) {
    throw new HomeError(
      'key-damaged',
      `${path} does not hold what it should: ${messageOf(error)}`,
      'restore it from your backup',
      error,
    )
  }
}

/** Writes a value as JSON, whole or not at all. */
export const writeJsonFile = (path: string, value: unknown): void =>
  writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`)

/** Files that a command is given. */
import { readFileSync } from 'node:fs'
import { SimError } from './errors.ts'

/** The text of a file. Throws `SimError` (`no-file`). */
export function readInput(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    throw new SimError('no-file', `${file} cannot be read (${why})`, 'give the path of a file')
  }
}

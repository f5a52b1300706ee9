/** Inputs worth keeping: each once led to an answer that no other did. One file a target. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const FOLDER = join(import.meta.dirname, 'corpus')
/** Inputs kept for a target, and their length as written. */
const MAX_KEPT = 60
const MAX_LENGTH = 2_000

const schema = z.array(z.string())
const fileOf = (target: string): string => join(FOLDER, `${target.replaceAll(' ', '-')}.json`)

/** What is kept for a target, as it was written down. */
export const corpusOf = (target: string): string[] =>
  existsSync(fileOf(target)) ? schema.parse(JSON.parse(readFileSync(fileOf(target), 'utf8'))) : []

/** Adds to what is kept for a target: the short ones, as far as there is room. */
export function keep(target: string, shown: readonly string[]): void {
  mkdirSync(FOLDER, { recursive: true })
  const short = shown.filter(({ length }) => length <= MAX_LENGTH)
  const all = [...new Set([...corpusOf(target), ...short])].slice(0, MAX_KEPT)
  if (all.length > 0) writeFileSync(fileOf(target), `${JSON.stringify(all, null, 1)}\n`)
}

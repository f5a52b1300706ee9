/**
 * What this build counts by, as a print over its own source: an image of a replica by any other is not
 * looked at. So whoever changes a rule need not remember that images exist.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const SOURCE = fileURLToPath(new URL('../../src/', import.meta.url))
let known: string | undefined

/** A print over every module of the core, as it runs here; taken once a process. */
export function rulesPrint(): string {
  known ??= printOf(SOURCE)
  return known
}

function printOf(folder: string): string {
  const hash = createHash('sha256')
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  for (const name of names.filter(isModule).sort())
    hash
      .update(`${name}\0`)
      .update(readFileSync(join(folder, name)))
      .update('\0')
  return hash.digest('hex')
}

const isModule = (name: string): boolean => /\.[jt]s$/.test(name) && !/\.(test|d)\.ts$/.test(name)

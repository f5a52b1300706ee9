/**
 * Which code ran: a digest over the core and the simulator's engine. The same scenario and seed give
 * the same trace only on the same code, so runs of different code never share an id.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Folders of `sim/` that look at results and never decide one. */
const BESIDE_THE_ENGINE = new Set([
  'bench',
  'cli',
  'report',
  'scenarios',
  'shrink',
  'story',
  'sweep',
])
const CODE = /(?<!\.test|\.d)\.(ts|js)$/

let known: string | undefined

/** 16 hex digits. */
export function engineId(): string {
  known ??= digest([sourceBelow('../../src/'), sourceBelow('../', BESIDE_THE_ENGINE)].flat())
  return known
}

/** Names and texts of the code below a folder, in one order everywhere. */
function sourceBelow(folder: string, except = new Set<string>()): string[] {
  const root = new URL(folder, import.meta.url)
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && CODE.test(entry.name))
    .map(({ parentPath, name }) => `${parentPath}/${name}`)
    .map((path) => path.slice(fileURLToPath(root).length).replaceAll('\\', '/').replace(/^\//, ''))
    .filter((path) => !except.has(path.split('/')[0] ?? ''))
    .toSorted()
    .flatMap((path) => [path, readFileSync(new URL(path, root), 'utf8')])
}

function digest(parts: readonly string[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(`${part.length}\n${part}\n`)
  return hash.digest('hex').slice(0, 16)
}

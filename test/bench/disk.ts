/** Throw-away folders for stores; removed when the process ends. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

let folder: string | undefined
let files = 0

/** A path in a folder of this run at which there is no file. */
export function freshPath(): string {
  folder ??= makeFolder()
  return join(folder, `${files++}.sqlite`)
}

function makeFolder(): string {
  const made = mkdtempSync(join(tmpdir(), 'folkmoot-bench-'))
  process.on('exit', () => rmSync(made, { recursive: true, force: true }))
  return made
}

/** Removes what was stored at a path of `freshPath`. */
export function remove(path: string): void {
  for (const suffix of ['', '-wal', '-shm', '.lock']) rmSync(path + suffix, { force: true })
}

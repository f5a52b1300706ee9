/** Scratch folders for tests, removed when the test ends. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A new empty folder (mode 0700) that disappears with the test. */
export function tempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'folkmoot-test-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

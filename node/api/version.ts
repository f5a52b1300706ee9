/** The version of this build, from the package that it is part of. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

const packageSchema = z.object({ name: z.literal('folkmoot'), version: z.string() })

/** The version in `package.json`; `0.0.0` when the build was taken out of its package. */
export function packageVersion(): string {
  // Sources are two folders below the package, a build three.
  for (
    let dir = dirname(fileURLToPath(import.meta.url));
    dir !== dirname(dir);
    dir = dirname(dir)
  ) {
    const path = join(dir, 'package.json')
    if (!existsSync(path)) continue
    const found = packageSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')))
    if (found.success) return found.data.version
  }
  return '0.0.0'
}

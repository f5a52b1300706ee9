/** One file of a script and all it imports: ten thousand starts take a third of the time. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'rolldown'

const FOLDER = fileURLToPath(
  new URL('../../../node_modules/.cache/folkmoot-soak/', import.meta.url),
)

/** Makes the file, inside the checkout so that what stays outside of it is found; returns its path. */
export async function bundledChild(script: string): Promise<string> {
  mkdirSync(FOLDER, { recursive: true })
  const file = join(FOLDER, `child-${process.pid}.mjs`)
  await build({
    input: script,
    platform: 'node',
    // Brings its WebAssembly along, by its own path.
    external: [/^@automerge/],
    output: { file, format: 'esm' },
    logLevel: 'silent',
  })
  process.env.NODE_COMPILE_CACHE ??= join(FOLDER, 'compiled')
  return file
}

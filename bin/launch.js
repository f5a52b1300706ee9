/*
 * Starts a command of this package. Old Nodes must be able to read this file, so as to say what is
 * wrong: no optional chaining, no top-level await, no `node:` prefix.
 */
import { existsSync, mkdirSync } from 'fs'
import { homedir } from 'os'
import { join } from 'path'
import { fileURLToPath } from 'url'

/* 22.18 and 23.6 are the first of their lines that run TypeScript and SQLite without flags. */
function isTooOld(version) {
  const parts = version.split('.').map(Number)
  const least = { 22: 18, 23: 6 }[parts[0]] || 0
  return parts[0] < 22 || parts[1] < least
}

/* Node warns of what is experimental in it (SQLite, type stripping): nothing a user could act on. */
function silenceExperimentalWarnings() {
  const listeners = process.listeners('warning')
  process.removeAllListeners('warning')
  process.on('warning', (warning) => {
    if (warning.name === 'ExperimentalWarning') return
    for (const listener of listeners) listener.call(process, warning)
  })
}

/*
 * What was compiled is kept for the next start, which takes half the time then: in the user's own
 * cache, because what others could write there would run with the user's keys.
 */
function keepCompiled(module) {
  if (module.enableCompileCache === undefined) return
  try {
    const caches = process.env.XDG_CACHE_HOME || join(homedir(), '.cache')
    const folder = join(caches, 'folkmoot')
    /* Not left to Node, which never ends where a folder can neither be made nor says why. */
    for (const path of [caches, folder]) if (!existsSync(path)) mkdirSync(path, 0o700)
    module.enableCompileCache(folder)
  } catch {
    /* A user without a home, as in some containers, starts as slowly as the first time. */
  }
}

/* A checkout runs its sources; an installed package, whose types Node will not strip, its build. */
function entry(folder) {
  const source = new URL(`../${folder}/cli/main.ts`, import.meta.url)
  const path = fileURLToPath(source)
  const isInstalled = path.split(/[\\/]/).indexOf('node_modules') >= 0
  return !isInstalled && existsSync(path)
    ? source
    : new URL(`../dist/${folder}/cli/main.js`, import.meta.url)
}

/* Starts the command whose code is in a folder, or says what this Node lacks. */
export function launch(command, folder) {
  if (isTooOld(process.versions.node)) {
    console.error(
      command +
        ' needs Node 22.18 or newer, this is ' +
        process.versions.node +
        ': install Node 24 (https://nodejs.org) or run `npx -p node@24 -p folkmoot ' +
        command +
        ' …`.',
    )
    process.exitCode = 2
    return
  }
  silenceExperimentalWarnings()
  import('module').then(keepCompiled).then(() => import(entry(folder).href))
}

/** Versions of installed packages, as they say themselves. */
import { readFileSync } from 'node:fs'

/** `name version` of a package in a folder of packages. */
export function versionOf(name: string): string {
  const path = new URL(`./node_modules/${name}/package.json`, import.meta.url)
  const { version }: { version: string } = JSON.parse(readFileSync(path, 'utf8'))
  return `${name} ${version}`
}

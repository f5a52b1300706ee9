/** `npm run deps`: what the package depends on, and why. `--all` lists transitive ones too. */
import { readFileSync } from 'node:fs'
import { findProblems, formatTable, type Package, readPackages } from './packages.ts'

const HEAD = ['package', 'version', 'licence', 'install script', 'why']
const row = (entry: Package): string[] => [
  entry.name,
  entry.version,
  entry.licence,
  entry.runsOnInstall ? 'yes' : 'no',
  entry.reason ?? (entry.isDirect ? '(no reason given)' : '(needed by another)'),
]

function print(title: string, packages: readonly Package[]): void {
  const isAll = process.argv.includes('--all')
  const listed = packages.filter((entry) => isAll || entry.isDirect)
  const hidden = packages.length - listed.length
  const scripts = packages.filter((entry) => entry.runsOnInstall).map((entry) => entry.name)
  console.log(`${title}\n\n${formatTable([HEAD, ...listed.map(row)])}\n`)
  if (hidden > 0) console.log(`and ${hidden} that these need (--all lists them)`)
  console.log(`install scripts: ${scripts.length === 0 ? 'none' : scripts.join(', ')}\n`)
}

const lock = new URL('../../package-lock.json', import.meta.url)
const packages = readPackages(readFileSync(lock, 'utf8'))
const runtime = packages.filter((entry) => !entry.isTool)
const tools = packages.filter((entry) => entry.isTool)
print('Runtime: what an organisation installs', runtime)
print('Development: what a contributor installs besides', tools)

const problems = findProblems(packages)
for (const problem of problems) console.error(problem)
process.exitCode = problems.length === 0 ? 0 : 1

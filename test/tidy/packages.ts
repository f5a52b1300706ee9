/** The packages that the lock file names, and whether their licences are fine. */
import { z } from 'zod'
import {
  ALLOWED_LICENCES,
  ALLOWED_TOOL_LICENCES,
  DEVELOPMENT_REASONS,
  RUNTIME_REASONS,
} from './dependency-reasons.ts'

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      license: z.string().optional(),
      dev: z.boolean().optional(),
      hasInstallScript: z.boolean().optional(),
      dependencies: z.record(z.string(), z.string()).optional(),
      devDependencies: z.record(z.string(), z.string()).optional(),
    }),
  ),
})

/** One installed package. */
export interface Package {
  readonly name: string
  readonly version: string
  /** An SPDX expression; empty when the package names none. */
  readonly licence: string
  /** True when installing it runs code of its author. */
  readonly runsOnInstall: boolean
  /** True when only contributors install it. */
  readonly isTool: boolean
  /** Why it is there; `undefined` unless it is a direct dependency with a reason. */
  readonly reason: string | undefined
  /** True when `package.json` names it. */
  readonly isDirect: boolean
}

/** The packages of a `package-lock.json` (version 3), by name. */
export function readPackages(lockText: string): Package[] {
  const { packages } = lockSchema.parse(JSON.parse(lockText))
  const root = packages['']
  const direct = new Map([
    ...Object.keys(root?.dependencies ?? {}).map((name) => [name, RUNTIME_REASONS[name]] as const),
    ...Object.keys(root?.devDependencies ?? {}).map(
      (name) => [name, DEVELOPMENT_REASONS[name]] as const,
    ),
  ])
  return Object.entries(packages)
    .filter(([path]) => path !== '')
    .map(([path, entry]) => {
      const name = path.replace(/^.*node_modules\//, '')
      const isDirect = path === `node_modules/${name}` && direct.has(name)
      return {
        name,
        version: entry.version ?? '',
        licence: entry.license ?? '',
        runsOnInstall: entry.hasInstallScript ?? false,
        isTool: entry.dev ?? false,
        reason: isDirect ? direct.get(name) : undefined,
        isDirect,
      }
    })
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}

/** True when the licence, or one of several to choose from, is on the list. */
export function isAllowed({ licence, isTool }: Pick<Package, 'licence' | 'isTool'>): boolean {
  const choices = licence.replace(/[()]/g, '').split(' OR ')
  return choices.some((choice) =>
    choice
      .split(' AND ')
      .every((id) => ALLOWED_LICENCES.has(id) || (isTool && ALLOWED_TOOL_LICENCES.has(id))),
  )
}

/** What is wrong with the packages, one sentence each. */
export function findProblems(packages: readonly Package[]): string[] {
  return packages.flatMap((entry) => {
    const reasonless = `${entry.name}: no reason; say in dependency-reasons.ts why we depend on it`
    const unlicensed = `${entry.name}: licence "${entry.licence}" is not on the list in dependency-reasons.ts`
    const runs = `${entry.name}: runs a script when it is installed, at every user; find another`
    return [
      ...(entry.isDirect && entry.reason === undefined ? [reasonless] : []),
      ...(isAllowed(entry) ? [] : [unlicensed]),
      ...(entry.runsOnInstall && !entry.isTool ? [runs] : []),
    ]
  })
}

/** Rows in columns, the first row underlined. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  const [head = [], ...body] = rows
  return [line(head), line(widths.map((width) => '─'.repeat(width))), ...body.map(line)].join('\n')
}

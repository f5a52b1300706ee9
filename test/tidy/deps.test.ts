/** Every direct dependency has a reason, every package a licence that we may use. */
import { readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { DEVELOPMENT_REASONS, OPTIONAL_IN, RUNTIME_REASONS } from './dependency-reasons.ts'
import { importsOf, packageOf } from './imports.ts'
import { findProblems, formatTable, isAllowed, readPackages } from './packages.ts'
import { readTree } from './tree.ts'

const lockOf = (packages: object): string => JSON.stringify({ lockfileVersion: 3, packages })
const readLock = () => readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8')

describe('this package', () => {
  const packages = readPackages(readLock())

  test('has no dependency without a reason, a fine licence, or with an install script', () => {
    expect(findProblems(packages)).toEqual([])
  })

  test('gives no reason for what it does not depend on', () => {
    const names = packages.filter((entry) => entry.isDirect).map((entry) => entry.name)
    const reasons = Object.keys({ ...RUNTIME_REASONS, ...DEVELOPMENT_REASONS })
    expect(reasons.toSorted()).toEqual(names.toSorted())
  })
})

test('what is shipped imports only runtime dependencies, the rest only direct ones', () => {
  const direct = readPackages(readLock()).filter((entry) => entry.isDirect)
  const runtime = new Set(direct.filter((entry) => !entry.isTool).map((entry) => entry.name))
  const all = new Set(direct.map((entry) => entry.name))
  const strays = readTree(fileURLToPath(new URL('../../', import.meta.url))).flatMap((unit) => {
    const isShipped = !unit.isTest && /^(src|node|sim)\//.test(unit.path)
    const known = isShipped ? runtime : all
    return importsOf(unit)
      .map(({ specifier }) => packageOf(specifier))
      .filter((name) => !/^(\.|node:)/.test(name) && !builtinModules.includes(name))
      .filter((name) => !known.has(name) && !unit.path.startsWith(OPTIONAL_IN[name] ?? '\0'))
      .map((name) => `${unit.path} imports ${name}`)
  })
  expect(strays).toEqual([])
})

describe('problems are found', () => {
  const problems = (entry: object, root: object = {}) =>
    findProblems(readPackages(lockOf({ '': root, 'node_modules/thing': entry })))

  test('a direct dependency without a reason', () => {
    const root = { dependencies: { thing: '1.0.0' } }
    expect(problems({ version: '1.0.0', license: 'MIT' }, root)).toEqual([
      expect.stringContaining('thing: no reason'),
    ])
  })

  test('a transitive one needs none', () => {
    expect(problems({ version: '1.0.0', license: 'MIT' })).toEqual([])
  })

  test('a nested copy of a direct dependency is not direct', () => {
    const packages = readPackages(
      lockOf({
        '': { dependencies: { zod: '4.0.0' } },
        'node_modules/zod': { version: '4.0.0', license: 'MIT' },
        'node_modules/a/node_modules/zod': { version: '3.0.0', license: 'MIT' },
      }),
    )
    expect(packages.map(({ name, isDirect }) => [name, isDirect])).toEqual([
      ['zod', true],
      ['zod', false],
    ])
  })

  test('a licence that is not on the list, and none at all', () => {
    expect(problems({ version: '1.0.0', license: 'GPL-3.0-only' })).toHaveLength(1)
    expect(problems({ version: '1.0.0' })).toHaveLength(1)
  })

  test('a script that runs at every user; tools may have one', () => {
    const entry = { version: '1.0.0', license: 'MIT', hasInstallScript: true }
    expect(problems(entry)).toEqual([expect.stringContaining('runs a script')])
    expect(problems({ ...entry, dev: true })).toEqual([])
  })
})

test.each([
  ['MIT', true],
  ['(MIT OR GPL-3.0-only)', true],
  ['MIT AND ISC', true],
  ['MIT AND GPL-3.0-only', false],
  ['MPL-2.0', false],
  ['', false],
])('licence %s is allowed: %s', (licence, allowed) => {
  expect(isAllowed({ licence, isTool: false })).toBe(allowed)
})

test('a tool may have a licence that what we ship may not', () => {
  expect(isAllowed({ licence: 'MPL-2.0', isTool: true })).toBe(true)
})

test('a table has its columns one below the other', () => {
  expect(
    formatTable([
      ['a', 'b'],
      ['long', 'c'],
    ]),
  ).toBe('a     b\n────  ─\nlong  c')
})

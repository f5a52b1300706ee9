/** Every checker has teeth: it finds what is broken on purpose, and lets the right form pass. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkArrows } from './arrows.ts'
import { castRate, castsOf, checkTypes } from './casts.ts'
import { checkCycles } from './cycles.ts'
import { checkDocs } from './docs.ts'
import { checkIdioms } from './idioms.ts'
import { checkNames } from './names.ts'
import { checkPurity } from './purity.ts'
import { checkSizes, MAX_FILE_LINES, MAX_FUNCTION_LINES, measureSizes } from './sizes.ts'
import {
  countLines,
  type Finding,
  formatFinding,
  readTree,
  type SourceUnit,
  unitOf,
} from './tree.ts'

type Checker = (unit: SourceUnit) => Finding[]
const found = (check: Checker, path: string, text: string): string[] =>
  check(unitOf(path, text)).map(({ rule, line }) => `${rule}:${line}`)

describe('arrows', () => {
  const rules = (path: string, specifier: string) =>
    found(checkArrows, path, `import { x } from '${specifier}'`)

  test.each([
    ['src/op/cid.ts', '../chain/run.ts'],
    ['src/ballot/vote.ts', '../document/merge.ts'],
    ['src/proposal/open.ts', '../disclosure/case.ts'],
    ['src/replica/replica.ts', '../sync/session.ts'],
    ['src/op/cid.ts', '../mystery/x.ts'],
    ['src/op/cid.ts', '../index.ts'],
    ['src/op/cid.test.ts', '../replica/store.ts'],
    ['src/op/cid.ts', '../../node/store/db.ts'],
    ['src/op/cid.ts', '../../test/fixture.ts'],
    ['src/op/cid.ts', 'node:fs'],
    ['src/op/cid.ts', 'pino'],
    ['src/op/cid.ts', '@libp2p/tcp'],
    ['node/cli/main.ts', '../../sim/world.ts'],
    ['node/cli/main.ts', '../../test/fixture.ts'],
    ['sim/engine/real.ts', '../../node/cli/main.ts'],
    ['sim/engine/real.test.ts', '../../node/cli/main.ts'],
    ['bin/folkmoot.js', '../node/cli/main.ts'],
  ])('%s may not import %s', (path, specifier) => {
    expect(rules(path, specifier)).toEqual(['arrow:1'])
  })

  test.each([
    ['src/replica/replica.ts', '../op/cid.ts'],
    ['src/document/merge.ts', '../charter/schema.ts'],
    ['src/op/cid.ts', './ids.ts'],
    ['src/op/cid.ts', '@noble/hashes/sha2.js'],
    ['src/index.ts', './sync/session.ts'],
    ['src/op/cid.test.ts', 'node:fs'],
    ['src/op/cid.test.ts', '../../test/fixture.ts'],
    ['node/cli/main.ts', '../../src/index.ts'],
    ['node/cli/main.ts', 'node:fs'],
    ['sim/world.ts', '../src/replica/store.ts'],
    ['test/e2e/story.test.ts', '../../sim/world.ts'],
  ])('%s may import %s', (path, specifier) => {
    expect(rules(path, specifier)).toEqual([])
  })

  test.each([
    ['a re-export', "export { x } from '../sync/x.ts'"],
    ['a type import', "import type { X } from '../sync/x.ts'"],
    ['a dynamic import', "const x = await import('../sync/x.ts')"],
    ['an import type', "type X = import('../sync/x.ts').X"],
    ['an import for its effect', "import '../sync/x.ts'"],
  ])('%s counts', (_, text) => {
    expect(found(checkArrows, 'src/op/a.ts', text)).toEqual(['arrow:1'])
  })
})

describe('cycles', () => {
  const tree = (files: Record<string, string>) =>
    checkCycles(Object.entries(files).map(([path, text]) => unitOf(path, text)))

  test('a cycle of three, through a type import, is told once with its way', () => {
    const findings = tree({
      'src/op/a.ts': "import { b } from './b.ts'",
      'src/op/b.ts': "import type { C } from '../chain/c.ts'",
      'src/chain/c.ts': "export { a } from '../op/a.ts'",
    })
    expect(findings.map(formatFinding)).toEqual([
      expect.stringContaining('src/chain/c.ts → src/op/a.ts → src/op/b.ts → src/chain/c.ts'),
    ])
  })

  test('a file that imports itself is a cycle', () => {
    expect(tree({ 'src/a.ts': "import './a.ts'" })).toHaveLength(1)
  })

  test('a diamond and a missing file are none', () => {
    const findings = tree({
      'src/a.ts': "import './b.ts'\nimport './c.ts'\nimport './gone.ts'",
      'src/b.ts': "import './d.ts'",
      'src/c.ts': "import './d.ts'",
      'src/d.ts': "import 'zod'",
    })
    expect(findings).toEqual([])
  })
})

describe('purity', () => {
  const rules = (text: string, path = 'src/op/a.ts') => found(checkPurity, path, text)

  test.each([
    'const t = Date.now()',
    'const t = new Date()',
    'const t = new Date',
    'const t = Date()',
    'const t = new Date(2026, 0, 1)',
    'const clock = Date',
    'const t = Date.parse("2026-01-01 00:00")',
    'const r = Math.random()',
    "const r = Math['random']()",
    'const f = Math.random',
    'setTimeout(() => {}, 5)',
    'setInterval(f, 5)',
    'const p = process.env.HOME',
    'console.log(1)',
    'performance.now()',
    'const b = Buffer.from("x")',
    'const read = (b: Buffer) => b.length',
    'await fetch(url)',
    'crypto.getRandomValues(bytes)',
    'const o = { process }',
    'const g = globalThis.Date',
    'const m = await import("zod")',
    'const u = import.meta.url',
    'names.sort((a, b) => a.localeCompare(b))',
    'const h = new Date(ms).getHours()',
    'const s = new Intl.NumberFormat()',
  ])('%s is impure', (text) => {
    expect(rules(text)).toContain('purity:1')
  })

  test.each([
    'const t = new Date(ms).toISOString()',
    'const t = Date.UTC(2026, 0, 1)',
    'const is = x instanceof Date',
    'let d: Date | undefined',
    'const r = Math.floor(x)',
    'interface Clock { setTimeout(ms: number): void; fetch: string }',
    'clock.setTimeout(5)',
    'const o = { process: 1, console: 2 }',
    'function run(process: Child) { return process.id }',
    'const run = ({ fetch }: Deps) => fetch()',
    'for (const process of all) use(process)',
    'import { performance } from "./ours.ts"\nperformance.rate()',
    'function crypto() {}\ncrypto()',
    'try { f() } catch (console) { throw console }',
    'const [process] = all\nconst f = () => process.id',
    '// Date.now() in a comment',
    'const text = "Date.now()"',
  ])('%s is pure', (text) => {
    expect(rules(text)).toEqual([])
  })

  test('a name that is declared elsewhere in the file hides nothing', () => {
    expect(rules('const f = (process: Child) => process\nprocess.exit()')).toEqual(['purity:2'])
  })

  test('node/, sim/ and tests are free', () => {
    for (const path of ['node/a.ts', 'sim/a.ts', 'src/op/a.test.ts'])
      expect(rules('Date.now()', path)).toEqual([])
  })
})

describe('sizes', () => {
  const lines = (count: number) => '\n'.repeat(count)
  const rules = (text: string, path = 'src/op/a.ts') => found(checkSizes, path, text)

  test('a file of 400 lines is the most', () => {
    expect(rules(lines(MAX_FILE_LINES))).toEqual([])
    expect(rules(lines(MAX_FILE_LINES + 1))).toEqual(['file-size:1'])
    expect(countLines('a\nb')).toBe(2)
  })

  test.each([
    ['a function', (body: string) => `function f() {${body}}`],
    ['an arrow function', (body: string) => `const f = () => {${body}}`],
    ['a method', (body: string) => `class C { m() {${body}} }`],
    ['a constructor', (body: string) => `class C { constructor() {${body}} }`],
    ['a getter', (body: string) => `const o = { get x() {${body}} }`],
  ])('%s of 70 lines is the most', (_, write) => {
    expect(rules(write(lines(MAX_FUNCTION_LINES - 1)))).toEqual([])
    expect(rules(write(lines(MAX_FUNCTION_LINES)))).toEqual(['function-size:1'])
  })

  test('its comment does not make a function longer', () => {
    expect(rules(`/*${lines(60)}*/\nfunction f() {${lines(20)}}`)).toEqual([])
  })

  test('groups of tests may be long, tests may not', () => {
    const group = `describe('x', () => {test.each([1])('y', () => {})${lines(80)}})`
    expect(rules(group, 'src/op/a.test.ts')).toEqual([])
    expect(rules(`test('x', () => {${lines(80)}})`, 'src/op/a.test.ts')).toEqual([
      'function-size:1',
    ])
    expect(rules(group, 'src/op/a.ts')).toHaveLength(1)
  })

  test('four parameters are the most, `this` aside', () => {
    expect(rules('function f(this: X, a: 1, b: 2, c: 3, d: 4) {}')).toEqual([])
    expect(rules('const f = (a, b, c, d, e) => 1')).toEqual(['parameters:1'])
    expect(rules('class C { constructor(a, b, c, d, e) {} }')).toEqual(['parameters:1'])
  })

  test('measures leave tests out', () => {
    const long = unitOf('node/a.ts', `function f() {${lines(45)}}\nconst g = () => 1\n`)
    const spec = unitOf('node/a.test.ts', lines(100))
    expect(measureSizes([long, spec])).toMatchObject({
      files: 1,
      lines: 47,
      functions: 2,
      medianFunctionLines: 46,
      longShare: 0.5,
    })
  })
})

describe('types', () => {
  const rules = (text: string) => found(checkTypes, 'src/op/a.ts', text)

  test('`any` is found wherever it stands', () => {
    expect(rules('let a: any')).toEqual(['any:1'])
    expect(rules('const f = <T = any>(x: Map<string, any[]>) => x as any')).toHaveLength(3)
    expect(rules('const any = "any" // any')).toEqual([])
  })

  test('a cast by way of unknown needs its reason', () => {
    expect(rules('const a = b as unknown as C')).toEqual(['double-cast:1'])
    expect(rules('const a = (<unknown>b) as C')).toEqual(['double-cast:1'])
    expect(rules('// cast: the library types this too wide\nconst a = b as unknown as C')).toEqual(
      [],
    )
    expect(rules('const a = b as unknown')).toEqual([])
    expect(found(checkTypes, 'src/op/a.test.ts', 'fake as unknown as C')).toEqual([])
  })

  test('casts are counted, `as const` is none', () => {
    const unit = unitOf(
      'src/op/a.ts',
      'const a = [1] as const\nconst b = a as B\nimport { c as d } from "x"\n',
    )
    expect(castsOf(unit)).toHaveLength(1)
    expect(
      castRate([unit, unitOf('src/op/a.test.ts', 'x as Y'), unitOf('sim/a.ts', 'x as Y')]),
    ).toBe(1000 / 3)
  })
})

describe('idioms', () => {
  const rules = (text: string, path = 'src/op/a.ts') => found(checkIdioms, path, text)

  test.each([
    ['default-export', 'export default 1'],
    ['default-export', 'export default function f() {}'],
    ['default-export', 'export default class {}'],
    ['enum', 'enum Colour { Red }'],
    ['enum', 'export const enum Colour { Red }'],
    ['plain-error', "throw new Error('x')"],
    ['plain-error', "throw TypeError('x')"],
    ['plain-error', "reject(new Error('x'))"],
    ['plain-error', "Promise.reject(new RangeError('x'))"],
    ['unfinished', '// TODO later'],
    ['unfinished', '/* FIXME */'],
    ['unfinished', '/** one\n TODO: two */'],
    ['unfinished', '// TODO (soon)'],
  ])('%s: %s', (rule, text) => {
    expect(rules(text).map((found) => found.split(':')[0])).toEqual([rule])
  })

  test.each([
    'export const a = 1',
    "throw new StoreError('disk-full')",
    'class StoreError extends Error {}',
    'const is = e instanceof Error',
    '// TODO(#12) when the library can',
    '// FIXME #12',
    "const text = 'TODO'",
    'const text = `FIXME later`',
  ])('%s is fine', (text) => {
    expect(rules(text)).toEqual([])
  })

  test('a configuration exports by default, a test throws what it likes', () => {
    expect(rules('export default {}', 'test/vitest.config.ts')).toEqual([])
    expect(rules("throw new Error('x')", 'src/op/a.test.ts')).toEqual([])
  })
})

describe('documentation', () => {
  const head = '/** What it is for. */\n'
  const rules = (text: string, path = 'src/op/a.ts') => found(checkDocs, path, head + text)

  test.each([
    'export const a = 1',
    'export function f() {}',
    'export class C {}',
    'export interface I {}',
    'export type T = 1',
    '/** */\nexport const a = 1',
    '// not a doc comment\nexport const a = 1',
    '/** @internal */\nexport const a = 1',
  ])('%s is not documented', (text) => {
    expect(rules(`import 'zod'\n${text}`)).toHaveLength(1)
  })

  test('a header is no documentation of the first export', () => {
    expect(rules('/** A. */\nexport const a = 1')).toEqual([])
    expect(rules("import 'zod'\nconst a = 1\nexport { a }")).toEqual(['doc:4'])
  })

  test.each([
    '/** A. */\nexport const a = 1',
    '/** F. */\nexport function f(x: 1): 1\nexport function f(x: 2): 2\nexport function f() {}',
    'const a = 1',
    "export { a } from './b.ts'",
  ])('%s is fine', (text) => {
    expect(rules(`import 'zod'\n${text}`)).toEqual([])
  })

  test('every module has a header, only src/ needs every export documented', () => {
    expect(found(checkDocs, 'node/a.ts', 'export const a = 1')).toEqual(['header:1'])
    expect(rules('export const a = 1', 'node/a.ts')).toEqual([])
    expect(found(checkDocs, 'bin/a.js', '#!/usr/bin/env node\n// Starts it.\nrun()')).toEqual([])
    expect(found(checkDocs, 'src/op/a.test.ts', 'export const a = 1')).toEqual([])
  })
})

describe('names', () => {
  const rules = (path: string, text = 'const a = 1') => found(checkNames, path, text)

  test.each([
    'src/op/keyId.ts',
    'src/op/KeyId.ts',
    'src/op/key_id.ts',
    'src/opTypes/a.ts',
    'src/op/key-id.spec.ts',
    'src/op/-a.ts',
  ])('%s is not in kebab-case', (path) => {
    expect(rules(path)).toEqual(['file-name:1'])
  })

  test.each(['src/op/key-id.ts', 'src/op/key-id.test.ts', 'test/vitest.config.ts', 'bin/a.js'])(
    '%s is',
    (path) => {
      expect(rules(path)).toEqual([])
    },
  )

  test('barrels are found by name and by content', () => {
    expect(rules('src/op/index.ts')).toEqual(['barrel:1'])
    expect(rules('node/api/all.ts', "export * from './a.ts'\nexport { b } from './b.ts'")).toEqual([
      'barrel:1',
    ])
    expect(rules('src/index.ts', "export * from './op/cid.ts'")).toEqual([])
    expect(rules('src/op/a.ts', "export * from './b.ts'\nexport const a = 1")).toEqual([])
  })
})

describe('the tree', () => {
  test('folders that do not exist are skipped, so are fixtures and what is no code', () => {
    const root = mkdtempSync(join(tmpdir(), 'tidy-'))
    try {
      expect(readTree(root)).toEqual([])
      for (const folder of ['src/op', 'src/node_modules', 'test/fixtures'])
        mkdirSync(join(root, folder), { recursive: true })
      for (const file of [
        'src/op/a.ts',
        'src/op/notes.md',
        'src/node_modules/b.ts',
        'test/fixtures/c.ts',
      ])
        writeFileSync(join(root, file), 'const a = 1\n')
      expect(readTree(root).map(({ path }) => path)).toEqual(['src/op/a.ts'])
    } finally {
      rmSync(root, { recursive: true })
    }
  })

  test('a finding opens in an editor', () => {
    const [first] = checkIdioms(unitOf('src/op/a.ts', '\n\nenum A { B }'))
    expect(first && formatFinding(first)).toMatch(/^src\/op\/a\.ts:3 enum: use a union/)
  })
})

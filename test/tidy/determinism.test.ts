/** The checker of determinism has teeth, and lets pass what follows from the seed. */
import { describe, expect, test } from 'vitest'
import { checkDeterminism } from './determinism.ts'
import { unitOf } from './tree.ts'

const found = (check: typeof checkDeterminism, path: string, text: string): string[] =>
  check(unitOf(path, text)).map(({ rule, line }) => `${rule}:${line}`)

describe('determinism', () => {
  const rules = (text: string, path = 'sim/world/a.ts') => found(checkDeterminism, path, text)

  test.each([
    'const x = Math.log(2)',
    "const x = Math['exp'](2)",
    'const f = Math.random',
    'const x = a ** b',
    'let x = 2; x **= 3',
    'const t = Date.now()',
    'const t = performance.now()',
    'setTimeout(f, 5)',
    'const f = async () => {}',
    'await f()',
  ])('%s may differ between two runs', (text) => {
    expect(rules(text)).toContain('determinism:1')
  })

  test.each([
    'const x = Math.sqrt(2) + Math.floor(3.5) * Math.imul(3, 4)',
    'const x = maths.log(2)',
    '// Math.log(2)',
  ])('%s is the same everywhere', (text) => {
    expect(rules(text)).toEqual([])
  })

  test('outside of a run clocks and promises are fine, loose arithmetic is not', () => {
    expect(rules('await f(performance.now())', 'sim/cli/a.ts')).toEqual([])
    expect(rules('Math.log(2)', 'sim/report/a.ts')).toEqual(['determinism:1'])
    expect(rules('Math.log(2)', 'node/a.ts')).toEqual([])
    expect(rules('Math.cos(2)', 'sim/report/page/page.js')).toEqual([])
  })
})

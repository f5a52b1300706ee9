/**
 * Style is a unit test: the rules of the architecture and of the style guide, over the tree as it
 * is. A failure names the place and what to do instead. The checkers are tested in `checkers.test.ts`.
 */
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { checkArrows } from './arrows.ts'
import { castRate, checkTypes, MAX_CASTS_PER_1000 } from './casts.ts'
import { checkCycles } from './cycles.ts'
import { checkDeterminism } from './determinism.ts'
import { checkDocs } from './docs.ts'
import { checkIdioms } from './idioms.ts'
import { checkNames } from './names.ts'
import { checkPurity } from './purity.ts'
import { checkSizes, LONG_FUNCTION_LINES, MAX_LONG_SHARE, measureSizes } from './sizes.ts'
import { type Finding, formatFinding, readTree } from './tree.ts'

const units = readTree(fileURLToPath(new URL('../../', import.meta.url)))
const sizes = measureSizes(units)
const casts = castRate(units)
const percent = (100 * sizes.longShare).toFixed(1)

process.stdout.write(
  `tidy: ${sizes.files} files, ${sizes.lines} lines (median ${sizes.medianFileLines}, largest ${sizes.largestFileLines}); ` +
    `${sizes.functions} functions (median ${sizes.medianFunctionLines} lines, ${percent} % over ${LONG_FUNCTION_LINES}); ` +
    `${casts.toFixed(1)} casts per 1,000 lines; tests aside\n`,
)

const formatAll = (findings: readonly Finding[]): string[] => findings.map(formatFinding)

test('the tree is there to be checked', () => {
  expect(units.map(({ path }) => path)).toContain('src/op/operation.ts')
})

test.each([
  ['imports follow the arrows between folders', checkArrows],
  ['src/ is pure', checkPurity],
  ['a run of sim/ follows from its seed alone', checkDeterminism],
  ['files, functions and parameter lists are small', checkSizes],
  ['nothing is `any`, and no cast goes by way of `unknown`', checkTypes],
  ['exports are named, errors are typed, nothing is left unfinished', checkIdioms],
  ['modules say what they are for, exports of src/ are documented', checkDocs],
  ['files are named in kebab-case, and none is a barrel', checkNames],
])('%s', (_, check) => {
  expect(formatAll(units.flatMap(check))).toEqual([])
})

test('no file imports itself by way of others', () => {
  expect(formatAll(checkCycles(units))).toEqual([])
})

test(`at most ${100 * MAX_LONG_SHARE} % of functions have over ${LONG_FUNCTION_LINES} lines`, () => {
  expect(sizes.longShare).toBeLessThanOrEqual(MAX_LONG_SHARE)
})

test(`fewer than ${MAX_CASTS_PER_1000} casts per 1,000 lines`, () => {
  expect(casts).toBeLessThan(MAX_CASTS_PER_1000)
})

/** The product's rules against the second reading of the design, on random ballots; `soak:reference` runs more. */
import { expect, test } from 'vitest'
import { judge } from '../../sim/reference/evaluator.ts'
import { compare, LEAST_CLOSE, ours, theirs } from './agreement.ts'
import { CaseMaker } from './cases.ts'

const BALLOTS = 100_000

test(`the rules and a second reading of them agree on ${BALLOTS} random ballots`, () => {
  const { counts, results, differs } = compare(1, BALLOTS)
  expect(differs?.ours, JSON.stringify(differs?.the)).toBe(differs?.theirs)
  process.stdout.write(`${counts}`)
  expect(counts.rare()).toEqual([])
  for (const result of ['passes', 'fails', 'open'])
    expect(results.get(result) ?? 0).toBeGreaterThan(LEAST_CLOSE * BALLOTS)
})

test('a rule that is off by one unit is noticed within a thousand ballots', () => {
  const maker = new CaseMaker(2)
  const isNoticed = Array.from({ length: 1000 }, () => maker.make()).some((the) => {
    const { num, den } = the.rules.quorum
    const harder = {
      ...the,
      rules: { ...the.rules, quorum: { num: num * 1000 + 1, den: den * 1000 } },
    }
    return ours(the).text !== theirs(judge(harder))
  })
  expect(isNoticed).toBe(true)
})

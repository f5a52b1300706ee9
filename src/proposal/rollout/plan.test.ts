import { describe, expect, test } from 'vitest'
import { testCharter, testMembers } from '../../../test/support/coalition.ts'
import { metric, PLAN, plainStage, ROLLBACK } from '../../../test/support/rollout.ts'
import { readSource } from '../../charter/source.ts'
import type { OpType } from '../../op/type.ts'
import { cohortsOf } from './cohort.ts'
import {
  MAX_LINES,
  MAX_ROLLOUT_TEXT,
  MAX_SUPERSEDED,
  rolloutClose,
  rolloutHalt,
  rolloutReport,
} from './ops.ts'
import {
  MAX_BUILDS,
  MAX_METRIC_NAME,
  MAX_METRICS,
  MAX_SOAK_MS,
  MAX_STAGES,
  MAX_STEPS,
  type RolloutPlan,
  rollbackPlanSchema,
  rolloutPlanSchema,
} from './plan.ts'
import { planFault } from './plan-fault.ts'
import { rollbackReader, rolloutReader } from './plan-reader.ts'

const charter = testCharter(testMembers([1, 1, 1, 1, 1]), {
  functions: { operator: { description: 'runs it' } },
})
const scene = {
  charter: {
    ...charter,
    stakeholders: charter.stakeholders.map((member, at) =>
      at < 2 ? { ...member, functions: ['operator'] } : member,
    ),
  },
  rollback: ROLLBACK,
  seed: 'seed',
}
const faultOf = (plan: Partial<RolloutPlan>, over: Partial<typeof scene> = {}) => {
  const all = { ...scene, ...over }
  return planFault({ ...PLAN, ...plan }, { ...all, members: all.charter.stakeholders })
}
const stagesOf = (...stages: RolloutPlan['stages']) => ({ stages })
const share = (num: number, den: number) => ({ share: { num, den } })

describe('a plan', () => {
  test('that everybody can follow has no fault', () => {
    expect(faultOf({})).toBeUndefined()
  })

  test.each<[string, Partial<RolloutPlan>, string]>([
    [
      'two stages of one name',
      stagesOf(plainStage('a'), plainStage('a')),
      'two stages are called a',
    ],
    [
      'a stage after a later one',
      stagesOf(plainStage('a', { cohort: share(1, 5), after: 'b' }), plainStage('b')),
      'stage a is after b, which is no earlier stage',
    ],
    [
      'a stranger in a stage',
      stagesOf(plainStage('a', { cohort: { stakeholders: ['s9'] } })),
      's9 is no member of the charter',
    ],
    [
      'a member twice in a stage',
      stagesOf(plainStage('a', { cohort: { stakeholders: ['s1', 's1'] } })),
      'stage a names a member twice',
    ],
    [
      'an unknown function',
      stagesOf(plainStage('a', { cohort: { function: 'pilot' } })),
      'stage a: the charter has no function pilot',
    ],
    [
      'more than everybody',
      stagesOf(plainStage('a', { cohort: share(6, 5) })),
      'stage a: a share is more than 0, at most 1',
    ],
    [
      'a stage with nobody left',
      stagesOf(plainStage('a'), plainStage('b')),
      'stage b has nobody who is in no earlier stage',
    ],
    [
      'more reports than members',
      stagesOf(plainStage('a', { cohort: { stakeholders: ['s1', 's2'] }, minReports: 3 })),
      'stage a waits for 3 reports; 2 are in it',
    ],
    [
      'a build of a stranger',
      { builds: [{ stakeholder: 's9', name: 'core', digest: 'x' }] },
      's9 is no member of the charter',
    ],
    [
      'two builds of one name',
      {
        builds: [
          { stakeholder: 's1', name: 'core', digest: 'x' },
          { stakeholder: 's1', name: 'core', digest: 'y' },
        ],
      },
      's1 has two builds of core',
    ],
  ])('with %s has one', (_what, plan, fault) => {
    expect(faultOf(plan)).toBe(fault)
  })

  test('has a way back', () => {
    const { rollback: _none, ...without } = scene
    const members = scene.charter.stakeholders
    expect(planFault(PLAN, { ...without, members, rollback: undefined })).toContain('rollback')
  })

  test('waits for as many reports as are in the stage, at most', () => {
    const two = { cohort: { stakeholders: ['s1', 's2'] }, minReports: 2 }
    expect(faultOf(stagesOf(plainStage('a', two)))).toBeUndefined()
  })
})

describe('cohorts', () => {
  const members = scene.charter.stakeholders
  const sizes = (...stages: RolloutPlan['stages']) =>
    cohortsOf({ ...PLAN, stages }, { members, seed: 'seed' }).map((cohort) => cohort.length)

  test('a function is those who are in no earlier stage; a share counts them all, rounded up', () => {
    const first = plainStage('a', { cohort: { stakeholders: ['s1'] } })
    expect(sizes(first, plainStage('b', { cohort: { function: 'operator' } }))).toEqual([1, 1])
    const shares = [share(1, 5), share(41, 100), share(1, 1)]
    expect(sizes(...shares.map((cohort, at) => plainStage(`s${at}`, { cohort })))).toEqual([
      1, 2, 2,
    ])
    expect(sizes(first, plainStage('b', { cohort: share(1, 5) }))).toEqual([1, 0])
  })

  test('a share is drawn alike by all, otherwise for another text, and not by names', () => {
    const drawn = (seed: string) =>
      cohortsOf(
        { ...PLAN, stages: [plainStage('a', { cohort: share(2, 5) })] },
        { members, seed },
      )[0]?.join() ?? ''
    expect(drawn('one')).toBe(drawn('one'))
    const draws = new Set(Array.from({ length: 60 }, (_, i) => drawn(`text ${i}`)))
    expect(draws.size).toBeGreaterThan(6)
  })
})

describe('limits', () => {
  const fits = (plan: object) => rolloutPlanSchema.safeParse({ ...PLAN, ...plan }).success
  const stages = (n: number) => Array.from({ length: n }, (_, i) => plainStage(`s${i}`))
  const many = <T>(n: number, one: T): T[] => Array.from({ length: n }, () => one)
  const indicator = { ...metric('x', 1), op: '>' }
  const success = { ...indicator, window: 0 }
  const build = { stakeholder: 's1', name: 'core', digest: 'x' }

  test.each<[string, (n: number) => object, number]>([
    ['stages', (n) => ({ stages: stages(n) }), MAX_STAGES],
    ['indicators', (n) => ({ indicators: many(n, indicator) }), MAX_METRICS],
    [
      'limits of a stage',
      (n) => ({ stages: [plainStage('a', { success: many(n, success) as never })] }),
      MAX_METRICS,
    ],
    ['builds', (n) => ({ builds: many(n, build) }), MAX_BUILDS],
    ['soak', (n) => ({ stages: [plainStage('a', { soak: n })] }), MAX_SOAK_MS],
    [
      'name of a metric',
      (n) => ({ indicators: [{ ...indicator, metric: 'x'.repeat(n) }] }),
      MAX_METRIC_NAME,
    ],
  ])('%s: as many as allowed fit, one more does not', (_what, plan, most) => {
    expect([fits(plan(most)), fits(plan(most + 1))]).toEqual([true, false])
  })

  test('a plan has a stage, a way back a step, and not too many', () => {
    expect(fits({ stages: [] })).toBe(false)
    const back = (n: number) =>
      rollbackPlanSchema.safeParse({ steps: many(n, 'x'), onHalt: true }).success
    expect([back(0), back(1), back(MAX_STEPS), back(MAX_STEPS + 1)]).toEqual([
      false,
      true,
      true,
      false,
    ])
  })

  const report = {
    ...{ proposal: 0, stage: 'a', attempt: 0, status: 'healthy' },
    ...{ metrics: [], supersedes: [] },
  }
  const close = { proposal: 0, stage: 'a', deviations: [], mitigations: [], rationale: 'x' }
  test.each<[string, Pick<OpType<unknown>, 'body'>, (n: number) => object, number]>([
    [
      'metrics of a report',
      rolloutReport,
      (n) => ({ ...report, metrics: many(n, metric('x', 1)) }),
      MAX_METRICS,
    ],
    [
      'replaced reports',
      rolloutReport,
      (n) => ({ ...report, supersedes: many(n, 1) }),
      MAX_SUPERSEDED,
    ],
    [
      'mitigations',
      rolloutReport,
      (n) => ({ ...report, mitigations: many(n, { what: 'x' }) }),
      MAX_LINES,
    ],
    ['note', rolloutReport, (n) => ({ ...report, note: 'x'.repeat(n) }), MAX_ROLLOUT_TEXT],
    [
      'reason of a halt',
      rolloutHalt,
      (n) => ({ proposal: 0, reason: 'x'.repeat(n) }),
      MAX_ROLLOUT_TEXT,
    ],
    ['deviations', rolloutClose, (n) => ({ ...close, deviations: many(n, 'x') }), MAX_LINES],
    ['rationale', rolloutClose, (n) => ({ ...close, rationale: 'x'.repeat(n) }), MAX_ROLLOUT_TEXT],
  ])('%s: as many as allowed fit, one more does not', (_what, type, body, most) => {
    const takes = (n: number) => type.body.safeParse(body(n)).success
    expect([takes(most), takes(most + 1)]).toEqual([true, false])
  })

  test('a stage closes with a rationale, a halt has a reason: blanks are neither', () => {
    expect(rolloutClose.body.safeParse({ ...close, rationale: ' ' }).success).toBe(false)
    expect(rolloutHalt.body.safeParse({ proposal: 0, reason: ' \n' }).success).toBe(false)
  })
})

describe('a written plan that is wrong says where, and what would be right', () => {
  const problemsOf = (text: string): string[] => {
    const { plain } = readSource(text)
    const problems: { readonly path: readonly (string | number)[]; readonly message: string }[] = []
    const spot = { path: [], problems: problems as never[] }
    if (plain !== null) rolloutReader({ moment: () => undefined })(plain, spot)
    return problems.map(({ path, message }) => `${path.join('.')}: ${message}`)
  }
  const one = (stage: string) => problemsOf(`stages: [{ name: a, ${stage} }]`)

  test.each<[string, string[], string]>([
    ['no stages', problemsOf('indicators: []'), 'stages: found nothing'],
    ['an odd field', one('cohort: [s1], soke: 1d'), 'did you mean "soak"'],
    ['no limit', one('cohort: [s1], success: [errors]'), 'stages.0.success.0: found "errors"'],
    ['an odd number', one('cohort: [s1], success: [errors < few]'), '"few" is not a number'],
    ['an odd window', one('cohort: [s1], success: [errors < 1 over night]'), 'not a duration'],
    ['nobody', one('cohort: []'), 'at least one member'],
    ['two cohorts', one('cohort: { function: a, share: 1/2 }'), 'one of stakeholders, function'],
    ['no share', one('cohort: 3/2'), 'at most 1'],
    ['no reports', one('cohort: [s1], minReports: 0'), 'a whole number from 1'],
    [
      'an indicator over time',
      problemsOf('stages: []\nindicators: [errors > 1 over 5m]'),
      'an indicator without "over"',
    ],
  ])('%s', (_what, problems, expected) => {
    expect(problems.join('\n')).toContain(expected)
  })

  test('a way back may be its steps alone', () => {
    const { plain } = readSource('[stop it, start the old one]')
    const spot = { path: [], problems: [] }
    expect(plain === null || rollbackReader(plain, spot)).toEqual({
      steps: ['stop it', 'start the old one'],
      onHalt: true,
    })
  })
})

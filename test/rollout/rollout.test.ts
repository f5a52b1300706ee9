/** Rollouts under random delays, lies, halts and resumes; and broken variants, which must be caught. */
import { describe, expect, test } from 'vitest'
import { courseOf } from '../../src/proposal/rollout/course.ts'
import { faultsOf } from './checks.ts'
import { type Sight, World } from './world.ts'

const RUNS = Number(process.env.ROLLOUT_RUNS ?? 400)
const STEPS = 150

/** The faults of the first seed that has any. */
function firstFault(sight: Sight | undefined, runs = RUNS): string[] {
  for (let seed = 1; seed <= runs; seed++) {
    const world = new World(seed, sight)
    world.play(STEPS)
    const faults = faultsOf(world)
    if (faults.length > 0) return [`seed ${seed}`, ...faults]
  }
  return []
}

test(`${RUNS} worlds: all end with the same stages, and nobody opens after a halt`, {
  timeout: 120_000 + RUNS * 60,
}, () => {
  expect(firstFault(undefined)).toEqual([])
})

test('stages do open, halts do happen, and rollouts come to an end', () => {
  const states = new Map<string, number>()
  let deeds = 0
  for (let seed = 1; seed <= 60; seed++) {
    const world = new World(seed)
    world.play(STEPS)
    const [org] = world.orgs
    const state = org ? world.course(org).state : 'none'
    states.set(state, (states.get(state) ?? 0) + 1)
    deeds += world.orgs.reduce((sum, one) => sum + one.deeds.length, 0)
  }
  expect(deeds).toBeGreaterThan(200)
  for (const state of ['rolling-back', 'rolled-back', 'running'])
    expect(states.get(state) ?? 0, state).toBeGreaterThan(0)
})

/** Every rule that a reader might get wrong, broken. */
const MUTANTS: readonly (readonly [string, Sight])[] = [
  [
    'a reader that forgets what was said last',
    (scene) => courseOf({ ...scene, records: { ...scene.records, halts: [] } }),
  ],
  [
    'a reader that takes a failure back when it is mended',
    (scene) => {
      const { reports } = scene.records
      const replaced = new Set(reports.flatMap(({ supersedes }) => supersedes))
      const kept = reports.filter(({ cid }) => !replaced.has(cid))
      return courseOf({ ...scene, records: { ...scene.records, reports: kept } })
    },
  ],
  [
    'a reader to whom any resume clears everything',
    (scene) => {
      const { resumes, halts, reports } = scene.records
      const all = [...halts, ...reports].map(({ cid }) => cid)
      const wide = resumes.map((resume) => ({ ...resume, clears: all }))
      return courseOf({ ...scene, records: { ...scene.records, resumes: wide } })
    },
  ],
  [
    'a reader that lets the last word that came win',
    (scene) => {
      const last = new Map(
        scene.records.reports.map((report) => [`${report.stakeholder} ${report.stage}`, report]),
      )
      const reports = [...last.values()].map((report) => ({ ...report, supersedes: [] }))
      return courseOf({ ...scene, records: { ...scene.records, reports } })
    },
  ],
  [
    'a reader that looks at no indicator',
    (scene) => courseOf({ ...scene, plan: { ...scene.plan, indicators: [] } }),
  ],
]

describe('the checks catch', () => {
  test.each(MUTANTS)('%s', (_name, sight) => {
    expect(firstFault(sight, 200)).not.toEqual([])
  })
})

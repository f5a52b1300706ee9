/** What is said about rollouts: plans, reports that replace each other, halts, records of stages. */
import type { OpCid, Value } from '../../src/op/ids.ts'
import { REPORT_STATUSES } from '../../src/proposal/rollout/ops.ts'
import type { Dice, Moot } from './moot.ts'
import type { Line } from './pen.ts'

const STAGES = ['canary', 'all']

/** A plan of two stages in which halts, pauses and completion all are likely. */
export function rolloutPart(dice: Dice, moot: Moot): Readonly<Record<string, Value>> {
  if (dice.chance(0.4)) return {}
  const stage = (name: string, cohort: Value): Value => ({
    ...{ name, cohort, soak: dice.pick([0, 1000]), minReports: dice.pick(['all', 1]) },
    success: dice.chance(0.3)
      ? [{ metric: 'errors', op: '<', value: { num: 1, den: 2 }, window: 0 }]
      : [],
    ...{ failureLimit: dice.int(0, 1), inconclusiveLimit: dice.int(0, 1), reversible: true },
  })
  const [first] = moot.founded.charter.stakeholders
  return {
    rollout: {
      stages: [
        stage('canary', { stakeholders: [first?.id ?? ''] }),
        stage('all', { share: { num: 1, den: 1 } }),
      ],
      indicators: dice.chance(0.5)
        ? [{ metric: 'errors', op: '>', value: { num: 3, den: 4 } }]
        : [],
      builds: [],
    },
    rollback: { steps: ['back'], onHalt: dice.chance(0.5) },
  }
}

/** A report; it replaces some of what was reported, mostly its own, and sometimes what is no report. */
export function reportLine(moot: Moot, ballot: OpCid, key: string): Omit<Line, 'at'> {
  const { dice } = moot
  const before = moot
    .ofType('rollout.report')
    .filter(({ op }) => op.refs[0] === ballot && (op.key === key || dice.chance(0.1)))
    .map(({ op }) => op.cid)
  const supersedes = [...new Set(dice.some(before, 3))]
  const num = dice.int(0, 4)
  return {
    type: 'rollout.report',
    refs: [ballot, ...supersedes],
    body: {
      proposal: 0,
      stage: dice.chance(0.95) ? dice.pick(STAGES) : 'nowhere',
      attempt: 0,
      status: dice.pick(REPORT_STATUSES),
      metrics: dice.chance(0.5) ? [{ metric: 'errors', value: { num, den: 4 } }] : [],
      supersedes: supersedes.map((_, at) => at + 1),
    },
  }
}

/** A "stop". */
export const haltLine = (_moot: Moot, ballot: OpCid): Omit<Line, 'at'> => ({
  type: 'rollout.halt',
  refs: [ballot],
  body: { proposal: 0, reason: 'stop' },
})

/** The record of a stage. */
export const closeLine = ({ dice }: Moot, ballot: OpCid): Omit<Line, 'at'> => ({
  type: 'rollout.close',
  refs: [ballot],
  body: {
    ...{ proposal: 0, stage: dice.pick(STAGES) },
    ...{ deviations: [], mitigations: [], rationale: 'so' },
  },
})

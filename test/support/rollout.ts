/** A rollout among five members on short windows, who hear each other at once. */
import type { OpCid, StakeholderId } from '../../src/op/ids.ts'
import { unwrap } from '../../src/op/refusal.ts'
import type { Metric, ReportStatus } from '../../src/proposal/rollout/ops.ts'
import type { RollbackPlan, RolloutPlan, StagePlan } from '../../src/proposal/rollout/plan.ts'
import { parseQuantity } from '../../src/proposal/rollout/quantity.ts'
import type { ProposalInput } from '../../src/replica/acts.ts'
import type { Rollout } from '../../src/replica/rollout/rollout.ts'
import {
  type ReportInput,
  reportDraft,
  resumeInput,
} from '../../src/replica/rollout/rollout-acts.ts'
import { readRollout } from '../../src/replica/rollout/rollouts.ts'
import { type RolloutTurn, turnOf } from '../../src/replica/rollout/turn.ts'
import { UPGRADE_SCOPE } from './coalition.ts'
import { Court } from './court.ts'
import { HOUR } from './parted.ts'

/** How long every stage of the test plan soaks, in ms. */
export const SOAK = 2 * HOUR

/** A stage with nothing special. */
export const plainStage = (name: string, over: Partial<StagePlan> = {}): StagePlan => ({
  name,
  cohort: { share: { num: 1, den: 1 } },
  soak: SOAK,
  success: [],
  minReports: 'all',
  failureLimit: 0,
  inconclusiveLimit: 0,
  reversible: true,
  ...over,
})

/** A rollback plan that runs by itself. */
export const ROLLBACK: RollbackPlan = { steps: ['switch back'], onHalt: true }

/** A metric as it was measured. */
export const metric = (name: string, value: string | number): Metric => ({
  metric: name,
  value: unwrap(parseQuantity(value)),
})

/** The error rate above which everything halts. */
export const ERROR_LIMIT = '5%'

/** One canary, then two, then all; no more than 5 % errors. */
export const PLAN: RolloutPlan = {
  stages: [
    plainStage('canary', { cohort: { stakeholders: ['s2'] } }),
    plainStage('early', { cohort: { stakeholders: ['s3', 's4'] }, minReports: 1 }),
    plainStage('all'),
  ],
  indicators: [{ metric: 'errors', op: '>', value: unwrap(parseQuantity(ERROR_LIMIT)) }],
  builds: [],
}

/** Five members whose charter knows no appeals, with a rollout. */
export class RolloutCourt extends Court {
  constructor(charter: ConstructorParameters<typeof Court>[0] = {}) {
    super(charter)
  }

  /** An adopted upgrade with a plan; settled by all. */
  upgrade(plan: Partial<RolloutPlan> = {}, over: Partial<ProposalInput> = {}): OpCid {
    const id = this.coalition.propose(this.party(0), {
      kind: 'upgrade',
      scope: UPGRADE_SCOPE,
      title: 'Move to v2',
      rollout: { ...PLAN, ...plan },
      rollback: ROLLBACK,
      ...over,
    })
    this.coalition.vote(id, this.coalition.parties)
    this.coalition.settle()
    return id
  }

  report(n: number, id: OpCid, status: ReportStatus, more: Partial<ReportInput> = {}): OpCid {
    const { replica } = this.party(n)
    return this.say(this.party(n), reportDraft(replica, { proposal: id, status, ...more }))
  }

  /** The rollout as a member sees it. */
  rollout(n: number, id: OpCid): Rollout {
    return unwrap(readRollout(this.party(n).replica, id))
  }

  /** How far each stage is, as a member sees it. */
  progress(n: number, id: OpCid): string {
    const { state, stages } = this.rollout(n, id).course
    return `${state}: ${stages.map(({ progress }) => progress).join(' ')}`
  }

  turn(n: number, id: OpCid): RolloutTurn | undefined {
    return turnOf(this.rollout(n, id), this.self(n))
  }

  /** A ballot on the emergency track that has it go on. */
  resume(n: number, id: OpCid): OpCid {
    const ballot = this.propose(n, unwrap(resumeInput(this.party(n).replica, id, 'it is mended')))
    this.vote(ballot, 'yes')
    return ballot
  }

  self(n: number): StakeholderId {
    return this.party(n).member.id
  }
}

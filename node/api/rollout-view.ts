/** Rollouts as they are shown. */

import type { Standpoint } from '../../src/proposal/rollout/position.ts'
import { formatQuantity } from '../../src/proposal/rollout/quantity.ts'
import { limitText } from '../../src/proposal/rollout/reading.ts'
import type { StageState } from '../../src/proposal/rollout/stage.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { type Rollout, settledArtefacts } from '../../src/replica/rollout/rollout.ts'
import { selfOn } from '../../src/replica/rollout/rollouts.ts'
import { turnOf } from '../../src/replica/rollout/turn.ts'
import { hookNote } from '../hooks/hook-note.ts'
import { begunTurns, openTurn, type RolloutSettings } from '../hooks/rollout-policy.ts'
import type {
  HookLine,
  MetricLine,
  RolloutDetail,
  RolloutLine,
  RolloutMember,
  RolloutStageView,
  RolloutTurnLine,
} from './rollout-api.ts'

/** What a view is made from. */
export interface RolloutViewer {
  readonly replica: Replica
  readonly settings: RolloutSettings
}

/** A rollout in a list. */
export function rolloutLine(rollout: Rollout, viewer: RolloutViewer): RolloutLine {
  const { ballot, basis, course } = rollout
  const current = course.stages.find(
    ({ progress }) => progress !== 'complete' && progress !== 'closed',
  )
  return {
    proposal: ballot.id,
    title: ballot.body.title,
    slot: ballot.body.slot,
    basis,
    state: course.state,
    stage: current?.plan.name ?? null,
    attempt: course.attempt,
    hold: current?.hold ?? null,
    undo: course.undo ?? null,
    moved: course.moved,
    turn: turnLine(rollout, viewer),
  }
}

/** A rollout whole. */
export function rolloutDetail(rollout: Rollout, viewer: RolloutViewer): RolloutDetail {
  const { ballot, planned, course } = rollout
  const { plan, rollback } = planned
  const self = selfOn(viewer.replica, ballot)
  const standing = viewer.replica.views.standing()
  return {
    ...rolloutLine(rollout, viewer),
    stages: course.stages.map(stageView),
    halts: course.halts,
    resumes: (standing?.resumed.get(ballot.id) ?? []).map((resume) => resume.ballot),
    indicators: plan.indicators.map(limitText),
    rollback: { ...rollback, owner: rollback.owner ?? null },
    activation: {
      notBefore: plan.activation?.notBefore ?? null,
      condition: plan.activation?.condition ?? null,
    },
    artefacts: self === undefined ? [] : settledArtefacts(ballot, plan, self),
    hooks: hookLines(rollout, viewer),
  }
}

/** What we have to do, and what it waits for. */
export function turnLine(
  rollout: Rollout,
  { replica, settings }: RolloutViewer,
): RolloutTurnLine | null {
  const open = openTurn(replica, rollout, settings)
  const self = selfOn(replica, rollout.ballot)
  const turn = open?.turn ?? (self && turnOf(rollout, self))
  if (!turn) return null
  const { kind, stage, why } = turn
  return { kind, stage, why, waits: open?.waits ?? 'hook' }
}

function stageView(stage: StageState): RolloutStageView {
  const { plan, progress, hold, needed, soakedAt, members, closes } = stage
  return {
    name: plan.name,
    progress,
    hold: hold ?? null,
    needed,
    soakMs: plan.soak,
    soakedAt: soakedAt ?? null,
    failureLimit: plan.failureLimit,
    inconclusiveLimit: plan.inconclusiveLimit,
    reversible: plan.reversible,
    success: plan.success.map(limitText),
    healthy: stage.healthy,
    failed: stage.failed,
    inconclusive: stage.inconclusive,
    members: members.map(memberView),
    closes: closes.map(({ cid, stakeholder, deviations, mitigations, rationale, at }) => ({
      ...{ id: cid, stakeholder, deviations, mitigations, rationale, at },
    })),
  }
}

function memberView({ stakeholder, status, standing }: Standpoint): RolloutMember {
  const report = standing.find(({ reading }) => reading.status === status)
  return {
    stakeholder,
    status,
    claimed: report && report.status !== status ? report.status : null,
    why: report?.reading.why ?? null,
    metrics: (report?.metrics ?? []).map(
      ({ metric, value }): MetricLine => ({ metric, value: formatQuantity(value) }),
    ),
    mitigations: report?.mitigations ?? [],
    note: report?.note ?? null,
    at: report?.at ?? null,
  }
}

const hookLines = (rollout: Rollout, { replica }: RolloutViewer): HookLine[] =>
  begunTurns(replica, rollout).flatMap((turn) => {
    const note = hookNote(replica, turn)
    if (!note) return []
    const { kind, stage, attempt } = turn
    const { state, at } = note
    const status = state === 'reported' ? note.status : null
    return [{ kind, stage, attempt, state, at, status }]
  })

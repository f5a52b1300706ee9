/** Rollouts over an opened replica (design §3.9). */
import { accept, type Result, refuse } from '../../src/op/refusal.ts'
import type { Metric } from '../../src/proposal/rollout/ops.ts'
import { parseQuantity } from '../../src/proposal/rollout/quantity.ts'
import type { Replica } from '../../src/replica/replica.ts'
import type { Rollout } from '../../src/replica/rollout/rollout.ts'
import {
  closeDraft,
  haltDraft,
  reportDraft,
  resumeInput,
} from '../../src/replica/rollout/rollout-acts.ts'
import { readRollout, readRollouts } from '../../src/replica/rollout/rollouts.ts'
import type { RolloutTurn } from '../../src/replica/rollout/turn.ts'
import { hookAnswerName, hookNote } from '../hooks/hook-note.ts'
import { backTurn, openTurn, type RolloutSettings, settingsHook } from '../hooks/rollout-policy.ts'
import { type Acting, refusingStoreErrors } from './acting.ts'
import { proposalId } from './proposal-view.ts'
import type {
  MetricLine,
  RolloutApi,
  RolloutCloseInput,
  RolloutDetail,
  RolloutLine,
  RolloutReportInput,
  RolloutTurnLine,
} from './rollout-api.ts'
import { type RolloutViewer, rolloutDetail, rolloutLine } from './rollout-view.ts'
import type { ActOptions, Signed } from './signed.ts'

/** What the service works with. */
export interface RolloutServiceParts {
  readonly replica: Replica
  readonly acting: Acting
  readonly settings: RolloutSettings
  /** Something was decided: the runner looks at it. */
  readonly poke: () => void
}

/** The one implementation of `RolloutApi`; the client only carries it. */
export class RolloutService implements RolloutApi {
  private readonly parts: RolloutServiceParts
  private readonly viewer: RolloutViewer

  constructor(parts: RolloutServiceParts) {
    this.parts = parts
    this.viewer = parts
  }

  async list(): Promise<Result<readonly RolloutLine[]>> {
    return accept(
      readRollouts(this.parts.replica).map((rollout) => rolloutLine(rollout, this.viewer)),
    )
  }

  async show(id: string): Promise<Result<RolloutDetail>> {
    const found = this.find(id)
    return found.ok ? accept(rolloutDetail(found.value, this.viewer)) : found
  }

  async report(input: RolloutReportInput, options: ActOptions = {}): Promise<Result<Signed>> {
    const id = proposalId(this.parts.replica, input.proposal)
    if (!id.ok) return id
    const metrics = readMetrics(input.metrics)
    if (!metrics.ok) return metrics
    const draft = reportDraft(this.parts.replica, {
      ...input,
      proposal: id.value,
      metrics: metrics.value,
    })
    return this.parts.acting.sign(draft, options)
  }

  async close(input: RolloutCloseInput, options: ActOptions = {}): Promise<Result<Signed>> {
    const id = proposalId(this.parts.replica, input.proposal)
    if (!id.ok) return id
    const draft = closeDraft(this.parts.replica, { ...input, proposal: id.value })
    return this.parts.acting.sign(draft, options)
  }

  async halt(given: string, because: string, options: ActOptions = {}): Promise<Result<Signed>> {
    const id = proposalId(this.parts.replica, given)
    if (!id.ok) return id
    return this.parts.acting.sign(haltDraft(this.parts.replica, id.value, because), options)
  }

  async resume(given: string, because: string, options: ActOptions = {}): Promise<Result<Signed>> {
    const id = proposalId(this.parts.replica, given)
    if (!id.ok) return id
    const input = resumeInput(this.parts.replica, id.value, because)
    return input.ok ? this.parts.acting.propose(input.value, options) : input
  }

  async approve(id: string): Promise<Result<RolloutTurnLine>> {
    const found = this.find(id)
    if (!found.ok) return found
    const { replica, settings } = this.parts
    const open = openTurn(replica, found.value, settings)
    if (!open) return refuse('no-such-hook', 'no hook of this rollout waits for our word')
    if (open.waits === 'no-hook') return noHook(open.turn)
    if (open.waits === 'was-run') return wasRun()
    return this.answer(open.turn)
  }

  async rollback(id: string): Promise<Result<RolloutTurnLine>> {
    const found = this.find(id)
    if (!found.ok) return found
    const { replica, settings } = this.parts
    const turn = backTurn(replica, found.value)
    if (!turn) return refuse('not-moved', 'our organisation has not moved, or is back already')
    if (!settingsHook(settings, found.value, 'rollback')) return noHook(turn)
    if (hookNote(replica, turn)) return wasRun()
    return this.answer(turn)
  }

  private find(given: string): Result<Rollout> {
    const id = proposalId(this.parts.replica, given)
    return id.ok ? readRollout(this.parts.replica, id.value) : id
  }

  /** Remembers our word, durably. */
  private answer(turn: RolloutTurn): Result<RolloutTurnLine> {
    const { replica, poke } = this.parts
    const { kind, stage, why } = turn
    const answered = refusingStoreErrors(() => {
      replica.note([[hookAnswerName(turn), 'go']])
      replica.flush()
      return accept({ kind, stage, why, waits: 'hook' as const })
    })
    poke()
    return answered
  }
}

const wasRun = (): Result<never> =>
  refuse(
    'hook-was-run',
    'our rollback hook was run for this attempt already, and is not run again',
    'go back by hand, then: folkmoot rollout report … rolled-back',
  )

const noHook = ({ kind, stage }: RolloutTurn): Result<RolloutTurnLine> =>
  refuse(
    'no-hook',
    `no hook is set that would ${kind === 'deploy' ? 'deploy' : 'roll back'}`,
    `do it by hand, then: folkmoot rollout report … ${kind === 'deploy' ? 'healthy' : 'rolled-back'} --stage ${stage}`,
  )

/** Metrics as people write them. */
function readMetrics(lines: readonly MetricLine[]): Result<Metric[]> {
  const metrics: Metric[] = []
  for (const { metric, value } of lines) {
    const read = parseQuantity(value)
    if (!read.ok) return refuse(read.code, `${metric}: ${read.message}`, read.hint)
    metrics.push({ metric, value: read.value })
  }
  return accept(metrics)
}

/**
 * Makes rollouts real (design §3.9): when it is this organisation's turn, runs its hook, measures, and
 * reports. Each hook is begun once: on disk, with the report that it has begun, before it starts. One
 * that this process did not see to its end is reported as inconclusive, and never run again.
 */
import type { ReportStatus } from '../../src/proposal/rollout/ops.ts'
import { breachesOf, breachText, healthOf } from '../../src/proposal/rollout/reading.ts'
import type { Issued, Replica } from '../../src/replica/replica.ts'
import type { Rollout } from '../../src/replica/rollout/rollout.ts'
import { type ReportInput, reportDraft } from '../../src/replica/rollout/rollout-acts.ts'
import { readRollout, readRollouts, selfOn } from '../../src/replica/rollout/rollouts.ts'
import { measuringMs, type RolloutTurn } from '../../src/replica/rollout/turn.ts'
import type { Log } from '../daemon/log.ts'
import { messageOf } from '../home/errors.ts'
import { Backoff } from '../steward/backoff.ts'
import type { Timers } from '../steward/timers.ts'
import type { JournalEntry } from '../store/journal.ts'
import { hookEvent, hookKey } from './hook-event.ts'
import { type EndedHook, hookNote, noteOf } from './hook-note.ts'
import { clipped } from './hook-output.ts'
import { type HookContext, type HookOutcome, runHook } from './hook-run.ts'
import type { Hook } from './hook-settings.ts'
import { measure } from './prometheus.ts'
import { begunTurns, nextTurn, type RolloutSettings, settingsHook } from './rollout-policy.ts'
import { artefactFault } from './verify-artefact.ts'

/** Bounds of one wait, in ms. */
const MIN_WAIT_MS = 20
const MAX_WAIT_MS = 30_000
/** How often what could not be measured is asked for again, before it is inconclusive. */
export const MEASURE_TRIES = 3

/** What a runner works with. */
export interface RunnerParts {
  readonly replica: Replica
  readonly timers: Timers
  readonly log: Log
  readonly settings: RolloutSettings
  readonly isReadOnly: () => boolean
  readonly publish: (issued: readonly Issued[]) => void
  readonly journal: (entry: JournalEntry) => void
  readonly storeFailed: () => void
  readonly sleep: HookContext['sleep']
}

/** The part of a node that takes part in rollouts. */
export class RolloutRunner {
  private readonly parts: RunnerParts
  private readonly backoff = new Backoff()
  /** What runs, with the slot that it is about, and what ends its waiting. */
  private readonly running = new Map<string, Work>()
  private readonly measuring = new Map<string, number>()
  private readonly watchedAt = new Map<string, number>()
  private readonly abort = new AbortController()
  private stopListening: () => void = () => {}
  private cancelLook: () => void = () => {}
  private isPoked = false

  constructor(parts: RunnerParts) {
    this.parts = parts
  }

  /** Begins; the first look follows at once. */
  start(): void {
    this.stopListening = this.parts.replica.on('change', () => this.poke())
    this.poke()
  }

  /** Ends; programs that run are left to themselves, and reported when the node is back. */
  stop(): void {
    this.abort.abort()
    this.stopListening()
    this.cancelLook()
  }

  /** Looks soon; many pokes become one look. */
  poke(): void {
    if (this.isPoked || this.abort.signal.aborted) return
    this.isPoked = true
    this.schedule(0)
  }

  private schedule(delayMs: number): void {
    this.cancelLook()
    this.cancelLook = this.parts.timers.after(delayMs, () => this.turn())
  }

  private turn(): void {
    this.isPoked = false
    if (this.abort.signal.aborted) return
    let waitMs = MAX_WAIT_MS
    try {
      waitMs = Math.max(MIN_WAIT_MS, Math.min(MAX_WAIT_MS, this.look() - this.now()))
    } catch (error) {
      this.parts.log.error({ err: error }, 'looking at rollouts failed')
    }
    if (!this.isPoked) this.schedule(waitMs)
  }

  /** Does what is due in every rollout; returns when to look again, in ms. */
  private look(): number {
    const { replica, isReadOnly } = this.parts
    if (isReadOnly() || replica.mayIssue('rollout.report')) return Number.POSITIVE_INFINITY
    const wakeAts = readRollouts(replica).map((rollout) => {
      const self = selfOn(replica, rollout.ballot)
      return self === undefined ? Number.POSITIVE_INFINITY : this.lookAt(rollout)
    })
    return Math.min(Number.POSITIVE_INFINITY, ...wakeAts)
  }

  private lookAt(rollout: Rollout): number {
    const pending = begunTurns(this.parts.replica, rollout).map((turn) =>
      this.follow(turn, rollout),
    )
    const next = nextTurn(this.parts.replica, rollout, this.parts.settings)
    if (next && this.isReady(next, rollout)) this.begin(next, rollout)
    return Math.min(rollout.course.wakeAt, this.watch(rollout), ...pending)
  }

  /** One hook of a slot at a time; what could not be begun is tried again later. */
  private isReady(turn: RolloutTurn, { ballot }: Rollout): boolean {
    const isBusy = [...this.running.values()].some(({ slot }) => slot === ballot.generation.slot)
    return !isBusy && this.backoff.retryAt(hookKey(turn)) <= this.now()
  }

  /** What became of a hook that was begun; returns when to look again. */
  private follow(turn: RolloutTurn, rollout: Rollout): number {
    const never = Number.POSITIVE_INFINITY
    const note = hookNote(this.parts.replica, turn)
    const key = hookKey(turn)
    // What waits to be tried again, and is called off, waits no longer.
    if (this.running.has(key) && calledOff(turn, rollout)) this.running.get(key)?.wake.abort()
    if (!note || note.state === 'reported' || this.running.has(key)) return never
    if (note.state === 'begun') {
      this.end(turn, { status: 'inconclusive', metrics: [], note: INTERRUPTED })
      return this.now()
    }
    // Whoever is to go back does not measure first.
    const isDue = this.now() >= note.measureAt || rollout.course.undo !== undefined
    if (!isDue) return note.measureAt
    const retryAt = this.backoff.retryAt(key)
    if (retryAt > this.now()) return retryAt
    void this.guarded(key, rollout, () => this.conclude(turn, rollout, note.outcome))
    return never
  }

  /** Writes down and says that it begins, in one transaction; only then the hook starts. */
  private begin(turn: RolloutTurn, rollout: Rollout): void {
    const { replica, settings } = this.parts
    const hook = settingsHook(settings, rollout, turn.kind)
    if (!hook) return
    const key = hookKey(turn)
    const begun = noteOf(turn, { state: 'begun', at: this.now() })
    if (turn.kind === 'deploy') {
      const { proposal, stage, attempt } = turn
      if (!this.issue(turn, { proposal, stage, attempt, status: 'started' }, [begun])) return
    } else {
      replica.note([begun])
      replica.flush()
    }
    this.write(turn, 'hook.begun', turn.why)
    void this.guarded(key, rollout, async ({ wake }) => {
      const outcome = await this.run(turn, rollout, { hook, wake: wake.signal })
      // A node that stopped meanwhile did not see the end: it says so when it is back.
      if (!this.abort.signal.aborted) this.end(turn, outcome, rollout)
    })
  }

  private async run(
    turn: RolloutTurn,
    rollout: Rollout,
    { hook, wake }: { readonly hook: Hook; readonly wake: AbortSignal },
  ): Promise<HookOutcome> {
    const { replica, sleep } = this.parts
    const event = hookEvent(turn, rollout, { coalition: replica.coalition, at: this.now() })
    const fault = await artefactFault(hook, event)
    if (fault !== undefined) return { status: 'inconclusive', metrics: [], note: fault, tries: 0 }
    const { signal } = this.abort
    return runHook(hook, event, {
      ...{ signal, wake, sleep },
      now: () => this.now(),
      calledOff: () => {
        const found = readRollout(replica, turn.proposal)
        return found.ok ? calledOff(turn, found.value) : found.message
      },
    })
  }

  /** Keeps what it came to, before anybody is told. */
  private end(turn: RolloutTurn, outcome: EndedHook, rollout?: Rollout): void {
    const { replica, settings } = this.parts
    const now = this.now()
    const stage = rollout?.course.stages.find(({ plan }) => plan.name === turn.stage)
    const isMeasured = settings.monitor !== undefined && stage && outcome.status !== 'failed'
    const measureAt = isMeasured && turn.kind === 'deploy' ? now + measuringMs(stage) : now
    const { status, metrics, note } = outcome
    const kept = { status, metrics, note }
    replica.note([
      noteOf(turn, { state: 'ended', at: now, endedAt: now, measureAt, outcome: kept }),
    ])
    replica.flush()
    this.write(turn, 'hook.ended', note === '' ? status : `${status}: ${note}`)
    this.poke()
  }

  /** Completes what was measured, and reports. */
  private async conclude(turn: RolloutTurn, rollout: Rollout, outcome: EndedHook): Promise<void> {
    const { metrics, faults } =
      turn.kind === 'deploy' && outcome.status !== 'failed' && rollout.course.undo === undefined
        ? await this.measured(turn, rollout, outcome)
        : { metrics: outcome.metrics, faults: [] }
    if (this.abort.signal.aborted) return
    const status = this.statusOf(turn, rollout, { ...outcome, metrics })
    const note = clipped([outcome.note, ...faults].filter((one) => one !== '').join('; '))
    const { proposal, stage, attempt } = turn
    const report = { proposal, stage, attempt, status, metrics }
    const reported = noteOf(turn, { state: 'reported', at: this.now(), status })
    this.issue(turn, { ...report, ...(note !== '' && { note }) }, [reported])
  }

  private async measured(
    { stage: name, ...turn }: RolloutTurn,
    { planned: { plan } }: Rollout,
    { metrics }: EndedHook,
  ) {
    const { monitor } = this.parts.settings
    const stage = plan.stages.find((one) => one.name === name)
    if (!monitor || !stage) return { metrics, faults: [] }
    const wanted = [...stage.success, ...plan.indicators].map(({ metric }) => metric)
    const answered = await measure(monitor, wanted, this.abort.signal)
    const key = hookKey({ ...turn, stage: name })
    const tries = (this.measuring.get(key) ?? 0) + 1
    this.measuring.set(key, tries)
    if (answered.faults.length > 0 && tries < MEASURE_TRIES)
      throw new MeasureError(answered.faults.join('; '))
    const asked = new Set(answered.metrics.map(({ metric }) => metric))
    const own = metrics.filter(({ metric }) => !asked.has(metric))
    return { metrics: [...own, ...answered.metrics], faults: answered.faults }
  }

  /** What a hook's end is reported as, by the plan. */
  private statusOf(turn: RolloutTurn, { planned }: Rollout, outcome: EndedHook): ReportStatus {
    if (turn.kind === 'rollback') {
      const isBack = outcome.status === 'done' || outcome.status === 'healthy'
      return isBack ? 'rolled-back' : outcome.status === 'failed' ? 'failed' : 'inconclusive'
    }
    const stage = planned.plan.stages.find(({ name }) => name === turn.stage)
    const isWell = outcome.status === 'done' || outcome.status === 'healthy'
    if (breachesOf(outcome.metrics, planned.plan.indicators).length > 0) return 'failed'
    return isWell && stage ? healthOf(outcome.metrics, stage).status : wordOf(outcome.status)
  }

  /** While it runs, indicators are looked at again and again; a breach is reported at once. */
  private watch(rollout: Rollout): number {
    const { replica, settings } = this.parts
    const { ballot, course, planned } = rollout
    const self = selfOn(replica, ballot)
    const standing = course.standing.findLast(
      ({ stakeholder, reading }) => stakeholder === self && WATCHED.has(reading.status),
    )
    const isOver = course.state === 'done' || course.undo !== undefined
    if (!settings.monitor || !standing || isOver || planned.plan.indicators.length === 0)
      return Number.POSITIVE_INFINITY
    const last = this.watchedAt.get(ballot.id) ?? 0
    if (this.now() < last + settings.watchMs) return last + settings.watchMs
    this.watchedAt.set(ballot.id, this.now())
    const { stage } = standing
    void this.guarded(`watch:${ballot.id}`, undefined, () => this.watchOnce(rollout, stage))
    return this.now() + settings.watchMs
  }

  private async watchOnce({ ballot, planned }: Rollout, stage: string): Promise<void> {
    const { monitor } = this.parts.settings
    const { indicators } = planned.plan
    if (!monitor) return
    const wanted = indicators.map(({ metric }) => metric)
    const { metrics } = await measure(monitor, wanted, this.abort.signal)
    const breaches = breachesOf(metrics, indicators)
    if (breaches.length === 0 || this.abort.signal.aborted) return
    const draft = reportDraft(this.parts.replica, {
      ...{ proposal: ballot.id, stage, status: 'failed', metrics },
      note: breaches.map(breachText).join(', '),
    })
    const issued = draft.ok ? this.parts.replica.issue(draft.value) : draft
    if (issued.ok) this.parts.publish([issued.value])
  }

  /** Issues a report with what is to be remembered beside it; false where that was refused. */
  private issue(
    turn: RolloutTurn,
    input: ReportInput,
    notes: readonly (readonly [string, string])[],
  ): boolean {
    const { replica, publish, log } = this.parts
    const draft = reportDraft(replica, input)
    const issued = draft.ok ? replica.issue(draft.value, notes) : draft
    if (issued.ok) {
      this.backoff.succeeded(hookKey(turn))
      publish([issued.value])
      this.write(turn, 'hook.reported', input.status)
      return true
    }
    log.warn({ code: issued.code, hook: hookKey(turn) }, `no report: ${issued.message}`)
    this.backoff.failed(hookKey(turn), this.now())
    return false
  }

  /** One piece of work with a name: never twice at once, and its failure breaks nothing else. */
  private async guarded(
    key: string,
    rollout: Rollout | undefined,
    work: (own: Work) => Promise<void>,
  ): Promise<void> {
    if (this.running.has(key)) return
    const own = { slot: rollout?.ballot.generation.slot ?? '', wake: new AbortController() }
    this.running.set(key, own)
    try {
      await work(own)
    } catch (error) {
      this.parts.log.warn({ hook: key, reason: messageOf(error) }, 'a hook failed in part')
      this.backoff.failed(key, this.now())
      if (this.parts.isReadOnly()) this.parts.storeFailed()
    } finally {
      this.running.delete(key)
      this.poke()
    }
  }

  private write(turn: RolloutTurn, what: string, why: string): void {
    try {
      this.parts.journal({ at: this.now(), what, why, data: JSON.stringify(turn) })
    } catch (error) {
      this.parts.log.warn({ reason: messageOf(error) }, 'the journal took no line')
    }
  }

  private now(): number {
    return this.parts.replica.clock.now()
  }
}

/** Work that goes on. */
interface Work {
  readonly slot: string
  readonly wake: AbortController
}

/** Why a change that was begun here and did nothing yet is not wanted any more; a way back always is. */
const calledOff = ({ kind, stage }: RolloutTurn, { course }: Rollout): string | undefined =>
  kind === 'deploy' ? course.stages.find(({ plan }) => plan.name === stage)?.hold : undefined

/** Where the change is in place, as far as anybody knows. */
const WATCHED: ReadonlySet<ReportStatus> = new Set(['healthy', 'degraded', 'inconclusive'])

/** What is said of a hook whose end nobody saw. */
export const INTERRUPTED = 'the node stopped while its hook ran: how that ended is not known'

const wordOf = (status: EndedHook['status']): ReportStatus =>
  status === 'done' ? 'healthy' : status

/** What is to be measured could not be. */
class MeasureError extends Error {
  override readonly name = 'MeasureError'
  readonly code = 'not-measured'
}

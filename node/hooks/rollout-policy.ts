/**
 * What the settings make of a turn in a rollout (design §6.4): `auto` runs the hook, `ask` waits for a
 * person, `off` leaves it to people. Without a hook for its component nothing is run, whatever the mode.
 */
import { slotWord } from '../../src/charter/slot.ts'
import type { Replica } from '../../src/replica/replica.ts'
import type { Rollout } from '../../src/replica/rollout/rollout.ts'
import { selfOn } from '../../src/replica/rollout/rollouts.ts'
import { type RolloutTurn, turnOf } from '../../src/replica/rollout/turn.ts'
import type { DutyMode } from '../home/config-schema.ts'
import { hookAnswerName, hookNote } from './hook-note.ts'
import { type Hook, type HookKind, type Hooks, hookFor } from './hook-settings.ts'
import type { Monitor } from './prometheus.ts'

/** How this node takes part in rollouts. */
export interface RolloutSettings {
  readonly mode: (track: string) => DutyMode
  readonly hooks: Hooks
  /** Absent where no monitor is set. */
  readonly monitor: Monitor | undefined
  /** Between two looks at the indicators, in ms. */
  readonly watchMs: number
}

/** The hook that is set for a rollout: by the component of its slot, else the first that it touches. */
export function settingsHook(
  { hooks }: Pick<RolloutSettings, 'hooks'>,
  { ballot }: Pick<Rollout, 'ballot'>,
  kind: HookKind,
): Hook | undefined {
  const names = [slotWord(ballot.generation.slot), ...ballot.body.components]
  const component = names.find((name) => name !== undefined && Object.hasOwn(hooks, name))
  return hookFor(hooks, component ?? '*', kind)
}

/** Every hook of a rollout that was begun here, each once, whatever became of it. */
export function begunTurns(replica: Replica, rollout: Rollout): RolloutTurn[] {
  const self = selfOn(replica, rollout.ballot)
  if (self === undefined) return []
  const { attempt, stages } = rollout.course
  const mine = stages.filter(({ cohort }) => cohort.includes(self)).map(({ plan }) => plan.name)
  return Array.from({ length: attempt + 1 }, (_, at) => at)
    .flatMap((at) => [
      ...mine.map((stage) => turn(rollout, 'deploy', stage, at)),
      // One way back for all stages: in which it was taken, the note says.
      ...mine.slice(0, 1).map((stage) => turn(rollout, 'rollback', stage, at)),
    ])
    .flatMap((one) => {
      const note = hookNote(replica, { ...one, self })
      return note ? { ...one, self, stage: note.stage } : []
    })
}

const turn = (
  { ballot }: Rollout,
  kind: HookKind,
  stage: string,
  attempt: number,
): Omit<RolloutTurn, 'self'> => ({ kind, proposal: ballot.id, stage, attempt, why: 'it was begun' })

/** A turn that waits for a person. */
export interface OpenTurn {
  readonly rollout: Rollout
  readonly turn: RolloutTurn
  /**
   * `ask`: by the settings, or because it cannot be undone. `no-hook`, `off`: people do it, and report.
   * `was-run`: the hook to go back was run and did not do it; people look, go back, and report.
   */
  readonly waits: 'ask' | 'no-hook' | 'off' | 'was-run'
}

/** The hook to be run now, if any. */
export function nextTurn(
  replica: Replica,
  rollout: Rollout,
  settings: RolloutSettings,
): RolloutTurn | undefined {
  const turn = ownTurn(replica, rollout)
  return turn && standOn(replica, rollout, turn, settings) === 'run' ? turn : undefined
}

/** What this organisation has to do and no hook does. */
export function openTurn(
  replica: Replica,
  rollout: Rollout,
  settings: RolloutSettings,
): OpenTurn | undefined {
  const due = dueTurn(replica, rollout)
  if (due && hookNote(replica, due)?.state === 'reported')
    return { rollout, turn: due, waits: 'was-run' }
  const turn = ownTurn(replica, rollout)
  const waits = turn && standOn(replica, rollout, turn, settings)
  return turn && waits && waits !== 'run' ? { rollout, turn, waits } : undefined
}

function standOn(
  replica: Replica,
  { ballot, planned }: Rollout,
  turn: RolloutTurn,
  settings: RolloutSettings,
): OpenTurn['waits'] | 'run' {
  if (settingsHook(settings, { ballot }, turn.kind) === undefined) return 'no-hook'
  if (replica.local.get(hookAnswerName(turn)) !== undefined) return 'run'
  const mode = settings.mode(ballot.body.track)
  if (mode !== 'auto') return mode
  // What cannot be undone is undone by no hook of its own accord.
  const stage = planned.plan.stages.find(({ name }) => name === turn.stage)
  return turn.kind === 'rollback' && stage?.reversible === false ? 'ask' : 'run'
}

/** What this organisation has to do, whatever became of its hook. */
function dueTurn(replica: Replica, rollout: Rollout): RolloutTurn | undefined {
  const self = selfOn(replica, rollout.ballot)
  return self && (askedBack(replica, rollout) ?? turnOf(rollout, self))
}

/** Whose hook was not begun; nobody goes back while it is not known where their own hook got to. */
function ownTurn(replica: Replica, rollout: Rollout): RolloutTurn | undefined {
  const turn = dueTurn(replica, rollout)
  if (!turn || hookNote(replica, turn) !== undefined) return undefined
  const isPending = begunTurns(replica, rollout).some(
    (begun) => hookNote(replica, begun)?.state !== 'reported',
  )
  return isPending ? undefined : turn
}

/** A person of this organisation wants to go back, whatever the others do. */
function askedBack(replica: Replica, rollout: Rollout): RolloutTurn | undefined {
  const turn = backTurn(replica, rollout)
  return turn && replica.local.get(hookAnswerName(turn)) !== undefined ? turn : undefined
}

/** This organisation's way back; undefined where it has not moved. */
export function backTurn(replica: Replica, { ballot, course }: Rollout): RolloutTurn | undefined {
  const self = selfOn(replica, ballot)
  if (self === undefined || !course.moved.includes(self)) return undefined
  const last = course.standing.findLast(
    ({ stakeholder, reading }) => stakeholder === self && reading.status !== 'rolled-back',
  )
  const why = 'a person of this organisation wants to go back'
  const { attempt } = course
  return last && { kind: 'rollback', proposal: ballot.id, stage: last.stage, attempt, self, why }
}

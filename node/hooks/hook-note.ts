/**
 * What is remembered of each hook, durably, before anything is done (design §3.9): that it was begun is
 * on disk before the program starts, so whatever kills this process, it is never begun twice.
 */
import type { Metric, ReportStatus } from '../../src/proposal/rollout/ops.ts'
import type { Replica } from '../../src/replica/replica.ts'
import type { RolloutTurn } from '../../src/replica/rollout/turn.ts'
import { hookKey } from './hook-event.ts'

/** How far a hook is, and the stage in which it was begun. */
export type HookNote = { readonly stage: string } & HookStep

/** How far a hook is. */
export type HookStep =
  | { readonly state: 'begun'; readonly at: number }
  /** It has ended; what it measured is to be completed at `measureAt`, and reported. */
  | {
      readonly state: 'ended'
      readonly at: number
      readonly endedAt: number
      readonly measureAt: number
      readonly outcome: EndedHook
    }
  | { readonly state: 'reported'; readonly at: number; readonly status: ReportStatus }

/** What a hook came to, as it is kept. */
export interface EndedHook {
  readonly status: 'done' | 'healthy' | 'degraded' | 'failed' | 'inconclusive'
  readonly metrics: readonly Metric[]
  readonly note: string
}

/** Name of the note on a hook. */
export const hookNoteName = (turn: RolloutTurn): string => `hook:${hookKey(turn)}`
/** Name of the note that a person lets a hook run, or wants to go back. */
export const hookAnswerName = (turn: RolloutTurn): string => `hook-answer:${hookKey(turn)}`

/** What is remembered of a hook; undefined until it is begun. */
export function hookNote(
  { local }: Pick<Replica, 'local'>,
  turn: RolloutTurn,
): HookNote | undefined {
  const text = local.get(hookNoteName(turn))
  // Only this file writes these notes.
  return text === undefined ? undefined : (JSON.parse(text) as HookNote)
}

/** A note to be stored. */
export const noteOf = (turn: RolloutTurn, step: HookStep): readonly [string, string] => [
  hookNoteName(turn),
  JSON.stringify({ stage: turn.stage, ...step } satisfies HookNote),
]

/**
 * Which window a word on a proposal belongs to, and whether it came after that (design §3.4). What is
 * late counts all the same: gates hold a ballot open. But everybody sees that it was not there in time.
 */
import { type BallotWindows, type EarlyStage, stageEnd, type Timetable } from '../ballot/timing.ts'
import type { ClaimKind } from './attestation/kinds.ts'
import type { CommentRecord } from './comment.ts'

/** What somebody said: a comment of that kind, or an attestation. */
export type WordKind = CommentRecord['kind'] | ClaimKind

const WINDOW_OF: Readonly<Partial<Record<WordKind, EarlyStage>>> = {
  concern: 'deliberation',
  objection: 'deliberation',
  question: 'deliberation',
  review: 'review',
  risk: 'review',
  test: 'interop',
  build: 'interop',
  verification: 'interop',
  drill: 'demonstration',
}

/** The window in which a word is expected; support, answers and what is unknown belong to none. */
export const windowOf = (kind: WordKind): EarlyStage | undefined => WINDOW_OF[kind]

/** The window after which a word was first seen, if it came late; a window of no length has no end. */
export function lateFor(
  kind: WordKind,
  seenAt: number,
  times: Timetable,
  windows: BallotWindows,
): { readonly window: EarlyStage; readonly closedAt: number } | undefined {
  const window = windowOf(kind)
  if (window === undefined || (windows[window] ?? 0) === 0) return undefined
  const closedAt = stageEnd(window, times, windows)
  return seenAt >= closedAt ? { window, closedAt } : undefined
}

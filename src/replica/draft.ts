/** Drafts: operations before they are signed; what `--dry-run` shows (design §6.6). */

import type { Choice, SealVerdict } from '../ballot/ops.ts'
import type { SettleMove } from '../ballot/settle.ts'
import type { OpCid, Value } from '../op/ids.ts'
import { accept, type Result, refuse } from '../op/refusal.ts'
import type { OpType } from '../op/type.ts'

/** What is to be signed: a type, what it builds on, a body whose positions point into `refs`. */
export interface Draft {
  readonly type: string
  readonly refs: readonly OpCid[]
  readonly body: { readonly [key: string]: Value }
}

/** A draft whose body its type understands; refuses (`invalid-statement`) with the first fault. */
export function checkedDraft<Body>(
  type: OpType<Body>,
  refs: readonly OpCid[],
  body: { readonly [key: string]: Value },
): Result<Draft> {
  const issue = type.body.safeParse(body).error?.issues[0]
  if (issue)
    return refuse('invalid-statement', `${issue.path.join('.') || type.type}: ${issue.message}`)
  return accept({ type: type.type, refs, body })
}

/** Positions first … first + count − 1. */
const range = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => first + i)

/** A vote that replaces the stakeholder's standing ones. */
export function voteDraft(
  ballot: OpCid,
  choice: Choice,
  rationale: string | undefined,
  supersedes: readonly OpCid[],
): Draft {
  return {
    type: 'vote.cast',
    refs: [ballot, ...supersedes],
    body: {
      ballot: 0,
      choice,
      supersedes: range(1, supersedes.length),
      ...(rationale !== undefined && { rationale }),
    },
  }
}

/** The votes that were judged. */
export const tallyDraft = (ballot: OpCid, votes: readonly OpCid[]): Draft => ({
  type: 'tally',
  refs: [ballot, ...votes],
  body: { ballot: 0, votes: range(1, votes.length) },
})

/** A seal; an endorsed amendment lists settlements. */
export const sealDraft = (
  ballot: OpCid,
  verdict: SealVerdict,
  tally: OpCid,
  settled: readonly OpCid[],
): Draft => ({
  type: 'seal',
  refs: [ballot, tally, ...settled],
  body: {
    ballot: 0,
    verdict,
    tally: 1,
    ...(settled.length > 0 && { settled: range(2, settled.length) }),
  },
})

/** Settlements that do not fit into the seal itself. */
export const settledDraft = (ballot: OpCid, settled: readonly OpCid[]): Draft => ({
  type: 'seal.settled',
  refs: [ballot, ...settled],
  body: { ballot: 0, settled: range(1, settled.length) },
})

/** A provisional seal (§3.7). */
export const provisionalSealDraft = (ballot: OpCid, tally: OpCid): Draft => ({
  type: 'seal.provisional',
  refs: [ballot, tally],
  body: { ballot: 0, tally: 1 },
})

/** The record of provisional seals that meet the floor (§3.7). */
export const provisionalDraft = (ballot: OpCid, seals: readonly OpCid[]): Draft => ({
  type: 'provisional',
  refs: [ballot, ...seals],
  body: { ballot: 0, seals: range(1, seals.length) },
})

/** What a settle move says. */
export function moveDraft(ballot: OpCid, move: SettleMove): Draft {
  switch (move.kind) {
    case 'estimate':
      return {
        type: 'settle.estimate',
        refs: [ballot, ...move.endorsements],
        body: {
          ballot: 0,
          round: move.round,
          value: move.value,
          ...(move.endorsements.length > 0 && {
            endorsements: range(1, move.endorsements.length),
          }),
        },
      }
    case 'suggest':
      return {
        type: 'settle.suggest',
        refs: [ballot],
        body: { ballot: 0, round: move.round, value: move.value },
      }
    case 'auxiliary':
      return {
        type: 'settle.auxiliary',
        refs: [ballot],
        body: { ballot: 0, round: move.round, values: [...move.values] },
      }
    case 'settlement': {
      const { outcome, round, auxiliaries, endorsements } = move.certificate
      return {
        type: 'settlement',
        refs: [ballot, ...auxiliaries, ...endorsements],
        body: {
          ballot: 0,
          outcome,
          round,
          auxiliaries: range(1, auxiliaries.length),
          endorsements: range(1 + auxiliaries.length, endorsements.length),
        },
      }
    }
  }
}

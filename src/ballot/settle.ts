/**
 * Settlement, the node's part: what to say next in the leaderless binary agreement (design §3.6;
 * Crain, Gramoli, Larrea, Raynal: "DBFT: Efficient Leaderless Byzantine Consensus", 2018, here with
 * weights). Pure: a board, who we are, what our clock says ⇒ at most one statement at a time.
 *
 *   round r:  estimate ──▶ (≥ F+1: echo) ──▶ (≥ 2F+1: binding) ──▶ auxiliary ──▶ (≥ Q) result
 *             all {b(r)} ⇒ settled · all {v} ⇒ keep v · both ⇒ take b(r) · next round
 *
 * What a node said in a round stands for its estimate there, echo or own: an echo needs F+1, so an
 * honest node proposed it, so no other value was settled in the round before.
 */
import type { OpCid, StakeholderId } from '../op/ids.ts'
import { type Board, favoured, other, type SettlementCertificate } from './board.ts'
import type { SettleValue } from './ops.ts'
import { FAST_ROUNDS, ROUND_TIMER_MS } from './rules.ts'

/** What this node owes to a ballot's settlement. */
export type SettleMove =
  | {
      readonly kind: 'estimate'
      readonly round: number
      readonly value: SettleValue
      /** The endorsing seals, with the first *adopt*. */
      readonly endorsements: readonly OpCid[]
    }
  | { readonly kind: 'suggest'; readonly round: number; readonly value: SettleValue }
  | { readonly kind: 'auxiliary'; readonly round: number; readonly values: readonly SettleValue[] }
  | { readonly kind: 'settlement'; readonly certificate: SettlementCertificate }

/** This node's own clock readings on one ballot, in ms; local, in no digest. */
export interface SettleClock {
  readonly now: number
  /** When seals of weight ≥ Q had been seen; undefined until then. */
  readonly quorumSealedAt: number | undefined
  /** The track's settle window. */
  readonly patienceMs: number
  /** When this node entered a round, noting it at the first call. */
  enteredAt(round: number): number
}

/** What a node knows of its own part. */
export interface Self {
  readonly id: StakeholderId
  /** This node has sent an *adopt* estimate on this ballot before. */
  readonly hasAdopted: boolean
  /** This node has issued the settlement. */
  readonly hasSettled: boolean
  /** Weight of stakeholders whose settlement refers to a certificate. */
  readonly settlementWeight: number
}

/** What to say next, or nothing. */
export function settleMove(board: Board, self: Self, clock: SettleClock): SettleMove | undefined {
  const [certificate] = board.settlements()
  if (certificate) return recordMove(board, self, certificate)
  for (let round = 1; ; round++) {
    const echo = echoMove(board, self, round)
    if (echo) return echo
    // A round that has its result needs no more of us: what it rests on reaches everyone.
    if (board.result(round)) continue
    const move = estimateMove(board, self, clock, round) ?? suggestMove(board, self, round)
    if (move) return move
    if (board.saidEstimates(self.id, round).length === 0) return undefined
    return auxiliaryMove(board, self, clock, round)
  }
}

/** When `settleMove` may have something new to say without any new operation; Infinity if never. */
export function nextSettleTime(board: Board, self: Self, clock: SettleClock): number {
  if (board.settlements().length > 0) return Number.POSITIVE_INFINITY
  let round = 1
  while (board.result(round)) round++
  if (board.saidEstimates(self.id, round).length === 0)
    return (clock.quorumSealedAt ?? Number.POSITIVE_INFINITY) + clock.patienceMs
  if (board.saidAuxiliary(self.id, round) || board.binding(round).length === 0)
    return Number.POSITIVE_INFINITY
  return clock.enteredAt(round) + ROUND_TIMER_MS * round
}

/** Records the certificate, unless enough others have: then an honest node's relay reaches all. */
function recordMove(
  board: Board,
  self: Self,
  certificate: SettlementCertificate,
): SettleMove | undefined {
  if (self.hasSettled || self.settlementWeight >= board.electorate.faulty + 1) return undefined
  return { kind: 'settlement', certificate }
}

function estimateMove(
  board: Board,
  self: Self,
  clock: SettleClock,
  round: number,
): SettleMove | undefined {
  const said = board.saidEstimates(self.id, round)
  const value = round === 1 ? firstValue(board, said, clock) : laterValue(board, said, round)
  return value && estimate(board, self, round, value)
}

/** Round 1: *adopt* with a certificate in hand; *decline* when none can form or patience ran out. */
function firstValue(
  board: Board,
  said: readonly SettleValue[],
  clock: SettleClock,
): SettleValue | undefined {
  if (board.hasEndorsements) return said.includes('adopt') ? undefined : 'adopt'
  if (said.length > 0) return undefined
  const waited =
    clock.quorumSealedAt !== undefined && clock.now >= clock.quorumSealedAt + clock.patienceMs
  return board.cannotEndorse || waited ? 'decline' : undefined
}

function laterValue(
  board: Board,
  said: readonly SettleValue[],
  round: number,
): SettleValue | undefined {
  if (said.length > 0) return undefined
  const before = board.result(round - 1)
  return before === undefined || before === 'mixed' ? favoured(round - 1) : before.keep
}

function echoMove(board: Board, self: Self, round: number): SettleMove | undefined {
  const least = board.rules.echoAt(board.electorate.faulty)
  const said = board.saidEstimates(self.id, round)
  for (const value of [favoured(round), other(favoured(round))])
    if (!said.includes(value) && board.estimateWeight(round, value) >= least)
      return estimate(board, self, round, value)
  return undefined
}

function estimate(board: Board, self: Self, round: number, value: SettleValue): SettleMove {
  const lists = value === 'adopt' && !self.hasAdopted
  return {
    kind: 'estimate',
    round,
    value,
    endorsements: lists ? [...board.endorse.values()] : [],
  }
}

function suggestMove(board: Board, self: Self, round: number): SettleMove | undefined {
  if (board.lead(round) !== self.id || board.suggested(self.id, round).size > 0) return undefined
  const binding = board.binding(round)
  const value = binding.includes(favoured(round)) ? favoured(round) : binding[0]
  return value && { kind: 'suggest', round, value }
}

function auxiliaryMove(
  board: Board,
  self: Self,
  clock: SettleClock,
  round: number,
): SettleMove | undefined {
  const binding = board.binding(round)
  const enteredAt = clock.enteredAt(round)
  if (binding.length === 0 || board.saidAuxiliary(self.id, round)) return undefined
  const quick = round <= FAST_ROUNDS ? quorumValue(board, binding, round) : undefined
  if (quick) return { kind: 'auxiliary', round, values: [quick] }
  if (board.rules.waitsForTimer && clock.now < enteredAt + ROUND_TIMER_MS * round) return undefined
  return { kind: 'auxiliary', round, values: led(board, binding, round) }
}

/** A binding value that estimates of weight ≥ Q name. */
function quorumValue(
  board: Board,
  binding: readonly SettleValue[],
  round: number,
): SettleValue | undefined {
  const heavy = binding.filter((value) => board.estimateWeight(round, value) >= board.quorum)
  return heavy.includes(favoured(round)) ? favoured(round) : heavy[0]
}

/** The lead's suggestion where it is binding, else all binding values. */
function led(board: Board, binding: readonly SettleValue[], round: number): readonly SettleValue[] {
  const lead = board.lead(round)
  const suggested = lead === undefined ? new Set() : board.suggested(lead, round)
  const taken = binding.filter((value) => suggested.has(value))
  return taken.length === 1 ? taken : binding
}

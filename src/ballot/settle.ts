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
import { type Board, byFavour, type SettlementCertificate } from './board.ts'
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
}

/**
 * What to say next, or nothing. With a certificate it is the settlement; a node that has issued it, or
 * knows of settlements of weight F+1, whose relay reaches everyone, does not ask any more.
 */
export function settleMove(board: Board, self: Self, clock: SettleClock): SettleMove | undefined {
  const [certificate] = board.settlements()
  if (certificate) return { kind: 'settlement', certificate }
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

/**
 * When `settleMove`, which has nothing to say now, may have something without any new operation;
 * Infinity if never.
 */
export function nextSettleTime(board: Board, self: Self, clock: SettleClock): number {
  let round = 1
  while (board.result(round)) round++
  if (board.saidEstimates(self.id, round).length === 0) return patienceEnd(clock)
  if (board.saidAuxiliary(self.id, round) || board.binding(round).length === 0)
    return Number.POSITIVE_INFINITY
  return clock.enteredAt(round) + ROUND_TIMER_MS * round
}

/** When this node no longer waits for a certificate; never while seals have less than Q. */
const patienceEnd = ({ quorumSealedAt, patienceMs }: SettleClock): number =>
  (quorumSealedAt ?? Number.POSITIVE_INFINITY) + patienceMs

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
  return board.cannotEndorse || clock.now >= patienceEnd(clock) ? 'decline' : undefined
}

function laterValue(
  board: Board,
  said: readonly SettleValue[],
  round: number,
): SettleValue | undefined {
  if (said.length > 0) return undefined
  return board.result(round - 1)
}

function echoMove(board: Board, self: Self, round: number): SettleMove | undefined {
  const least = board.rules.echoAt(board.electorate.faulty)
  const said = board.saidEstimates(self.id, round)
  for (const value of byFavour(round))
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
  const value = byFavour(round).find((one) => binding.includes(one))
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
  const quick = round <= FAST_ROUNDS ? quorumValue(board, round) : undefined
  if (quick) return { kind: 'auxiliary', round, values: [quick] }
  if (board.rules.waitsForTimer && clock.now < enteredAt + ROUND_TIMER_MS * round) return undefined
  return { kind: 'auxiliary', round, values: led(board, binding, round) }
}

/** A value that estimates of weight ≥ Q name; it binds, for Q = W − F is more than 2F. */
const quorumValue = (board: Board, round: number): SettleValue | undefined =>
  byFavour(round).find((value) => board.estimateWeight(round, value) >= board.quorum)

/** The lead's suggestion where it is binding, else all binding values. */
function led(board: Board, binding: readonly SettleValue[], round: number): readonly SettleValue[] {
  const suggested = board.suggested(board.lead(round), round)
  const taken = binding.filter((value) => suggested.has(value))
  return taken.length === 1 ? taken : binding
}

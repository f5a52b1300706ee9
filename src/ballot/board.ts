/**
 * The board of one ballot: what stakeholders have said in seals and settle rounds (design §3.6).
 * A stakeholder that said two values counts for each. *adopt* in any settle statement counts only
 * once the board holds an endorsement certificate; until then the whole statement waits.
 */
import type { OpCid, StakeholderId } from '../op/ids.ts'
import { invariant } from '../op/refusal.ts'
import { type Electorate, electorsOf } from './electorate.ts'
import type { SealVerdict, SettleValue } from './ops.ts'
import type { SettleRules } from './rules.ts'

/** A seal that counts. */
export interface SealRecord {
  readonly cid: OpCid
  readonly stakeholder: StakeholderId
  readonly verdict: SealVerdict
  readonly tally: OpCid
}

/** An estimate, suggestion or auxiliary that counts; `values` has one entry but for auxiliaries. */
export interface SettleRecord {
  readonly kind: 'estimate' | 'suggest' | 'auxiliary'
  readonly cid: OpCid
  readonly stakeholder: StakeholderId
  readonly round: number
  readonly values: readonly SettleValue[]
}

/** Proof that a ballot is settled: any reader can check it from the operations alone. */
export interface SettlementCertificate {
  readonly outcome: 'adopted' | 'declined'
  readonly round: number
  readonly auxiliaries: readonly OpCid[]
  readonly endorsements: readonly OpCid[]
}

/** Who said something, and their weight together. */
export interface Said {
  readonly weight: number
  readonly by: readonly StakeholderId[]
}

/** One settle round: who said what; a stakeholder that said two things is in both. */
export interface RoundSummary {
  readonly round: number
  readonly favours: SettleValue
  readonly lead: StakeholderId
  readonly estimates: Readonly<Record<SettleValue, Said>>
  readonly auxiliaries: Readonly<Record<SettleValue | 'both', Said>>
}

/** b(r): odd rounds favour *adopt*, even rounds *decline*. */
export const favoured = (round: number): SettleValue => (round % 2 === 1 ? 'adopt' : 'decline')

/** Who said one thing, with the statement, and what they weigh together. */
class Voices extends Map<StakeholderId, OpCid> {
  weight = 0

  /** Of several statements with one meaning the lowest CID is the one that certificates name. */
  add(id: StakeholderId, cid: OpCid, weight: number): void {
    const before = this.get(id)
    if (before === undefined) this.weight += weight
    if (before === undefined || cid < before) this.set(id, cid)
  }
}

interface Round {
  readonly estimates: Record<SettleValue, Voices>
  readonly suggestions: Map<StakeholderId, Set<SettleValue>>
  /** Who said exactly {adopt}, exactly {decline}, both. */
  readonly auxiliaries: Record<SettleValue | 'both', Voices>
}

const emptyRound = (): Round => ({
  estimates: { adopt: new Voices(), decline: new Voices() },
  suggestions: new Map(),
  auxiliaries: { adopt: new Voices(), decline: new Voices(), both: new Voices() },
})

/**
 * Statements on one ballot, counted as they come: whatever their order, the same statements make
 * the same board. A faulty member may say as much as its rate allows, so no question that is asked
 * after every operation may cost more for it.
 */
export class Board {
  readonly electorate: Electorate
  readonly rules: SettleRules
  readonly quorum: number
  private readonly voices: Readonly<Record<SealVerdict, Voices>> = {
    endorse: new Voices(),
    decline: new Voices(),
  }
  private readonly rounds = new Map<number, Round>()
  private readonly weights: ReadonlyMap<StakeholderId, number>
  private readonly adopters = new Set<StakeholderId>()
  /** Statements that name *adopt*, until the board holds an endorsement certificate. */
  private waiting: SettleRecord[] = []
  /** For each outcome the first round whose auxiliaries make a settlement certificate. */
  private readonly decided = new Map<SettleValue, number>()
  private certificates: readonly SettlementCertificate[] | undefined
  private declines: number | undefined

  constructor(electorate: Electorate, rules: SettleRules) {
    this.electorate = electorate
    this.rules = rules
    this.quorum = rules.quorum(electorate.total, electorate.faulty)
    this.weights = electorsOf(electorate).weights
  }

  /** Counts a seal. */
  hearSeal({ verdict, stakeholder, cid }: SealRecord): void {
    this.certificates = undefined
    this.declines = undefined
    this.voices[verdict].add(stakeholder, cid, this.weightOf(stakeholder))
    if (this.adoptCounts) for (const statement of this.waiting.splice(0)) this.note(statement)
  }

  /** Counts a statement of the settle rounds, at once or when *adopt* counts. */
  hear(statement: SettleRecord): void {
    if (this.adoptCounts || !statement.values.includes('adopt')) this.note(statement)
    else this.waiting.push(statement)
  }

  /** Who endorses, each with the seal. */
  get endorse(): ReadonlyMap<StakeholderId, OpCid> {
    return this.voices.endorse
  }

  /** Who declines, each with the seal. */
  get decline(): ReadonlyMap<StakeholderId, OpCid> {
    return this.voices.decline
  }

  /** Endorsements of weight ≥ Q: an endorsement certificate. */
  get hasEndorsements(): boolean {
    return this.voices.endorse.weight >= this.quorum
  }

  private get adoptCounts(): boolean {
    return !this.rules.adoptNeedsCertificate || this.hasEndorsements
  }

  /** Weight of stakeholders that have sealed. */
  get sealedWeight(): number {
    return this.voices.endorse.weight + this.declinedOnly
  }

  /** True when seals of weight ≥ Q show that no endorsement certificate can form. */
  get cannotEndorse(): boolean {
    const { total } = this.electorate
    return this.sealedWeight >= this.quorum && total - this.declinedOnly < this.quorum
  }

  /** Weight of those who decline and do not endorse besides. */
  private get declinedOnly(): number {
    this.declines ??= this.weight([...this.decline.keys()].filter((id) => !this.endorse.has(id)))
    return this.declines
  }

  /** Weight of the stakeholders that sent this estimate. */
  estimateWeight(round: number, value: SettleValue): number {
    return this.round(round).estimates[value].weight
  }

  /** Values whose estimates have weight ≥ 2F+1 in the round. */
  binding(round: number): SettleValue[] {
    const least = this.rules.bindingAt(this.electorate.faulty)
    return (['adopt', 'decline'] as const).filter((v) => this.estimateWeight(round, v) >= least)
  }

  /** Values that a stakeholder's estimates of a round name. */
  saidEstimates(id: StakeholderId, round: number): SettleValue[] {
    const { estimates } = this.round(round)
    return (['adopt', 'decline'] as const).filter((value) => estimates[value].has(id))
  }

  /** True when the stakeholder has sent its auxiliary of the round. */
  saidAuxiliary(id: StakeholderId, round: number): boolean {
    const { auxiliaries } = this.round(round)
    return [auxiliaries.adopt, auxiliaries.decline, auxiliaries.both].some((said) => said.has(id))
  }

  /** True when the stakeholder has sent an auxiliary in any round: it may be part of a certificate. */
  hasDecided(id: StakeholderId): boolean {
    return [...this.rounds.keys()].some((round) => this.saidAuxiliary(id, round))
  }

  /** True when the stakeholder has sent an *adopt* estimate in any round. */
  hasAdopted(id: StakeholderId): boolean {
    return this.adopters.has(id)
  }

  /** What a stakeholder suggested in a round. */
  suggested(id: StakeholderId, round: number): ReadonlySet<SettleValue> {
    return this.round(round).suggestions.get(id) ?? new Set()
  }

  /** The round's lead: the electorate in order, rotating. It has no power to decide. */
  lead(round: number): StakeholderId {
    const { members } = this.electorate
    const lead = members[(round - 1) % members.length]
    invariant(lead, 'somebody decides')
    return lead.id
  }

  /**
   * The value that the next round begins with, once auxiliaries have weight ≥ Q over binding values: the
   * one that all of them name, else the favoured one.
   */
  result(round: number): SettleValue | undefined {
    const { auxiliaries } = this.round(round)
    const binding = this.binding(round)
    if (binding.length === 0) return undefined
    const kept = byFavour(round).find(
      (value) => binding.includes(value) && auxiliaries[value].weight >= this.quorum,
    )
    if (kept !== undefined || binding.length === 1) return kept
    const { adopt, decline, both } = auxiliaries
    const over = new Set([...adopt.keys(), ...decline.keys(), ...both.keys()])
    return this.weight(over) >= this.quorum ? favoured(round) : undefined
  }

  /** The settlement certificates that the board holds: more than one outcome is a violation. */
  settlements(): readonly SettlementCertificate[] {
    this.certificates ??= this.certify()
    return this.certificates
  }

  private certify(): SettlementCertificate[] {
    return [...this.decided]
      .sort(([, a], [, b]) => a - b)
      .map(([value, round]) => ({
        outcome: value === 'adopt' ? 'adopted' : 'declined',
        round,
        auxiliaries: [...this.round(round).auxiliaries[value].values()],
        endorsements: value === 'adopt' ? [...this.endorse.values()] : [],
      }))
  }

  /** What was said in each round in which anything was, in order of rounds. */
  summary(): RoundSummary[] {
    return [...this.rounds.keys()]
      .sort((a, b) => a - b)
      .map((round) => {
        const { estimates, auxiliaries } = this.round(round)
        const said = (voices: Voices) => ({ weight: voices.weight, by: [...voices.keys()].sort() })
        return {
          round,
          favours: favoured(round),
          lead: this.lead(round),
          estimates: { adopt: said(estimates.adopt), decline: said(estimates.decline) },
          auxiliaries: {
            adopt: said(auxiliaries.adopt),
            decline: said(auxiliaries.decline),
            both: said(auxiliaries.both),
          },
        }
      })
  }

  /** Total weight of some stakeholders. */
  weight(ids: Iterable<StakeholderId>): number {
    let sum = 0
    for (const id of ids) sum += this.weightOf(id)
    return sum
  }

  /** The weight of a stakeholder; 0 of one that does not decide. */
  weightOf(id: StakeholderId): number {
    return this.weights.get(id) ?? 0
  }

  private note({ kind, cid, stakeholder, round, values }: SettleRecord): void {
    const at = this.rounds.get(round) ?? emptyRound()
    this.rounds.set(round, at)
    this.certificates = undefined
    const weight = this.weightOf(stakeholder)
    for (const value of values)
      if (kind === 'suggest') {
        const said = at.suggestions.get(stakeholder) ?? new Set()
        at.suggestions.set(stakeholder, said.add(value))
      } else if (kind === 'estimate') {
        at.estimates[value].add(stakeholder, cid, weight)
        if (value === 'adopt') this.adopters.add(stakeholder)
      } else at.auxiliaries[values.length > 1 ? 'both' : value].add(stakeholder, cid, weight)
    this.decide(round)
  }

  private decide(round: number): void {
    const value = favoured(round)
    if (this.round(round).auxiliaries[value].weight < this.quorum) return
    this.decided.set(value, Math.min(round, this.decided.get(value) ?? round))
  }

  private round(round: number): Round {
    return this.rounds.get(round) ?? NO_ROUND
  }
}

const NO_ROUND = emptyRound()

/** The other value. */
export const other = (value: SettleValue): SettleValue => (value === 'adopt' ? 'decline' : 'adopt')

/** Both values, the one that the round favours first. */
export const byFavour = (round: number): readonly SettleValue[] => [
  favoured(round),
  other(favoured(round)),
]

/**
 * The board of one ballot: what stakeholders have said in seals and settle rounds (design §3.6).
 * A stakeholder that said two values counts for each. *adopt* in any settle statement counts only
 * once the board holds an endorsement certificate; until then the whole statement waits.
 */
import type { OpCid, StakeholderId } from '../op/ids.ts'
import type { Electorate } from './electorate.ts'
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

/** b(r): odd rounds favour *adopt*, even rounds *decline*. */
export const favoured = (round: number): SettleValue => (round % 2 === 1 ? 'adopt' : 'decline')

type ByStakeholder = Map<StakeholderId, OpCid>

interface Round {
  readonly estimates: Record<SettleValue, ByStakeholder>
  readonly suggestions: Map<StakeholderId, Set<SettleValue>>
  /** Who said exactly {adopt}, exactly {decline}, both. */
  readonly auxiliaries: Record<SettleValue | 'both', ByStakeholder>
}

const emptyRound = (): Round => ({
  estimates: { adopt: new Map(), decline: new Map() },
  suggestions: new Map(),
  auxiliaries: { adopt: new Map(), decline: new Map(), both: new Map() },
})

/** Statements on one ballot, counted. */
export class Board {
  readonly electorate: Electorate
  readonly rules: SettleRules
  readonly quorum: number
  readonly endorse: ByStakeholder = new Map()
  readonly decline: ByStakeholder = new Map()
  private readonly rounds = new Map<number, Round>()
  private readonly weights: ReadonlyMap<StakeholderId, number>

  constructor(
    electorate: Electorate,
    rules: SettleRules,
    seals: Iterable<SealRecord>,
    statements: Iterable<SettleRecord>,
  ) {
    this.electorate = electorate
    this.rules = rules
    this.quorum = rules.quorum(electorate.total, electorate.faulty)
    this.weights = new Map(electorate.members.map(({ id, weight }) => [id, weight]))
    for (const seal of seals) first(this[seal.verdict], seal.stakeholder, seal.cid)
    const adoptCounts = !rules.adoptNeedsCertificate || this.hasEndorsements
    for (const statement of statements)
      if (adoptCounts || !statement.values.includes('adopt')) this.note(statement)
  }

  /** Endorsements of weight ≥ Q: an endorsement certificate. */
  get hasEndorsements(): boolean {
    return this.weight(this.endorse.keys()) >= this.quorum
  }

  /** Weight of stakeholders that have sealed. */
  get sealedWeight(): number {
    return this.weight(new Set([...this.endorse.keys(), ...this.decline.keys()]))
  }

  /** True when seals of weight ≥ Q show that no endorsement certificate can form. */
  get cannotEndorse(): boolean {
    const never = [...this.decline.keys()].filter((id) => !this.endorse.has(id))
    return (
      this.sealedWeight >= this.quorum && this.electorate.total - this.weight(never) < this.quorum
    )
  }

  /** Weight of the stakeholders that sent this estimate. */
  estimateWeight(round: number, value: SettleValue): number {
    return this.weight(this.round(round).estimates[value].keys())
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

  /** True when the stakeholder has sent an *adopt* estimate in any round. */
  hasAdopted(id: StakeholderId): boolean {
    return [...this.rounds.values()].some(({ estimates }) => estimates.adopt.has(id))
  }

  /** What a stakeholder suggested in a round. */
  suggested(id: StakeholderId, round: number): ReadonlySet<SettleValue> {
    return this.round(round).suggestions.get(id) ?? new Set()
  }

  /** The round's lead: the electorate in order, rotating. It has no power to decide. */
  lead(round: number): StakeholderId | undefined {
    const { members } = this.electorate
    return members[(round - 1) % members.length]?.id
  }

  /** What the auxiliaries of a round make of it, once they have weight ≥ Q over binding values. */
  result(round: number): { readonly keep: SettleValue } | 'mixed' | undefined {
    const { auxiliaries } = this.round(round)
    const binding = this.binding(round)
    for (const value of [favoured(round), other(favoured(round))])
      if (binding.includes(value) && this.weight(auxiliaries[value].keys()) >= this.quorum)
        return { keep: value }
    const over = new Set(binding.flatMap((value) => [...auxiliaries[value].keys()]))
    if (binding.length === 2) for (const id of auxiliaries.both.keys()) over.add(id)
    return this.weight(over) >= this.quorum ? 'mixed' : undefined
  }

  /** The settlement certificates that the board holds: more than one outcome is a violation. */
  settlements(): SettlementCertificate[] {
    const found = new Map<string, SettlementCertificate>()
    for (const round of [...this.rounds.keys()].sort((a, b) => a - b)) {
      const value = favoured(round)
      const said = this.round(round).auxiliaries[value]
      const outcome = value === 'adopt' ? 'adopted' : 'declined'
      if (found.has(outcome) || this.weight(said.keys()) < this.quorum) continue
      const endorsements = value === 'adopt' ? [...this.endorse.values()] : []
      found.set(outcome, { outcome, round, auxiliaries: [...said.values()], endorsements })
    }
    return [...found.values()]
  }

  /** Total weight of some stakeholders. */
  weight(ids: Iterable<StakeholderId>): number {
    let sum = 0
    for (const id of ids) sum += this.weights.get(id) ?? 0
    return sum
  }

  private note({ kind, cid, stakeholder, round, values }: SettleRecord): void {
    const at = this.rounds.get(round) ?? emptyRound()
    this.rounds.set(round, at)
    const value = values[0]
    if (value === undefined) return
    if (kind === 'estimate') first(at.estimates[value], stakeholder, cid)
    else if (kind === 'auxiliary')
      first(at.auxiliaries[values.length > 1 ? 'both' : value], stakeholder, cid)
    else {
      const said = at.suggestions.get(stakeholder) ?? new Set()
      at.suggestions.set(stakeholder, said.add(value))
    }
  }

  private round(round: number): Round {
    return this.rounds.get(round) ?? NO_ROUND
  }
}

const NO_ROUND = emptyRound()

/** The other value. */
export const other = (value: SettleValue): SettleValue => (value === 'adopt' ? 'decline' : 'adopt')

/** Of several statements with one meaning the lowest CID is the one that certificates name. */
function first(said: ByStakeholder, id: StakeholderId, cid: OpCid): void {
  const before = said.get(id)
  if (before === undefined || cid < before) said.set(id, cid)
}

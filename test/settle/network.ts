/**
 * Who hears whom in a run, and how late: sides of a partition, links that are slow or cut, members
 * who are silent for months.
 */
import type { StakeholderId } from '../../src/op/ids.ts'
import type { Agenda } from './agenda.ts'
import { Chance } from './chance.ts'
import type { SettleNode } from './node.ts'
import type { Plan } from './plan.ts'

const SECOND = 1_000
/** Longest delay after stabilisation. */
export const BOUNDED_DELAY = 2 * SECOND

/** The network of one run. */
export class Network {
  private readonly plan: Plan
  private readonly agenda: Agenda
  private readonly sides = new Map<SettleNode, boolean>()
  private readonly slowLinks = new Map<string, boolean>()
  private readonly cutLinks = new Map<string, boolean>()
  private readonly cuts: Chance

  constructor(plan: Plan, agenda: Agenda) {
    this.plan = plan
    this.agenda = agenda
    this.cuts = new Chance(plan.seed + 3_000_017)
  }

  /** Puts a node on a side. */
  join(node: SettleNode, isLeft: boolean): void {
    this.sides.set(node, isLeft)
  }

  /** How many nodes there are. */
  get size(): number {
    return this.sides.size
  }

  /** The side of a partition that a node is on, while there is one. */
  isOnLeft(node: SettleNode): boolean {
    return this.sides.get(node) ?? false
  }

  /** True while a member is silent for months. */
  isGone(id: StakeholderId | undefined): boolean {
    const { dormancy } = this.plan
    const backAt = id === undefined ? undefined : dormancy?.backAt.get(id)
    const { now } = this.agenda
    return dormancy !== undefined && backAt !== undefined && now >= dormancy.goneAt && now < backAt
  }

  /** True while nothing that the first says reaches the second. */
  areApart(from: SettleNode, to: SettleNode): boolean {
    const { partedAt, stableAt } = this.plan
    const { now } = this.agenda
    if (now >= stableAt) return false
    if (this.isSilentTo(from, to) || this.isCut(from, to)) return true
    if (partedAt === undefined || now < partedAt) return false
    return this.sides.get(from) !== this.sides.get(to)
  }

  /** How long a message takes; undefined when it is lost. */
  delay(from: SettleNode, to: SettleNode): number | undefined {
    const { stableAt, slowMs, lossRate, chance } = this.plan
    if (this.agenda.now >= stableAt) return chance.int(20, BOUNDED_DELAY)
    if (this.areApart(from, to) || chance.chance(lossRate)) return undefined
    return chance.int(20, this.isSlow(from, to) ? slowMs : BOUNDED_DELAY)
  }

  private isSilentTo(from: SettleNode, to: SettleNode): boolean {
    const { dormancy } = this.plan
    if (dormancy === undefined || from.member?.id === to.member?.id) return false
    const gone = [from, to].filter(({ member }) => this.isGone(member?.id)).length
    return gone === 1 || (gone === 2 && !dormancy.hearEachOther)
  }

  private isCut(from: SettleNode, to: SettleNode): boolean {
    const share = this.plan.dormancy?.cutShare ?? 0
    if (share === 0) return false
    const link = `${from.name} ${to.name}`
    const isCut = this.cutLinks.get(link) ?? this.cuts.chance(share)
    this.cutLinks.set(link, isCut)
    return isCut
  }

  /** Before stabilisation some links are slow all the time, one way: news reaches some much later. */
  private isSlow(from: SettleNode, to: SettleNode): boolean {
    const link = `${from.name} ${to.name}`
    const isSlow = this.slowLinks.get(link) ?? this.plan.chance.chance(0.5)
    this.slowLinks.set(link, isSlow)
    return isSlow
  }
}

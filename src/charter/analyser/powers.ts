/**
 * The powers that members may have over the ballots of a track, each as the needs that give it
 * (design §3.2, §3.5–§3.7). A power is had by meeting any one of its needs. *S* is the set asked about:
 *
 * - **pass**: S says yes, all others are silent, and the verdict passes.
 * - **force**: S says yes, and the verdict passes whatever the others say.
 * - **override**: the same against the veto of an owner.
 * - **block**: all others say yes, and S can still keep the verdict from passing, by any position.
 * - **silence**: all others say yes, and S, away with its nodes, keeps the ballot from being adopted.
 * - **veto**: S reaches the veto of the coalition.
 * - **provisional**: S alone can make a provisional outcome (§3.7).
 * - **stall**: without the nodes of S nothing settles, adopted or declined (§3.6).
 */
import { leastPart } from '../fraction.ts'
import { faultBound, type Group, weightSum } from '../lookup.ts'
import type { Fraction, Stakeholder, Track } from '../schema.ts'
import { type Demand, demand, EVERYBODY, type Need } from './need.ts'

/** The powers, in the order in which they are shown. */
export const POWERS = [
  'pass',
  'force',
  'override',
  'block',
  'silence',
  'veto',
  'provisional',
  'stall',
] as const
/** The name of a power. */
export type PowerName = (typeof POWERS)[number]
/** A power that only tracks with a rule for it give. */
export type RuledPower = 'override' | 'veto' | 'provisional'

/** What each power lets its holders do, as it goes on after "can". */
export const POWER_WORDS: { readonly [P in PowerName]: string } = {
  pass: 'pass a ballot while the others are silent',
  force: 'pass a ballot whatever the others say',
  override: "pass a change against an owner's veto",
  block: 'block every ballot',
  silence: 'stop every ballot by being away',
  veto: 'veto as a part of the coalition',
  provisional: 'act provisionally',
  stall: 'keep anything from settling',
}

/** A group that decides on a track. */
export interface Seat {
  readonly group: Group
  readonly track: Track
  /** Some component that its ballots may touch is owned by a member of the group. */
  readonly owned: boolean
}

/**
 * What gives each power: any one of the needs; none if nobody ever has it; `null` where the track
 * has no such rule. The product has exactly one, `POWER_RULES`; tests break one at a time.
 */
export type PowerRules = {
  readonly [P in PowerName]: (
    seat: Seat,
  ) => P extends RuledPower ? readonly Need[] | null : readonly Need[]
}

const totalOf = ({ group }: Seat): number => weightSum(group.members)

const having =
  (name: string): Demand['among'] =>
  ({ functions }: Stakeholder) =>
    functions.includes(name)

/** The weight of the members that have a function. */
const chamberWeight = ({ group }: Seat, name: string): number =>
  weightSum(group.members.filter(having(name)))

/** The least weight that keeps the rest of a whole below a fraction of it. */
const tooMuchToMiss = (whole: number, fraction: Fraction): number =>
  whole - leastPart(whole, fraction) + 1

const quorum = (seat: Seat): Demand => ({
  rule: 'quorum',
  among: EVERYBODY,
  least: leastPart(totalOf(seat), seat.track.quorum),
})

/** With nobody against, any *yes* is all of what was cast. */
function pass(seat: Seat): Need[] {
  const { approval, chambers } = seat.track
  const least = (whole: number, at: Fraction): number =>
    approval.of === 'cast' ? 1 : leastPart(whole, at)
  const approvals: Demand[] = [
    { rule: 'approval', among: EVERYBODY, least: least(totalOf(seat), approval.at) },
    ...chambers.map((chamber) => ({
      rule: `chamber:${chamber.function}`,
      among: having(chamber.function),
      least: least(chamberWeight(seat, chamber.function), chamber.approval),
    })),
  ]
  return [{ demands: [quorum(seat), ...approvals], heads: 0 }]
}

/** The others do the worst: silent to break the quorum, against to break approvals, or a veto. */
function force(seat: Seat): Need[] {
  const { approval, chambers, veto } = seat.track
  const total = totalOf(seat)
  const demands: Demand[] = [
    quorum(seat),
    { rule: 'approval', among: EVERYBODY, least: leastPart(total, approval.at) },
    ...chambers.map((chamber) => ({
      rule: `chamber:${chamber.function}`,
      among: having(chamber.function),
      least: leastPart(chamberWeight(seat, chamber.function), chamber.approval),
    })),
  ]
  if (veto.coalition !== null) {
    const least = tooMuchToMiss(total, veto.coalition)
    demands.push({ rule: 'coalition-veto', among: EVERYBODY, least })
  }
  return [{ demands, heads: 0 }]
}

function override(seat: Seat): Need[] | null {
  const { veto } = seat.track
  if (!veto.owners || !seat.owned) return null
  if (veto.override === null) return []
  const least = leastPart(totalOf(seat), veto.override)
  return force(seat).map(({ demands, heads }) => ({
    demands: [{ rule: 'owner-veto', among: EVERYBODY, least }, ...demands],
    heads,
  }))
}

/** One broken rule is enough: quorum by silence, approvals by *no*, the coalition's veto. */
function block(seat: Seat): Need[] {
  const { track } = seat
  const total = totalOf(seat)
  return [
    demand('quorum', tooMuchToMiss(total, track.quorum)),
    demand('approval', tooMuchToMiss(total, track.approval.at)),
    ...track.chambers.map((chamber) => {
      const whole = chamberWeight(seat, chamber.function)
      const least = tooMuchToMiss(whole, chamber.approval)
      return demand(`chamber:${chamber.function}`, least, having(chamber.function))
    }),
    ...(veto(seat) ?? []),
  ]
}

/** Absence breaks the quorum, what is measured against all, an emptied chamber, or agreement. */
function silence(seat: Seat): Need[] {
  const { track } = seat
  const total = totalOf(seat)
  const ofTotal = track.approval.of === 'total'
  return [
    demand('quorum', tooMuchToMiss(total, track.quorum)),
    ...(ofTotal ? [demand('approval', tooMuchToMiss(total, track.approval.at))] : []),
    ...track.chambers.map((chamber) => {
      const whole = chamberWeight(seat, chamber.function)
      const least = ofTotal ? tooMuchToMiss(whole, chamber.approval) : whole
      return demand(`chamber:${chamber.function}`, least, having(chamber.function))
    }),
    ...stall(seat),
  ]
}

function veto(seat: Seat): Need[] | null {
  const { coalition } = seat.track.veto
  return coalition === null ? null : [demand('coalition-veto', leastPart(totalOf(seat), coalition))]
}

/** Among those who take part all say yes, so that approval of what was cast is always reached. */
function provisional(seat: Seat): Need[] | null {
  const { contingency } = seat.track
  if (contingency === null) return null
  const floor = leastPart(totalOf(seat), contingency.floor)
  const demands: Demand[] = [
    { rule: 'floor', among: EVERYBODY, least: floor },
    ...contingency.functions.map((name) => ({
      rule: `function:${name}`,
      among: having(name),
      least: 1,
    })),
  ]
  return [{ demands, heads: contingency.stakeholders }]
}

/** More than F is missing for any certificate. */
const stall = (seat: Seat): Need[] => [demand('settlement', faultBound(totalOf(seat)) + 1)]

/** The rules. */
export const POWER_RULES: PowerRules = {
  pass,
  force,
  override,
  block,
  silence,
  veto,
  provisional,
  stall,
}

/**
 * What it takes to stop a ballot that touches a component by an owner's veto, where all others say
 * yes (§3.5): an owner, and enough weight beside it that *yes* stays below the override.
 */
export function ownerVeto(seat: Seat, owners: readonly string[]): Need[] | null {
  const { veto: rule } = seat.track
  if (!rule.owners) return null
  const among: Demand['among'] = ({ id }) => owners.includes(id)
  const demands: Demand[] = [{ rule: 'owner-veto', among, least: 1 }]
  if (rule.override !== null) {
    const least = tooMuchToMiss(totalOf(seat), rule.override)
    demands.push({ rule: 'override', among: EVERYBODY, least })
  }
  return [{ demands, heads: 0 }]
}

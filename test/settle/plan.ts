/** What a run is about, from its seed alone: members, who is faulty, clocks, network, ballots. */

import { leastValidity } from '../../src/charter/check-track.ts'
import { faultBound } from '../../src/charter/lookup.ts'
import type { Charter, Fraction, Track } from '../../src/charter/schema.ts'
import { keyBytes } from '../../src/op/key-id.ts'
import { type Founded, found, type Member, testMembers, testTrack } from '../support/coalition.ts'
import { randomFrom } from '../support/people.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND

/** Windows of every track: long enough to vote, short enough that validity runs out in a run. */
const trackWith = (
  settleMs: number,
  quorum: Fraction,
  contingency: Track['contingency'],
): Track => {
  const stages = { deliberation: 0, review: 0, interop: 0, voting: 4 * MINUTE, settle: settleMs }
  const validity = Math.max(12 * MINUTE, leastValidity(stages, contingency))
  return testTrack({ quorum, contingency, windows: { ...stages, validity, appeal: 0 } })
}

/** Random choices of one run. */
export class Chance {
  /** In [0, 1). */
  readonly next: () => number

  constructor(seed: number) {
    this.next = randomFrom(seed)
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  /** An integer from `least` to `most`. */
  int(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1))
  }

  pick<T>(list: readonly T[]): T | undefined {
    return list[Math.floor(this.next() * list.length)]
  }

  shuffled<T>(list: readonly T[]): T[] {
    return list
      .map((item) => ({ item, at: this.next() }))
      .sort((a, b) => a.at - b.at)
      .map(({ item }) => item)
  }
}

/** How a faulty stakeholder misbehaves. */
export type FaultKind = 'silent' | 'twins' | 'liar' | 'double-key'

/** A faulty stakeholder. */
export interface FaultPlan {
  readonly member: Member
  readonly kind: FaultKind
}

/** What the next charter does. */
export type AmendmentKind = 'weight' | 'newcomer' | 'leaver'

/** A ballot that will be proposed. */
export interface BallotPlan {
  readonly slot: string
  /** Virtual ms when it is proposed. */
  readonly at: number
  /** How likely an honest stakeholder says *yes*. */
  readonly yes: number
  readonly amendment: AmendmentKind | undefined
  /** Virtual ms when its author withdraws it. */
  readonly withdrawnAt: number | undefined
}

/** Everything about a run that its seed fixes. */
export interface Plan {
  readonly seed: number
  readonly chance: Chance
  readonly founded: Founded
  readonly faulty: readonly FaultPlan[]
  readonly honest: readonly Member[]
  /** Joins by the amendment, where there is one of that kind. */
  readonly newcomer: Member
  /** Leaves by the amendment, where there is one of that kind. */
  readonly leaver: Member
  readonly ballots: readonly BallotPlan[]
  /** Global stabilisation time in virtual ms: from then on delays are bounded, nothing is lost. */
  readonly stableAt: number
  /** Virtual ms from when on the groups are apart; until `stableAt`. None without a partition. */
  readonly partedAt: number | undefined
  /** Both halves are there from the start, and each proposes for the same slot (§3.7). */
  readonly isSplit: boolean
  /** Longest delay before stabilisation in ms. */
  readonly slowMs: number
  /** Share of messages that get lost before stabilisation. */
  readonly lossRate: number
  /** Messages to a node are taken in together when they fall into one such interval, in ms. */
  readonly batchMs: number
  /** Signatures within a run are left out when operations are exchanged. */
  readonly stripsSignatures: boolean
}

/** Whether the faulty weight keeps to F or exceeds it. */
export type FaultLevel = 'tolerated' | 'excessive'

/** How a run is planned. */
export interface PlanOptions {
  readonly level: FaultLevel
  /** Floors that the faulty alone can reach, which a charter may not have (§3.7). */
  readonly lowFloor: boolean
}

/** Some runs have a contingency; chance of its own, so that it changes nothing else. */
function contingencyOf(chance: Chance, total: number, lowFloor: boolean): Track['contingency'] {
  if (!lowFloor && chance.chance(0.5)) return null
  const least = faultBound(total) + 1
  const num = lowFloor ? 1 : chance.chance(0.6) ? least : chance.int(least, total - least)
  return {
    after: chance.int(10, 120) * SECOND,
    floor: { num, den: total },
    stakeholders: lowFloor ? 1 : chance.int(1, 2),
    functions: [],
    approval: { num: chance.pick([2, 3]) ?? 2, den: 4 },
    scope: 'any',
    ratifyWithin: chance.int(60, 600) * SECOND,
  }
}

/** Plans the run of a seed. */
export function planOf(seed: number, { level, lowFloor }: PlanOptions): Plan {
  const chance = new Chance(seed)
  const weights = Array.from({ length: chance.int(4, 8) }, () => chance.int(1, 3))
  // With a small quorum the two sides of a partition each judge by their own votes.
  const quorum = { num: 1, den: chance.pick([2, 8]) ?? 2 }
  const settleMs = (chance.pick([1, 3, 20]) ?? 20) * SECOND
  const total = weights.reduce((sum, weight) => sum + weight)
  const track = trackWith(settleMs, quorum, null)
  const reduced = new Chance(seed + 1_000_003)
  const standard = trackWith(settleMs, quorum, contingencyOf(reduced, total, lowFloor))
  const tracks = { standard, emergency: track, constitutional: track }
  const founded = found(weights, { tracks })
  const faultyMembers = chooseFaulty(chance, founded.members, level)
  const settlesAt = chance.chance(0.1) ? 0 : chance.int(4, 20) * MINUTE
  const parts = settlesAt > 0 && chance.chance(0.6)
  // Apart from the start and for long: each side may go ahead by itself (§3.7).
  const isSplit = standard.contingency !== null && reduced.chance(0.7)
  const stableAt = isSplit ? reduced.int(8, 20) * MINUTE : settlesAt
  return {
    seed,
    chance,
    founded,
    faulty: faultyMembers.map((member) => ({ member, kind: faultKind(chance) })),
    honest: founded.members.filter((member) => !faultyMembers.includes(member)),
    newcomer: newcomerOf(weights.length),
    leaver: leaverOf(chance, founded.members, faultyMembers),
    ballots: planBallots(chance).map((ballot, i) =>
      isSplit && i < 2 ? { ...ballot, yes: 0.97, withdrawnAt: undefined } : ballot,
    ),
    stableAt,
    partedAt: isSplit ? 0 : parts ? Math.floor(chance.next() * stableAt) : undefined,
    isSplit,
    slowMs: chance.pick([10 * SECOND, MINUTE, 3 * MINUTE]) ?? SECOND,
    lossRate: chance.pick([0, 0.1, 0.5]) ?? 0,
    batchMs: chance.pick([1, 100, 500]) ?? 1,
    stripsSignatures: chance.chance(0.5),
  }
}

const NEWCOMER_KEY = 900
const newcomerOf = (members: number): Member => {
  const [member] = testMembers([1], NEWCOMER_KEY)
  if (!member) throw new RangeError('one weight, one member')
  return { ...member, id: `s${members + 1}` as Member['id'] }
}

const weigh = (members: readonly Member[]): number =>
  members.reduce((sum, { weight }) => sum + weight, 0)

/** Somebody without whom the faulty weight is still at most F. */
function leaverOf(chance: Chance, members: readonly Member[], faulty: readonly Member[]): Member {
  const order = chance.shuffled(members)
  const isSound = (leaver: Member): boolean => {
    const left = faulty.filter((member) => member !== leaver)
    return weigh(left) <= faultBound(weigh(members) - leaver.weight)
  }
  const leaver = order.find(isSound) ?? order[0]
  if (!leaver) throw new RangeError('a coalition has members')
  return leaver
}

/** Weight of at most F, as much of it as a random order allows; or more than 3/2 of F. */
function chooseFaulty(chance: Chance, members: readonly Member[], level: FaultLevel): Member[] {
  const bound = faultBound(weigh(members))
  const chosen: Member[] = []
  let weight = 0
  for (const member of chance.shuffled(members)) {
    if (level === 'tolerated' ? weight + member.weight > bound : weight > 1.5 * bound) continue
    chosen.push(member)
    weight += member.weight
  }
  return chosen
}

const faultKind = (chance: Chance): FaultKind =>
  chance.pick(['silent', 'twins', 'liar', 'liar', 'liar', 'liar', 'double-key']) ?? 'silent'

const YES = [0.97, 0.97, 0.97, 0.8, 0.6, 0.1]

function planBallots(chance: Chance): BallotPlan[] {
  const plan = (slot: string, at: number, amendment?: AmendmentKind): BallotPlan => {
    const withdrawn = chance.chance(0.07)
    const withdrawnAt = withdrawn ? at + chance.int(10, 300) * SECOND : undefined
    return { slot, at, yes: chance.pick(YES) ?? 0.5, amendment, withdrawnAt }
  }
  const within = (seconds: number): number => chance.int(0, seconds) * SECOND
  // Rivals close to each other meet nodes in different orders: the lock splits the honest.
  const ballots = [plan('policy@one', 0), plan('policy@one', within(chance.pick([1, 5, 60]) ?? 60))]
  if (chance.chance(0.3)) ballots.push(plan('policy@two', within(60)))
  if (chance.chance(0.6)) {
    const kind = chance.pick<AmendmentKind>(['weight', 'newcomer', 'leaver']) ?? 'weight'
    ballots.push(plan('charter', within(200), kind))
    if (chance.chance(0.15)) ballots.push(plan('charter', within(200), 'weight'))
  }
  return ballots
}

/** The next charter, as a proposal names it; `leavers` are the last operations of who leaves. */
export function nextCharter(
  current: Charter,
  kind: AmendmentKind,
  { honest, newcomer, leaver }: Pick<Plan, 'honest' | 'newcomer' | 'leaver'>,
  leavers: Charter['leavers'],
): Charter {
  const next = { ...current, version: current.version + 1 }
  const { stakeholders } = current
  switch (kind) {
    case 'newcomer': {
      const { id, root, weight } = newcomer
      const member = { id, name: id, root: keyBytes(root.key), weight }
      return {
        ...next,
        stakeholders: [...stakeholders, { ...member, functions: [], jurisdictions: [] }],
      }
    }
    case 'leaver':
      return { ...next, stakeholders: stakeholders.filter(({ id }) => id !== leaver.id), leavers }
    case 'weight': {
      const heavier = honest[0]?.id
      const stakeholder = (member: Charter['stakeholders'][number]) =>
        member.id === heavier ? { ...member, weight: member.weight + 1 } : member
      return { ...next, stakeholders: stakeholders.map(stakeholder) }
    }
  }
}

/** What a run is about, from its seed alone: members, who is faulty, clocks, network, ballots. */

import { leastValidity } from '../../src/charter/check-track.ts'
import { parseFraction } from '../../src/charter/fraction.ts'
import { faultBound } from '../../src/charter/lookup.ts'
import { MIN_SILENCE_MS } from '../../src/charter/reconstitution.ts'
import type { Charter, Fraction, Track } from '../../src/charter/schema.ts'
import { keyBytes } from '../../src/op/key-id.ts'
import { unwrap } from '../../src/op/refusal.ts'
import { type Founded, found, type Member, testMembers, testTrack } from '../support/coalition.ts'
import { Chance } from './chance.ts'
import { type Dormancy, dormancyOf, endOf, mostFaultyLeft } from './dormancy.ts'

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

/** How a faulty stakeholder misbehaves. */
export type FaultKind = 'silent' | 'twins' | 'liar' | 'double-key'

/** A faulty stakeholder. */
export interface FaultPlan {
  readonly member: Member
  readonly kind: FaultKind
}

/** What the next charter does. */
export type AmendmentKind = 'weight' | 'newcomer' | 'leaver' | 'reconstitution'

/** A ballot that will be proposed. */
export interface BallotPlan {
  readonly slot: string
  /** The track that it names; the charter's own for amendments. */
  readonly track: 'standard' | 'domain'
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
  /** Who falls silent for months, where somebody does. */
  readonly dormancy: Dormancy | undefined
  /** Who decides what is theirs by themselves, where somebody does. */
  readonly owners: readonly Member[]
  /** They are parted from all others from the start, and for long. */
  readonly ownersApart: boolean
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

/** In lowest terms: with others no amendment of the charter would be in order. */
const lowest = (num: number, den: number): Fraction => unwrap(parseFraction(`${num}/${den}`))

/** Some runs have a contingency; chance of its own, so that it changes nothing else. */
function contingencyOf(chance: Chance, total: number, lowFloor: boolean): Track['contingency'] {
  if (!lowFloor && chance.chance(0.5)) return null
  const least = faultBound(total) + 1
  const num = lowFloor ? 1 : chance.chance(0.6) ? least : chance.int(least, total - least)
  return {
    after: chance.int(10, 120) * SECOND,
    floor: lowest(num, total),
    stakeholders: lowFloor ? 1 : chance.int(1, 2),
    functions: [],
    approval: lowest(chance.pick([2, 3]) ?? 2, 4),
    scope: 'any',
    ratifyWithin: chance.int(60, 600) * SECOND,
  }
}

/** In one run of so many members fall silent for months. */
const DORMANT_EVERY = 5

/** Plans the run of a seed. */
export function planOf(seed: number, { level, lowFloor }: PlanOptions): Plan {
  const chance = new Chance(seed)
  const weights = Array.from({ length: chance.int(4, 8) }, () => chance.int(1, 3))
  // With a small quorum the two sides of a partition each judge by their own votes.
  const quorum = { num: 1, den: chance.pick([2, 8]) ?? 2 }
  const settleMs = (chance.pick([1, 1, 1, 3, 20]) ?? 20) * SECOND
  const total = weights.reduce((sum, weight) => sum + weight)
  const track = trackWith(settleMs, quorum, null)
  const reduced = new Chance(seed + 1_000_003)
  const standard = trackWith(settleMs, quorum, contingencyOf(reduced, total, lowFloor))
  const tracks = { standard, emergency: track, constitutional: track }
  const members = testMembers(weights)
  // More in a run, by chance of its own: other runs stay what they were.
  const more = new Chance(seed + 2_000_003)
  const isPlain = level === 'tolerated' && !lowFloor
  const isDormant = isPlain && seed % DORMANT_EVERY === 0
  const dormancy = isDormant ? dormancyOf(more, members) : undefined
  const owners = isPlain && !dormancy ? ownersOf(more, members) : []
  const ownersApart = owners.length > 0 && more.chance(0.7)
  const faultyMembers = chooseFaulty(chance, members, level, { dormancy, owners })
  const honest = members.filter((member) => !faultyMembers.includes(member))
  const settlesAt = chance.chance(0.1) ? 0 : chance.int(4, 20) * MINUTE
  const parts = settlesAt > 0 && chance.chance(0.6)
  // Apart from the start and for long: each side may go ahead by itself (§3.7).
  const mayPart = standard.contingency !== null && reduced.chance(0.7)
  const isSplit = mayPart && !dormancy && !ownersApart
  const faulty = faultyMembers.map((member) => ({ member, kind: faultKind(chance) }))
  const newcomer = newcomerOf(weights.length)
  const leaver = leaverOf(chance, members, [...faultyMembers, ...owners])
  const ballots = planBallots(chance).map((ballot, i) =>
    isSplit && i < 2 ? { ...ballot, yes: 0.97, withdrawnAt: undefined } : ballot,
  )
  const longApart = isSplit || ownersApart
  const stableAt = longApart ? reduced.int(8, 20) * MINUTE : settlesAt
  const partedAt = longApart ? 0 : parts ? Math.floor(chance.next() * stableAt) : undefined
  return {
    ...{ seed, chance, faulty, honest, newcomer, leaver, dormancy, owners, ownersApart, isSplit },
    founded: found(weights, {
      tracks: { ...tracks, ...(owners.length > 0 && { domain: track }) },
      ...(dormancy && { reconstitution: { after: MIN_SILENCE_MS } }),
      ...(owners.length > 0 && { components: [ownedBy(owners)] }),
    }),
    ballots: [
      ...ballots.map((ballot) => withoutLeaver(ballot, dormancy)),
      ...moreBallots(more, owners, dormancy),
    ],
    stableAt: dormancy ? endOf(dormancy) + more.int(0, 180) * SECOND : stableAt,
    partedAt: dormancy ? undefined : partedAt,
    slowMs: chance.pick([10 * SECOND, MINUTE, 3 * MINUTE]) ?? SECOND,
    lossRate: chance.pick([0, 0.1, 0.5]) ?? 0,
    batchMs: chance.pick([1, 100, 500]) ?? 1,
    stripsSignatures: chance.chance(0.5),
  }
}

/** The component whose owners decide by themselves what is theirs. */
export const OWNED = 'core'

const ownedBy = (owners: readonly Member[]) => ({
  id: OWNED,
  owners: owners.map(({ id }) => id),
  depends: [],
  decidedBy: 'owners' as const,
})

/** Up to two members of so little weight that the others can settle without them. */
function ownersOf(chance: Chance, members: readonly Member[]): Member[] {
  if (!chance.chance(0.2)) return []
  const bound = faultBound(weigh(members))
  const owners: Member[] = []
  for (const member of chance.shuffled(members))
    if (owners.length < MOST_OWNERS && weigh([...owners, member]) <= bound) owners.push(member)
  return owners
}

const MOST_OWNERS = 2

/** A leaver among so few would change how much may be faulty. */
const withoutLeaver = (ballot: BallotPlan, dormancy: Dormancy | undefined): BallotPlan =>
  dormancy && ballot.amendment === 'leaver' ? { ...ballot, amendment: 'weight' } : ballot

/**
 * Where owners decide by themselves, one ballot of theirs, and one in the same slot that names the
 * coalition's track; where members are silent, ballots that remove them, and perhaps a rival.
 */
function moreBallots(
  chance: Chance,
  owners: readonly Member[],
  dormancy: Dormancy | undefined,
): BallotPlan[] {
  const plan = (slot: string, at: number, over: Partial<BallotPlan>): BallotPlan => ({
    ...{ slot, at, yes: 0.97, track: 'standard', amendment: undefined, withdrawnAt: undefined },
    ...over,
  })
  const slot = `${OWNED}@main`
  const theirs =
    owners.length > 0
      ? [plan(slot, 0, { track: 'domain' }), plan(slot, chance.int(0, 5) * SECOND, {})]
      : []
  const amendment = 'reconstitution'
  const removing = (dormancy?.proposedAt ?? []).map((at) => plan('charter', at, { amendment }))
  const rival = dormancy?.rivalAt
  return rival === undefined
    ? [...theirs, ...removing]
    : [...theirs, ...removing, plan('charter', rival, { amendment: 'weight' })]
}

const NEWCOMER_KEY = 900
const newcomerOf = (members: number): Member => {
  const [member] = testMembers([1], NEWCOMER_KEY)
  if (!member) throw new RangeError('one weight, one member')
  return { ...member, id: `s${members + 1}` as Member['id'] }
}

const weigh = (members: readonly Member[]): number =>
  members.reduce((sum, { weight }) => sum + weight, 0)

/** Somebody without whom the weight of those to be done without, the faulty above all, is at most F. */
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

/**
 * Weight of at most F, as much of it as a random order allows, and of those who are left without the
 * silent as much as they can bear; or more than 3/2 of F.
 */
function chooseFaulty(
  chance: Chance,
  members: readonly Member[],
  level: FaultLevel,
  { dormancy, owners }: Pick<Plan, 'dormancy' | 'owners'>,
): Member[] {
  // Where owners decide by themselves they are honest, and the others can settle without them.
  const bound = faultBound(weigh(members)) - weigh(owners)
  const silent = dormancy?.members ?? []
  const boundLeft = dormancy ? mostFaultyLeft(members, silent) : bound
  const chosen: Member[] = []
  let weight = 0
  for (const member of chance.shuffled(members)) {
    if (owners.includes(member)) continue
    if (level === 'tolerated' ? weight + member.weight > bound : weight > 1.5 * bound) continue
    const left = [...chosen, member].filter((one) => !silent.includes(one))
    if (dormancy && weigh(left) > boundLeft) continue
    chosen.push(member)
    weight += member.weight
  }
  return chosen
}

const faultKind = (chance: Chance): FaultKind =>
  chance.pick(['silent', 'twins', 'liar', 'liar', 'liar', 'liar', 'double-key']) ?? 'silent'

const YES = [0.97, 0.97, 0.97, 0.97, 0.97, 0.8, 0.6, 0.1]

function planBallots(chance: Chance): BallotPlan[] {
  const plan = (slot: string, at: number, amendment?: AmendmentKind): BallotPlan => {
    const withdrawn = chance.chance(0.07)
    const withdrawnAt = withdrawn ? at + chance.int(10, 300) * SECOND : undefined
    const yes = chance.pick(YES) ?? 0.5
    return { slot, at, yes, track: 'standard', amendment, withdrawnAt }
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
  { honest, newcomer, leaver, dormancy, owners }: Plan,
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
    case 'reconstitution': {
      const silent = dormancy?.members.map(({ id }) => id) ?? []
      const left = stakeholders.filter(({ id }) => !silent.some((one) => one === id))
      return { ...next, stakeholders: left, leavers }
    }
    case 'leaver':
      return { ...next, stakeholders: stakeholders.filter(({ id }) => id !== leaver.id), leavers }
    case 'weight': {
      const heavier = honest.find((member) => !owners.includes(member))?.id
      const stakeholder = (member: Charter['stakeholders'][number]) =>
        member.id === heavier ? { ...member, weight: member.weight + 1 } : member
      return { ...next, stakeholders: stakeholders.map(stakeholder) }
    }
  }
}

/**
 * Members of more than a third of the weight who are not heard for months, and then are (design
 * §3.3): what a run does with reconstitution follows from its seed here.
 */
import { faultBound, weightSum } from '../../src/charter/lookup.ts'
import { MIN_SILENCE_MS } from '../../src/charter/reconstitution.ts'
import type { StakeholderId } from '../../src/op/ids.ts'
import type { Member } from '../support/coalition.ts'
import type { Chance } from './chance.ts'

const SECOND = 1_000

/** Who falls silent, when, and when each is back; all in virtual ms but for `leapMs`. */
export interface Dormancy {
  /** In the order of the charter: an amendment names them so. */
  readonly members: readonly Member[]
  /** A partition: they hear each other. Else each is alone. */
  readonly hearEachOther: boolean
  readonly goneAt: number
  /** Every clock leaps ahead here: in between nothing happened. */
  readonly leapAt: number
  /** Not always long enough by every clock. */
  readonly leapMs: number
  readonly backAt: ReadonlyMap<StakeholderId, number>
  /** When somebody proposes to go on without them. */
  readonly proposedAt: readonly number[]
  /** When somebody proposes an ordinary amendment, perhaps one of the silent among themselves. */
  readonly rivalAt: number | undefined
  /** Share of the links, each one way, that are cut until stabilisation: a partition of any shape. */
  readonly cutShare: number
}

/** When the last of them is back, in virtual ms. */
export const endOf = ({ backAt }: Dormancy): number => Math.max(...backAt.values())

/** Who is dormant in a run, where some members weigh more than 1/3 and less than 1/2. */
export function dormancyOf(chance: Chance, members: readonly Member[]): Dormancy | undefined {
  const silent = silentAmong(chance, members)
  if (silent.length === 0) return undefined
  const goneAt = chance.int(60, 420) * SECOND
  const leapAt = goneAt + chance.int(30, 600) * SECOND
  const first = leapAt + chance.int(5, 120) * SECOND
  const [soonest, latest] = chance.pick(RETURNS) ?? [0, 0]
  const backAt = silent.map(({ id }): [StakeholderId, number] => [
    id,
    Math.max(leapAt, first + chance.int(soonest, latest) * SECOND),
  ])
  return {
    members: silent,
    hearEachOther: chance.chance(0.6),
    goneAt,
    leapAt,
    leapMs: MIN_SILENCE_MS - (chance.chance(0.4) ? chance.int(0, 240) * SECOND : 0),
    backAt: new Map(backAt),
    proposedAt: chance.chance(0.4) ? [first, first + chance.int(0, 360) * SECOND] : [first],
    rivalAt: chance.chance(0.4) ? goneAt + chance.int(0, 900) * SECOND : undefined,
    cutShare: chance.pick([0, 0, 0, 0.2, 0.5]) ?? 0,
  }
}

/** Seconds after the first proposal to remove them: before it is voted on, amid that, long after. */
const RETURNS = [
  [-60, 60],
  [30, 420],
  [120, 420],
  [240, 900],
  [700, 1500],
  [700, 1500],
] as const

const TRIES = 8

/** Members of more than 1/3 and less than 1/2 of the weight, where chance finds some. */
function silentAmong(chance: Chance, members: readonly Member[]): Member[] {
  const total = weightSum(members)
  for (let i = 0; i < TRIES; i++) {
    const chosen: Member[] = []
    for (const member of chance.shuffled(members)) {
      if (3 * weightSum(chosen) > total) break
      if (2 * (weightSum(chosen) + member.weight) < total) chosen.push(member)
    }
    if (3 * weightSum(chosen) > total && mostFaultyLeft(members, chosen) >= 0)
      return members.filter((member) => chosen.includes(member))
  }
  return []
}

/**
 * How much of the weight of those who are left may be faulty so that a certificate of the whole
 * coalition and one of the rest always share an honest member: F' of the rest, and less than what
 * the two have in common, Q + Q' − W. Also where an amendment before it added a weight of one.
 */
export function mostFaultyLeft(members: readonly Member[], silent: readonly Member[]): number {
  const [total, gone] = [weightSum(members), weightSum(silent)]
  return Math.min(
    sharedWith(total, gone),
    sharedWith(total + 1, gone),
    sharedWith(total + 1, gone + 1),
  )
}

function sharedWith(total: number, gone: number): number {
  const rest = total - gone
  const bound = faultBound(rest)
  return Math.min(bound, rest - bound - faultBound(total) - 1)
}

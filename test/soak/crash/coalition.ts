/** The coalition of the crash tests: the same in the harness and in every child that it starts. */
import { type Founded, found, type Member } from '../../support/coalition.ts'

/** Four members; nothing is settled without the last one (W 5, Q 4): so it has to vote and seal. */
export const crashCoalition = (epoch: number): Founded =>
  found([1, 1, 1, 2], {}, 1_800_000_000_000, 10 * epoch)

/** The member whose process is killed. */
export function victimOf({ members }: Founded): Member {
  const victim = members.at(-1)
  if (!victim) throw new RangeError('a coalition has members')
  return victim
}

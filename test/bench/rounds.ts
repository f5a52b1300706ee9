/** Rounds: floor and candidate take turns, so that what else the machine does hits both alike. */

/** The middle of some numbers; of an even count the mean of the two in the middle. */
export const median = (numbers: readonly number[]): number => percentile(numbers, 0.5)

/** The p-quantile of some numbers, p in [0, 1], between the two nearest. */
export function percentile(numbers: readonly number[], p: number): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  const place = (sorted.length - 1) * p
  const low = sorted[Math.floor(place)] ?? Number.NaN
  const high = sorted[Math.ceil(place)] ?? Number.NaN
  const share = place - Math.floor(place)
  // Of two that are infinite there is no difference.
  return share === 0 || low === high ? low : low + (high - low) * share
}

/** One lap of a contender over the whole input, slice by slice. */
export interface Lap {
  /** Does slice `i`; timed. */
  step(i: number): Promise<void> | void
  /** What remains after the last slice; timed. */
  finish?(): void
  /** Cleans up; not timed. */
  close?(): void
}

/** Does the work in one way. */
export interface Contender<Name extends string> {
  readonly name: Name
  /** Prepares a lap; not timed. */
  open(): Lap
}

/** Times in ms, one a round. */
export type Times<Name extends string> = { [N in Name]: number[] }

/**
 * Runs rounds in which the contenders take turns at every slice, so that a busy moment of the
 * machine hits all alike. Adds each round's times to `times`; a first round, to warm up, counts not.
 */
export async function takeTurns<Name extends string>(
  contenders: readonly Contender<Name>[],
  times: Times<Name>,
  { slices, rounds }: { readonly slices: number; readonly rounds: number },
): Promise<Times<Name>> {
  for (let round = 0; round <= rounds; round++)
    for (const [name, tookMs] of await runRound(contenders, slices))
      if (round > 0) times[name].push(tookMs)
  return times
}

async function runRound<Name extends string>(
  contenders: readonly Contender<Name>[],
  slices: number,
): Promise<Map<Name, number>> {
  const laps = contenders.map(({ name, open }) => ({ name, lap: open() }))
  const spent = new Map<Name, number>()
  const spend = async (name: Name, work: () => Promise<void> | void) => {
    const start = performance.now()
    await work()
    spent.set(name, (spent.get(name) ?? 0) + performance.now() - start)
  }
  globalThis.gc?.()
  for (let i = 0; i < slices; i++)
    for (const { name, lap } of rotated(laps, i)) await spend(name, () => lap.step(i))
  for (const { name, lap } of laps) await spend(name, () => lap.finish?.())
  for (const { lap } of laps) lap.close?.()
  return spent
}

const rotated = <T>(list: readonly T[], by: number): T[] => [
  ...list.slice(by % list.length),
  ...list.slice(0, by % list.length),
]

/** Median over the rounds of one contender's time divided by another's. */
export const medianRatio = (over: readonly number[], under: readonly number[]): number =>
  median(over.map((time, round) => time / (under[round] ?? Number.NaN)))

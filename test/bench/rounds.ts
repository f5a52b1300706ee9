/** Rounds: floor and candidate take turns, so that what else the machine does hits both alike. */

/** The middle of some numbers; of an even count the mean of the two in the middle. */
export const median = (numbers: readonly number[]): number => percentile(numbers, 0.5)

/** The p-quantile of some numbers, p in [0, 1], between the two nearest. */
export function percentile(numbers: readonly number[], p: number): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  const place = (sorted.length - 1) * p
  const low = sorted[Math.floor(place)] ?? Number.NaN
  const high = sorted[Math.ceil(place)] ?? Number.NaN
  return low + (high - low) * (place - Math.floor(place))
}

/** One timed piece of work; what it prepares and cleans up is not timed. */
export interface Contender<Name extends string> {
  readonly name: Name
  /** Returns the time it took, in ms. */
  run(): Promise<number> | number
}

/** Times of each contender, one a round, in ms. */
export type Times<Name extends string> = Readonly<Record<Name, readonly number[]>>

/** Runs all contenders in every round, each round beginning with another one; the first warms up. */
export async function takeTurns<Name extends string>(
  contenders: readonly Contender<Name>[],
  rounds: number,
): Promise<Times<Name>> {
  const times = new Map<Name, number[]>(contenders.map(({ name }) => [name, []]))
  for (let round = -1; round < rounds; round++)
    for (let i = 0; i < contenders.length; i++) {
      const contender = contenders[(i + round + 1) % contenders.length]
      if (!contender) continue
      globalThis.gc?.()
      const tookMs = await contender.run()
      if (round >= 0) times.get(contender.name)?.push(tookMs)
    }
  return Object.fromEntries(times) as Times<Name>
}

/** Median over the rounds of one contender's time divided by another's. */
export const medianRatio = (over: readonly number[], under: readonly number[]): number =>
  median(over.map((time, round) => time / (under[round] ?? Number.NaN)))

/** How long some work takes, in ms. */
export function timed(work: () => void): number {
  const start = performance.now()
  work()
  return performance.now() - start
}

/** How long some asynchronous work takes, in ms. */
export async function timedAsync(work: () => Promise<void>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

/**
 * Elastic time: days of waiting and minutes of settling in one picture. A wait takes the square root of
 * its length, so the order of things stays and every gap is seen.
 */

/** From a time to its place, 0 to 1; `moments` are those at which something happens, in any order. */
export function elastic(moments: readonly number[]): (ms: number) => number {
  const times = [...new Set([0, ...moments])].toSorted((a, b) => a - b)
  const places = [0]
  for (let i = 1; i < times.length; i++)
    places.push((places[i - 1] ?? 0) + Math.sqrt((times[i] ?? 0) - (times[i - 1] ?? 0)))
  const whole = Math.max(1, places.at(-1) ?? 1)
  return (ms) => {
    const next = times.findIndex((time) => time >= ms)
    if (next === 0) return 0
    if (next < 0) return 1
    const [from = 0, to = 0] = [times[next - 1], times[next]]
    const [low = 0, high = 0] = [places[next - 1], places[next]]
    return (low + ((high - low) * (ms - from)) / (to - from)) / whole
  }
}

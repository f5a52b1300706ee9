/** Shares of a whole in exact whole numbers, as reports count them. */

/** So much of so much: not in lowest terms, because both numbers say something. */
export interface Part {
  readonly part: number
  readonly whole: number
}

/** Adds up parts and wholes. */
export const sumParts = (parts: Iterable<Part>): Part => {
  let [part, whole] = [0, 0]
  for (const one of parts) {
    part += one.part
    whole += one.whole
  }
  return { part, whole }
}

/** The items that a test holds for, of all. */
export const partOf = <T>(items: readonly T[], test: (item: T) => boolean): Part => ({
  part: items.filter(test).length,
  whole: items.length,
})

/** A part in per cent, rounded down to whole ones by whole numbers; 0 of nothing. */
export const percentOf = ({ part, whole }: Part): number =>
  whole === 0 ? 0 : Number((BigInt(part) * 100n) / BigInt(whole))

/**
 * Apportionment by largest remainder (Hamilton, Hare quota): everybody gets the whole units of their
 * exact share; what is left goes, a unit each, to the largest remainders, of equal ones to the id
 * that sorts first. Parts always add up to the whole, and nothing is rounded twice.
 */

/** The parts of an amount by these shares; nothing where no share is positive. */
export function apportion(
  units: bigint,
  shares: ReadonlyMap<string, bigint>,
): ReadonlyMap<string, bigint> {
  const claims = [...shares].filter(([, share]) => share > 0n).sort(byId)
  const total = claims.reduce((sum, [, share]) => sum + share, 0n)
  if (total === 0n) return new Map()
  const parts = claims.map(([id, share]) => ({
    id,
    part: (units * share) / total,
    remainder: (units * share) % total,
  }))
  const left = units - parts.reduce((sum, { part }) => sum + part, 0n)
  const favoured = new Set(
    parts
      .toSorted((a, b) => compare(b.remainder, a.remainder) || byText(a.id, b.id))
      .slice(0, Number(left))
      .map(({ id }) => id),
  )
  return new Map(parts.map(({ id, part }) => [id, favoured.has(id) ? part + 1n : part]))
}

/** Somebody pays somebody. */
export interface Transfer {
  readonly from: string
  readonly to: string
  readonly units: bigint
}

/**
 * Few payments that bring every balance to zero: who owes most pays whom most is owed to, and so on.
 * Balances add up to zero; positive is owed to that member.
 */
export function transfersOf(balances: ReadonlyMap<string, bigint>): Transfer[] {
  const sorted = [...balances].sort(byId)
  const creditors = sorted.filter(([, units]) => units > 0n).sort((a, b) => compare(b[1], a[1]))
  const debtors = sorted.filter(([, units]) => units < 0n).sort((a, b) => compare(a[1], b[1]))
  const transfers: Transfer[] = []
  let [c, d] = [0, 0]
  let [owed, owing] = [creditors[0]?.[1] ?? 0n, -(debtors[0]?.[1] ?? 0n)]
  for (;;) {
    const [to, from] = [creditors[c]?.[0], debtors[d]?.[0]]
    if (to === undefined || from === undefined) return transfers
    const units = owed < owing ? owed : owing
    if (units > 0n) transfers.push({ from, to, units })
    owed -= units
    owing -= units
    if (owed === 0n) owed = creditors[++c]?.[1] ?? 0n
    if (owing === 0n) owing = -(debtors[++d]?.[1] ?? 0n)
  }
}

const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0)
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
const byId = (a: readonly [string, bigint], b: readonly [string, bigint]): number =>
  byText(a[0], b[0])

/** Which risks a change of the charter brings, which it takes away, and which it changes. */
import type { Finding } from './finding.ts'

/** A risk that was there before, about other members or with other figures. */
export interface FindingChange {
  readonly before: Finding
  readonly after: Finding
}

/** What becomes of risks from one charter to the next; one that stays as it is, is not mentioned. */
export interface FindingDiff {
  /** Risks that the next charter has and this one has not. */
  readonly appeared: readonly Finding[]
  /** Risks that both have, each in its own way. */
  readonly changed: readonly FindingChange[]
  /** Risks that are no more. */
  readonly gone: readonly Finding[]
}

/** Compares the findings of two charters. */
export function findingDiff(before: readonly Finding[], after: readonly Finding[]): FindingDiff {
  const changed = pairs(without(before, after), without(after, before))
  const [old, next] = [changed.map((one) => one.before), changed.map((one) => one.after)]
  return {
    appeared: without(after, [...before, ...next]),
    changed,
    gone: without(before, [...after, ...old]),
  }
}

/** Pairs of the same risk, each risk in one at most; the first of both go first. */
function pairs(before: readonly Finding[], after: readonly Finding[]): FindingChange[] {
  const all = before.flatMap((one) =>
    after.flatMap((other) => (isSameRisk(one, other) ? [{ before: one, after: other }] : [])),
  )
  const found: FindingChange[] = []
  for (const { before, after } of all)
    if (!found.some((one) => one.before === before || one.after === after))
      found.push({ before, after })
  return found
}

/** The same kind of risk on the same track, in the same words or about some of the same members, if any. */
const isSameRisk = (a: Finding, b: Finding): boolean =>
  a.code === b.code &&
  a.track === b.track &&
  (a.sentence === b.sentence ||
    a.who.some((id) => b.who.includes(id)) ||
    a.who.length + b.who.length === 0)

const without = (found: readonly Finding[], others: readonly Finding[]): Finding[] => {
  const known = new Set(others.map(keyOf))
  return found.filter((one) => !known.has(keyOf(one)))
}

/** A finding says the same where it is about the same members on the same track, in the same words. */
const keyOf = ({ code, track, who, sentence }: Finding): string =>
  JSON.stringify([code, track, who, sentence])

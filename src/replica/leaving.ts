/** What a member that an amendment removes may still say on ballots of older charters (design §3.3). */
import type { Charter } from '../charter/schema.ts'
import type { KeyId, OpCid } from '../op/ids.ts'
import { keyIdFromBytes } from '../op/key-id.ts'

/** The last seq of a key that has effect on a ballot of a charter; Infinity while its member stays. */
export type LastSeqOf = (key: KeyId, root: KeyId, charter: OpCid) => number

/**
 * Reads it from the line of charters: an amendment names the last operation of each key of those
 * whom it removes, and what it does not name had said nothing. Who is taken in again later speaks on
 * the ballots from then on.
 */
export function lastSeqUnder(
  line: readonly { readonly id: OpCid; readonly charter: Charter }[],
): LastSeqOf {
  const facts = line.map(({ charter }) => factsOf(charter))
  const indexOf = new Map(line.map(({ id }, i) => [id, i]))
  return (key, root, charter) => {
    let last = Number.POSITIVE_INFINITY
    for (let i = (indexOf.get(charter) ?? line.length) + 1; i < line.length; i++) {
      const named = facts[i]?.leavers.get(key)
      const left = facts[i - 1]?.roots.has(root) && !facts[i]?.roots.has(root)
      if (named !== undefined || left) last = Math.min(last, named ?? -1)
    }
    return last
  }
}

const factsOf = ({ leavers, stakeholders }: Charter) => ({
  leavers: new Map(leavers.map(({ key, seq }) => [keyIdFromBytes(key), seq])),
  roots: new Set(stakeholders.map(({ root }) => keyIdFromBytes(root))),
})

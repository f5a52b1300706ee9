/**
 * What an amendment leaves of the words of those whom it removes, or whose right to edit it takes
 * (design §3.3): it names the last operation of each of their keys, and what it does not name had said
 * nothing. All of it is read from the line of charters, so it is the same for whoever holds that.
 */
import type { Charter } from '../charter/schema.ts'
import type { KeyId, OpCid } from '../op/ids.ts'
import { keyIdFromBytes } from '../op/key-id.ts'

/** Charters, each the successor of the one before. */
export type Line = readonly { readonly id: OpCid; readonly charter: Charter }[]

/**
 * The last seq of a key that has effect under a charter; Infinity while its member stays. What the
 * charter `except` takes is not taken.
 */
export type LastSeqOf = (key: KeyId, root: KeyId, charter: OpCid, except?: OpCid) => number

/**
 * The last seq of a key whose edits have effect that name a charter; Infinity while its right stays.
 * `mayEdit` says by which charters the key may edit the document in question.
 */
export type LastEditOf = (
  key: KeyId,
  charter: OpCid,
  mayEdit: (charter: Charter) => boolean,
) => number

/** Reads it for votes and other statements. Who is taken in again speaks from then on. */
export function lastSeqUnder(line: Line): LastSeqOf {
  const roots = line.map(({ charter }) => rootsOf(charter))
  const last = lastUnder(line)
  return (key, root, charter, except) =>
    last(key, charter, (i) => roots[i]?.has(root) ?? false, except)
}

/** Reads it for edits: a member may stay and yet lose the right. Who is given it again edits from then on. */
export function lastEditUnder(line: Line): LastEditOf {
  const last = lastUnder(line)
  return (key, charter, mayEdit) =>
    last(key, charter, (i) => {
      const at = line[i]?.charter
      return at !== undefined && mayEdit(at)
    })
}

/** The lowest of what later charters name of a key, each that takes what the one before gave. */
function lastUnder(line: Line) {
  const named = line.map(({ charter }) => leaversOf(charter))
  const indexOf = new Map(line.map(({ id }, i) => [id, i]))
  return (key: KeyId, charter: OpCid, holds: (i: number) => boolean, except?: OpCid): number => {
    let last = Number.POSITIVE_INFINITY
    for (let i = (indexOf.get(charter) ?? line.length) + 1; i < line.length; i++)
      if (line[i]?.id !== except && holds(i - 1) && !holds(i))
        last = Math.min(last, named[i]?.get(key) ?? -1)
    return last
  }
}

const leaversOf = ({ leavers }: Charter): ReadonlyMap<KeyId, number> =>
  new Map(leavers.map(({ key, seq }) => [keyIdFromBytes(key), seq]))

const rootsOf = ({ stakeholders }: Charter): ReadonlySet<KeyId> =>
  new Set(stakeholders.map(({ root }) => keyIdFromBytes(root)))

/**
 * The roots of those whose last operations the next charter has to name: who is no member of it, who
 * has a function no more that documents may be for, and whoever has another id there.
 */
export function rootsThatLose(now: Charter, next: Charter): KeyId[] {
  return now.stakeholders
    .filter(({ id, root, functions }) => {
      const key = keyIdFromBytes(root)
      const then = next.stakeholders.find((member) => keyIdFromBytes(member.root) === key)
      return then?.id !== id || functions.some((one) => !then.functions.includes(one))
    })
    .map(({ root }) => keyIdFromBytes(root))
}

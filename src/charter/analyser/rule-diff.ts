/** Every rule that reads otherwise in the next charter: where, before, after. */
import type { Charter } from '../schema.ts'
import { plainCharter } from '../serialise.ts'

/** A rule that reads otherwise; `null` where there is none. */
export interface RuleChange {
  /** `tracks.standard.quorum` */
  readonly path: string
  readonly before: string | null
  readonly after: string | null
}

/** Rules that differ, in the order of the charter; the membership is compared elsewhere. */
export function ruleChanges(before: Charter, after: Charter): RuleChange[] {
  const [old, next] = [leavesOf(before), leavesOf(after)]
  return [...new Set([...old.keys(), ...next.keys()])]
    .map((path) => ({ path, before: old.get(path) ?? null, after: next.get(path) ?? null }))
    .filter((change) => change.before !== change.after)
}

/** Not rules: who is a member, which version it is, and what an amendment says once (§3.3). */
const ASIDE: ReadonlySet<string> = new Set(['stakeholders', 'version', 'leavers', 'holders'])

function leavesOf(charter: Charter): Map<string, string> {
  const leaves = new Map<string, string>()
  for (const [name, value] of Object.entries(plainCharter(charter)))
    if (!ASIDE.has(name)) collect(value, name, leaves)
  return leaves
}

function collect(value: unknown, path: string, leaves: Map<string, string>): void {
  if (Array.isArray(value)) collectList(value, path, leaves)
  else if (typeof value === 'object' && value !== null)
    for (const [name, inner] of Object.entries(value)) collect(inner, `${path}.${name}`, leaves)
  else leaves.set(path, value === null ? 'none' : String(value))
}

/** An item of a list that is more than a word. */
interface Item {
  readonly id?: unknown
  readonly function?: unknown
}

/**
 * A list of words is read as one; items that are more go by what they are about, so that one more
 * moves no other. Of an empty list nothing can be said, least of all what its items would be.
 */
function collectList(list: readonly unknown[], path: string, leaves: Map<string, string>): void {
  const words: string[] = []
  for (const item of list) {
    if (item instanceof Object) collect(item, `${path}.${subjectOf(item)}`, leaves)
    else words.push(String(item))
  }
  if (words.length > 0) leaves.set(path, `[${words.join(', ')}]`)
}

/** What an item is about: a component by its id, a chamber by its function. */
const subjectOf = (item: Item): string => String(item.id ?? item.function)

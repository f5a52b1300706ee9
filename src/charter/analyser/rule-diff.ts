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
  // Of an empty list nothing can be said, least of all what its items would be.
  if (Array.isArray(value) && value.length === 0) return
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object'))
    leaves.set(path, `[${value.join(', ')}]`)
  else if (typeof value === 'object' && value !== null)
    for (const [name, inner] of Object.entries(value))
      collect(inner, `${path}.${nameOf(name, inner, Array.isArray(value))}`, leaves)
  else leaves.set(path, value === null ? 'none' : String(value))
}

/** Items of a list go by what they are about, so that one more moves no other. */
function nameOf(name: string, item: unknown, isList: boolean): string {
  if (!isList || typeof item !== 'object' || item === null) return name
  if ('id' in item && typeof item.id === 'string') return item.id
  return 'function' in item && typeof item.function === 'string' ? item.function : name
}

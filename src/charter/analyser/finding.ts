/** What a finding is, and the words that findings share. */
import type { Charter } from '../schema.ts'

/** How grave a finding is; founding and amending with an `error` needs consent to its code. */
export type Severity = 'error' | 'warning' | 'note'

/** What can be found; stable, for `--accept-risk` names it. */
export type FindingCode =
  | 'no-fault-tolerance'
  | 'sole-decider'
  | 'weight-share'
  | 'one-stalls'
  | 'provider-stalls'
  | 'jurisdiction-stalls'
  | 'function-held-by-one'
  | 'one-forces'
  | 'one-passes'
  | 'one-blocks'
  | 'one-acts'
  | 'two-act-apart'
  | 'contingency-never'
  | 'absences-stop'
  | 'low-quorum'
  | 'emergency-easier'
  | 'constitution-easier'
  | 'gate-unjudged'
  | 'gate-out-of-reach'
  | 'gate-needs-all'
  | 'owner-veto-stands'
  | 'rest-goes-on'
  | 'overnight'
  | 'only-bounds'

/** A risk of a charter. */
export interface Finding {
  readonly code: FindingCode
  readonly severity: Severity
  /** The track that it is about; `null` for the charter as a whole. */
  readonly track: string | null
  /** Ids of the stakeholders that it is about. */
  readonly who: readonly string[]
  readonly sentence: string
  readonly fix: string
}

/** Most names that a sentence lists. */
const MAX_NAMES = 6

/** `A`, `A and B`, `A, B and C`; of more than six the rest is counted. */
export function listed(names: readonly string[], word = 'and'): string {
  const shown = names.length > MAX_NAMES ? names.slice(0, MAX_NAMES - 1) : names
  const rest = names.length - shown.length
  const all = rest > 0 ? [...shown, `${rest} more`] : shown
  const last = all.at(-1) ?? 'nobody'
  return all.length < 2 ? last : `${all.slice(0, -1).join(', ')} ${word} ${last}`
}

/** The names of stakeholders by their ids. */
export function namesOf({ stakeholders }: Charter, ids: readonly string[]): string[] {
  const names = new Map(stakeholders.map(({ id, name }) => [id, name]))
  return ids.map((id) => names.get(id) ?? id)
}

/** Rules of a track, as people call them. */
export function ruleWords(rule: string): string {
  const [kind = '', name = ''] = rule.split(':')
  const words: Readonly<Record<string, string>> = {
    quorum: 'without it there is no quorum',
    approval: 'against it there is no approval',
    chamber: `it has the last word in the chamber ${name}`,
    'coalition-veto': 'its weight is a veto',
  }
  return words[kind] ?? `by the rule ${rule}`
}

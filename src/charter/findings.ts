/** What a sound charter still risks (design §3.2): each finding has a sentence and a fix. */
import { formatFraction, moreThan } from './fraction.ts'
import { DOMAIN, faultBound, type Group, groupName, groupsOf, weightSum } from './lookup.ts'
import type { Charter } from './schema.ts'

/** How grave a finding is; founding and amending with an `error` needs consent to its code. */
export type Severity = 'error' | 'warning'

/** A risk of a charter. */
export interface Finding {
  /** Stable; what `--accept-risk` names. */
  readonly code: 'no-fault-tolerance' | 'sole-decider' | 'weight-share'
  readonly severity: Severity
  readonly sentence: string
  readonly fix: string
}

/** The risks of a charter that `checkCharter` has nothing against. */
export const findings = (charter: Charter): Finding[] => [
  ...noFaultTolerance(charter),
  ...weightShares(charter),
]

/** A group in which even the lightest member is heavier than F tolerates no faulty member (§3.6). */
function noFaultTolerance(charter: Charter): Finding[] {
  const groups = [...groupsOf(charter, ''), ...groupsOf(charter, DOMAIN)]
  return groups.flatMap((group) => {
    if (group.members.length === 1) return [soleDecider(group)]
    const total = weightSum(group.members)
    const faulty = faultBound(total)
    if (group.members.some(({ weight }) => weight <= faulty)) return []
    const sentence = `Not one faulty member is tolerated among ${groupName(group)}: of weight ${total} at most ${faulty} may be faulty, and every member is heavier.`
    const fix = 'Have four members of about equal weight or more.'
    return [{ code: 'no-fault-tolerance' as const, severity: 'error' as const, sentence, fix }]
  })
}

/** A single decider has nobody to disagree with: grave for a coalition, a choice for a domain. */
function soleDecider(group: Group): Finding {
  const sentence = `${group.members[0]?.name ?? 'One member'} alone decides as ${groupName(group)}.`
  const fix = 'Add others, unless that is what you want.'
  return group.component === null
    ? { code: 'no-fault-tolerance', severity: 'error', sentence, fix }
    : { code: 'sole-decider', severity: 'warning', sentence, fix }
}

/** No member is heavier than the charter's own cap on shares of the weight. */
function weightShares(charter: Charter): Finding[] {
  const total = weightSum(charter.stakeholders)
  const cap = charter.limits.maxWeightShare
  return charter.stakeholders
    .filter(({ weight }) => moreThan(weight, total, cap))
    .map(({ name, weight }) => ({
      code: 'weight-share',
      severity: 'error',
      sentence: `${name} has ${weight} of ${total} of the weight, more than ${formatFraction(cap)}.`,
      fix: 'Lower its weight, raise that of others, or raise limits.maxWeightShare.',
    }))
}

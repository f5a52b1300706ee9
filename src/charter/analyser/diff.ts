/**
 * What changes from one charter to the next: who gains what power and who loses it, by the analyser on
 * both (design §3.3); how many it takes, before and after; and every rule that reads otherwise.
 */
import type { Charter } from '../schema.ts'
import { type Analysis, analyse } from './analysis.ts'
import { type FindingDiff, findingDiff } from './finding-diff.ts'
import { findings } from './findings.ts'
import { type MemberChange, memberChanges } from './member-diff.ts'
import { type PowerChange, powerChanges, type Shift, shifts } from './power-diff.ts'
import { type RuleChange, ruleChanges } from './rule-diff.ts'

/** All that changes from one charter to the next; JSON as it is. */
export interface CharterDiff extends FindingDiff {
  readonly members: readonly MemberChange[]
  /** What single members can do after the change and could not before, or the other way round. */
  readonly shifts: readonly Shift[]
  /** How many it takes for a power, before and after. */
  readonly powers: readonly PowerChange[]
  readonly rules: readonly RuleChange[]
}

/** Compares two charters that `checkCharter` has nothing against. */
export function charterDiff(before: Charter, after: Charter): CharterDiff {
  const analyses: readonly [Analysis, Analysis] = [analyse(before), analyse(after)]
  return {
    members: memberChanges(before, after),
    shifts: shifts({ before, after }, analyses),
    powers: powerChanges(analyses),
    rules: ruleChanges(before, after),
    ...findingDiff(findings(before, analyses[0]), findings(after, analyses[1])),
  }
}

/** True when two charters give everybody the same and read the same. */
export const isUnchanged = (diff: CharterDiff): boolean =>
  Object.values(diff).every((changes) => changes.length === 0)

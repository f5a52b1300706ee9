/**
 * What halts a rollout (design §3.9). Halt wins: a failure beyond the limit, a breached indicator or
 * one "stop" holds everything that is not open yet, in every organisation, in whatever order it is
 * heard; no later report takes it back. Only an adopted ballot that names it does.
 */
import type { KeyId, OpCid, StakeholderId } from '../../op/ids.ts'
import type { RolloutPlan } from './plan.ts'
import type { ReadReport } from './position.ts'
import { breachText } from './reading.ts'
import type { HaltRecord, ResumeRecord, RolloutStatement } from './record.ts'

/** Why a rollout is halted. */
export interface Halt {
  readonly kind: 'failures' | 'indicator' | 'word'
  /** Null where somebody said "stop" without regard to a stage. */
  readonly stage: string | null
  readonly stakeholders: readonly StakeholderId[]
  /** What a ballot that resumes must name. */
  readonly statements: readonly OpCid[]
  readonly sentence: string
}

/** What halts are read from. */
export interface HaltScene {
  readonly plan: RolloutPlan
  readonly reports: readonly ReadReport[]
  readonly halts: readonly HaltRecord[]
  readonly resumes: readonly ResumeRecord[]
}

/** Everything that halts the rollout, in the order of the plan; then what was said. */
export function haltsOf(scene: HaltScene): Halt[] {
  const isCleared = clearedBy(scene)
  const reports = scene.reports.filter((report) => !isCleared(report))
  return [
    ...scene.plan.stages.flatMap((stage) => {
      const ofStage = reports.filter((report) => report.stage === stage.name)
      return [...breachHalts(stage.name, ofStage), ...failureHalt(stage, ofStage)]
    }),
    ...scene.halts
      .filter((halt) => !isCleared(halt))
      .map(wordHalt)
      .sort(byStatement),
  ]
}

/** Organisations that have failed in a stage since the last resume; each once, however often. */
export const failedIn = (reports: readonly ReadReport[]): StakeholderId[] =>
  [
    ...new Set(
      reports
        .filter(({ reading }) => reading.status === 'failed')
        .map(({ stakeholder }) => stakeholder),
    ),
  ].sort()

/**
 * A resume clears what it names and all that the same key had said before: whoever votes for it can
 * see what it clears, and what nobody had seen halts on.
 */
export function clearedBy({
  reports,
  halts,
  resumes,
}: Omit<HaltScene, 'plan'>): (said: RolloutStatement) => boolean {
  const named = new Set(resumes.flatMap(({ clears }) => clears))
  const upTo = new Map<KeyId, number>()
  for (const { cid, key, seq } of [...reports, ...halts])
    if (named.has(cid)) upTo.set(key, Math.max(seq, upTo.get(key) ?? seq))
  return ({ key, seq }) => seq <= (upTo.get(key) ?? -1)
}

const breachHalts = (stage: string, reports: readonly ReadReport[]): Halt[] =>
  reports
    .flatMap(({ cid, stakeholder, reading }): Halt[] => {
      const [first] = reading.breaches
      if (!first) return []
      const sentence = `${stakeholder} measured ${reading.breaches.map(breachText).join(', ')} in stage ${stage}`
      return [
        { kind: 'indicator', stage, stakeholders: [stakeholder], statements: [cid], sentence },
      ]
    })
    .sort(byStatement)

function failureHalt(
  { name, failureLimit }: RolloutPlan['stages'][number],
  reports: readonly ReadReport[],
): Halt[] {
  const failed = failedIn(reports)
  if (failed.length <= failureLimit) return []
  const statements = reports
    .filter(({ reading }) => reading.status === 'failed')
    .map(({ cid }) => cid)
    .sort()
  const sentence = `${failed.join(', ')} failed in stage ${name}; more than ${failureLimit} may not`
  return [{ kind: 'failures', stage: name, stakeholders: failed, statements, sentence }]
}

const wordHalt = ({ cid, stakeholder, reason }: HaltRecord): Halt => ({
  kind: 'word',
  stage: null,
  stakeholders: [stakeholder],
  statements: [cid],
  sentence: `${stakeholder} said stop: ${reason}`,
})

const byStatement = (a: Halt, b: Halt): number =>
  (a.statements[0] ?? '') < (b.statements[0] ?? '') ? -1 : 1

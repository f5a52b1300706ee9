/** What organisations do in a rollout (design §3.9): report, stop, close a stage, ask to go on. */
import type { OpCid, StakeholderId, Value } from '../../op/ids.ts'
import { accept, type Result, refuse } from '../../op/refusal.ts'
import {
  MAX_SUPERSEDED,
  type Metric,
  type Mitigation,
  type ReportStatus,
  rolloutClose,
  rolloutHalt,
  rolloutReport,
} from '../../proposal/rollout/ops.ts'
import type { ReadReport } from '../../proposal/rollout/position.ts'
import type { RolloutStatement } from '../../proposal/rollout/record.ts'
import { RESUME_TRACK, resumeQuestion } from '../../proposal/rollout/resume.ts'
import type { StageState } from '../../proposal/rollout/stage.ts'
import type { ProposalInput } from '../acts.ts'
import { isOpen } from '../closing.ts'
import { checkedDraft, type Draft } from '../draft.ts'
import { asking } from '../recourse/asking.ts'
import type { Replica } from '../replica.ts'
import { resumedBy } from './resumes.ts'
import type { Rollout } from './rollout.ts'
import { readRollout, selfOn } from './rollouts.ts'

/** A report as an organisation makes it. */
export interface ReportInput {
  readonly proposal: OpCid
  /** By default the stage that this organisation is in. */
  readonly stage?: string
  /** The attempt that it is about; by default the present one. */
  readonly attempt?: number
  readonly status: ReportStatus
  readonly metrics?: readonly Metric[]
  readonly mitigations?: readonly Mitigation[]
  readonly note?: string
}

/** Drafts a report that replaces this stakeholder's standing ones: one that went back, in every stage. */
export function reportDraft(replica: Replica, input: ReportInput): Result<Draft> {
  const found = own(replica, input.proposal)
  if (!found.ok) return found
  const { rollout, self } = found.value
  const { status, metrics = [], mitigations = [], note } = input
  const stage = stageFor(rollout, self, input.stage)
  if (!stage.ok) return stage
  if (stage.value.progress === 'waiting' || stage.value.progress === 'held')
    return refuse('stage-not-open', `stage ${stage.value.plan.name}: ${stage.value.hold}`, SHOW)
  const halts = wordsThatHalt(rollout)
  const standing = rollout.course.standing
    .filter(({ stakeholder }) => stakeholder === self)
    .filter((report) => status === 'rolled-back' || report.stage === stage.value.plan.name)
    .slice(0, MAX_SUPERSEDED - halts.length)
  const refs = [input.proposal, ...standing.map(({ cid }) => cid), ...halts]
  return checkedDraft(rolloutReport, refs, {
    proposal: 0,
    stage: stage.value.plan.name,
    attempt: input.attempt ?? rollout.course.attempt,
    status,
    metrics: values(metrics),
    ...(mitigations.length > 0 && { mitigations: values(mitigations) }),
    ...(note !== undefined && { note }),
    supersedes: standing.map((_, at) => at + 1),
  })
}

/** Most words that halt which one report refers to. */
export const MAX_PINNED_HALTS = 8

/**
 * The words that halt it, to be referred to: what another's statement refers to goes on counting, also
 * where the key that said "stop" is forked or revoked afterwards, by a thief for instance (§2.2).
 */
const wordsThatHalt = ({ course }: Rollout): OpCid[] =>
  course.halts
    .flatMap(({ kind, statements }) => (kind === 'word' ? statements : []))
    .slice(0, MAX_PINNED_HALTS)

/** Drafts a "stop". */
export function haltDraft(replica: Replica, proposal: OpCid, reason: string): Result<Draft> {
  const found = own(replica, proposal)
  if (!found.ok) return found
  const { rollout, self } = found.value
  if (!rollout.planned.mayHalt.has(self))
    return refuse('not-in-rollout', 'only who takes part, owns what it touches or proposed it may')
  if (rollout.course.halts.some((halt) => halt.kind === 'word' && halt.stakeholders.includes(self)))
    return refuse('already-halted', 'this stakeholder has halted it already', SHOW)
  if (reason.trim() === '')
    return refuse('halt-without-reason', 'a halt says why', 'add --because "…"')
  return checkedDraft(rolloutHalt, [proposal], { proposal: 0, reason })
}

/** The record of a stage as people write it. */
export interface CloseInput {
  readonly proposal: OpCid
  readonly stage: string
  readonly deviations: readonly string[]
  readonly mitigations?: readonly Mitigation[]
  readonly rationale: string
}

/** Drafts the record of a stage that is complete here. */
export function closeDraft(replica: Replica, input: CloseInput): Result<Draft> {
  const found = own(replica, input.proposal)
  if (!found.ok) return found
  const { rollout, self } = found.value
  const stage = stageNamed(rollout, input.stage)
  if (!stage.ok) return stage
  if (!rollout.planned.mayHalt.has(self))
    return refuse('not-in-rollout', 'only who takes part, owns what it touches or proposed it may')
  const { progress, plan } = stage.value
  if (progress !== 'complete' && progress !== 'closed')
    return refuse('stage-not-complete', `stage ${plan.name} is ${progress}`, SHOW)
  const { deviations, mitigations = [], rationale } = input
  if (rationale.trim() === '')
    return refuse('close-without-rationale', 'a stage is closed with a rationale', 'add --because')
  return checkedDraft(rolloutClose, [input.proposal], {
    proposal: 0,
    stage: plan.name,
    deviations: [...deviations],
    mitigations: values(mitigations),
    rationale,
  })
}

/** The proposal by which a halted rollout would go on, clearing what halts it here and now. */
export function resumeInput(replica: Replica, id: OpCid, because: string): Result<ProposalInput> {
  const found = readRollout(replica, id)
  const standing = replica.views.standing()
  if (!found.ok) return found
  const { ballot, course } = found.value
  if (!standing || course.halts.length === 0)
    return refuse('not-halted', 'nothing halts this rollout', SHOW)
  const open = replica.views
    .ballots()
    .find((other) => isOpen(other, standing) && resumedBy(other)?.target === id)
  if (open) return refuse('resume-open', `ballot ${open.id} asks that already`, 'folkmoot vote')
  if (because.trim() === '')
    return refuse('resume-without-reason', 'a resume says why', 'add --because "…"')
  const clears = statementsToClear(found.value)
  const { title, components } = ballot.body
  const question = resumeQuestion({ ballot: id, title, components, clears })
  const resumes = { ballot: id, clears }
  return accept({ ...asking(question, { track: RESUME_TRACK, why: because }), resumes })
}

/** Of each key the last statement that halts: it clears what that key had said before, too. */
function statementsToClear({ ballot: { rolloutSaid }, course }: Rollout): OpCid[] {
  const halting = new Set(course.halts.flatMap(({ statements }) => statements))
  const said: RolloutStatement[] = [...rolloutSaid.reports, ...rolloutSaid.halts]
  const last = new Map<string, RolloutStatement>()
  for (const statement of said.filter(({ cid }) => halting.has(cid))) {
    const before = last.get(statement.key)
    if (!before || before.seq < statement.seq) last.set(statement.key, statement)
  }
  return [...last.values()].map(({ cid }) => cid).sort()
}

const SHOW = 'folkmoot rollout show'

interface Own {
  readonly rollout: Rollout
  readonly self: StakeholderId
}

function own(replica: Replica, id: OpCid): Result<Own> {
  const found = readRollout(replica, id)
  if (!found.ok) return found
  const self = selfOn(replica, found.value.ballot)
  return self
    ? accept({ rollout: found.value, self })
    : refuse('no-member', 'this stakeholder was no member when the ballot opened')
}

/** The stage that is named, or the last that this organisation is in and that has come to its turn. */
function stageFor(
  rollout: Rollout,
  self: StakeholderId,
  name: string | undefined,
): Result<StageState> {
  const mine = rollout.course.stages.filter(({ cohort }) => cohort.includes(self))
  if (mine.length === 0)
    return refuse('not-in-rollout', 'this stakeholder is in no stage of the rollout', SHOW)
  if (name === undefined) {
    const turn = mine.findLast(({ progress }) => progress !== 'waiting') ?? mine[0]
    return turn ? accept(turn) : refuse('not-in-rollout', 'it is in no stage', SHOW)
  }
  const stage = stageNamed(rollout, name)
  return !stage.ok || mine.includes(stage.value)
    ? stage
    : refuse('not-in-stage', `this stakeholder is not in stage ${name}`, namesHint(mine))
}

function stageNamed({ course: { stages } }: Rollout, name: string): Result<StageState> {
  const stage = stages.find(({ plan }) => plan.name === name)
  return stage
    ? accept(stage)
    : refuse('unknown-stage', `the rollout has no stage "${name}"`, namesHint(stages))
}

const namesHint = (stages: readonly StageState[]): string =>
  `one of ${stages.map(({ plan }) => plan.name).join(', ')}`

/** Statements as they are signed: plain maps. */
const values = (items: readonly (Metric | Mitigation)[]): Value[] =>
  items.map((item) => ({ ...item }) as { readonly [key: string]: Value })

/** The standing reports of one stakeholder. */
export const standingOf = ({ course }: Rollout, self: StakeholderId): readonly ReadReport[] =>
  course.standing.filter(({ stakeholder }) => stakeholder === self)

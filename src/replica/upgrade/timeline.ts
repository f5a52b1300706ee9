/**
 * The stages of an upgrade as one node sees them, each with what is missing for the next (design §3.4):
 * nobody advances a stage, it follows from what was said and from the clock.
 */
import { EARLY_STAGES, type EarlyStage, stageAt, stageEnd } from '../../ballot/timing.ts'
import type { Gate } from '../../ballot/verdict.ts'
import type { Ballot } from '../ballot.ts'
import { isOpen, timetableOf } from '../closing.ts'
import type { Standing } from '../outcomes.ts'
import type { ReplicaReader } from '../reader.ts'
import { appealState } from '../recourse/appeal-state.ts'
import { readRollout } from '../rollout/rollouts.ts'
import { RETROSPECTIVE_PARTS, retrospectiveOf } from './retrospective.ts'

/** The stages of an upgrade in order. */
export const UPGRADE_STAGES = [
  'draft',
  ...EARLY_STAGES,
  'voting',
  'settling',
  'appeal',
  'rollout',
  'retrospective',
] as const
/** One of these. */
export type UpgradeStageName = (typeof UPGRADE_STAGES)[number]

/**
 * `ahead`, `now`, `done`; `held`: its window is over, and what it asks for is not there; `left out`:
 * it does not happen here.
 */
export type StageStanding = 'ahead' | 'now' | 'done' | 'held' | 'left out'

/** One stage. */
export interface UpgradeStage {
  readonly name: UpgradeStageName
  readonly standing: StageStanding
  /** By this node's clock, in ms; undefined where no clock says so. */
  readonly from: number | undefined
  readonly to: number | undefined
  /** What it still asks for. */
  readonly missing: readonly string[]
}

/** Gates that belong to a stage before voting; all others are asked for at the vote. */
const GATES_OF: Readonly<Record<EarlyStage, readonly string[]>> = {
  deliberation: ['objections'],
  review: ['reviews', 'risks'],
  interop: ['interop', 'builds'],
  demonstration: ['drills'],
}
const PLACED_GATES = Object.values(GATES_OF).flat()

/** The stages of a proposal. */
export function timelineOf(
  replica: ReplicaReader,
  ballot: Ballot,
  standing: Standing,
): UpgradeStage[] {
  return [
    { name: 'draft', standing: 'done', from: undefined, to: ballot.body.opensAt, missing: [] },
    ...ballotStages(replica, ballot, standing),
    appealStage(replica, ballot, standing),
    ...afterStages(replica, ballot, standing),
  ]
}

function ballotStages(replica: ReplicaReader, ballot: Ballot, standing: Standing): UpgradeStage[] {
  const { windows } = ballot
  const now = replica.clock.now()
  const times = timetableOf(ballot, replica.local)
  const open = isOpen(ballot, standing)
  const current = open ? stageAt(now, times, windows) : undefined
  const early = EARLY_STAGES.map((name): UpgradeStage => {
    const to = stageEnd(name, times, windows)
    const lengthMs = windows[name] ?? 0
    const missing = open ? gateLacks(ballot.gates, (gate) => GATES_OF[name].includes(gate)) : []
    const isOver = now >= to || !open
    const state = earlyStanding({ isOver, isNow: current === name, lengthMs, missing })
    return { name, standing: state, from: to - lengthMs, to, missing }
  })
  // Closed here, by the clock or because everybody has voted.
  const isClosed = replica.local.closing(ballot.id) !== undefined || now >= times.closesAt
  const votes = current === 'voting' ? 'now' : 'ahead'
  const voting: UpgradeStage = {
    name: 'voting',
    standing: !open || isClosed ? 'done' : votes,
    from: times.votingAt,
    to: times.closesAt,
    missing: open ? votingLacks(ballot) : [],
  }
  const seals = isClosed ? 'now' : 'ahead'
  const settling: UpgradeStage = {
    name: 'settling',
    standing: open ? seals : 'done',
    from: times.closesAt,
    to: times.expiresAt,
    missing: open ? sealLacks(ballot) : [],
  }
  return [...early, voting, settling]
}

/** A stage whose window is over and that lacks something holds the ballot open. */
function earlyStanding({
  isOver,
  isNow,
  lengthMs,
  missing,
}: {
  readonly isOver: boolean
  readonly isNow: boolean
  readonly lengthMs: number
  readonly missing: readonly string[]
}): StageStanding {
  if (isOver && missing.length > 0) return 'held'
  if (lengthMs === 0) return 'left out'
  if (isOver) return 'done'
  return isNow ? 'now' : 'ahead'
}

const gateLacks = (gates: readonly Gate[], isAsked: (gate: string) => boolean): string[] =>
  gates
    .filter(({ gate, met }) => !met && isAsked(gate))
    .map(({ gate, sentence, wouldMeet }) => `${gate}: ${sentence} (${wouldMeet})`)

function votingLacks({ tally, verdict, gates }: Ballot): string[] {
  const silent = tally.lines.filter(({ stance }) => stance === 'silent')
  const rules = verdict.rules.filter(({ rule, met }) => !met && !rule.startsWith('gate:'))
  return [
    ...(silent.length > 0
      ? [`no vote yet of ${silent.map(({ stakeholder }) => stakeholder).join(', ')}`]
      : []),
    ...rules.map(({ sentence }) => sentence),
    ...gateLacks(gates, (gate) => !PLACED_GATES.includes(gate)),
  ]
}

function sealLacks({ board, electorate }: Ballot): string[] {
  const sealed = new Set([...board.endorse.keys(), ...board.decline.keys()])
  const weight = board.weight(sealed)
  if (weight >= board.quorum) return []
  const waiting = electorate.members.filter(({ id }) => !sealed.has(id)).map(({ id }) => id)
  return [`seals of weight ${weight}; it takes ${board.quorum} (waits for ${waiting.join(', ')})`]
}

function appealStage(replica: ReplicaReader, ballot: Ballot, standing: Standing): UpgradeStage {
  const state = appealState(ballot, { standing, now: replica.clock.now() })
  const outcome = standing.outcomes.get(ballot.id)?.outcome ?? 'open'
  const from = undefined
  if (!state)
    return {
      name: 'appeal',
      standing: outcome === 'open' ? 'ahead' : 'left out',
      ...{ from, to: undefined, missing: [] },
    }
  const isRunning = state.stage === 'window' || state.stage === 'filed' || state.stage === 'pending'
  const missing =
    state.stage === 'pending'
      ? ['a ballot decides the appeals']
      : state.stage === 'filed'
        ? ['an appeal waits for its ballot']
        : state.stage === 'upheld'
          ? ['an appeal was upheld: it is set aside']
          : []
  return { name: 'appeal', standing: isRunning ? 'now' : 'done', from, to: state.until, missing }
}

function afterStages(replica: ReplicaReader, ballot: Ballot, standing: Standing): UpgradeStage[] {
  const rollout = rolloutStage(replica, ballot, standing)
  const outcome = standing.outcomes.get(ballot.id)?.outcome ?? 'open'
  const found = retrospectiveOf(replica, ballot.id)
  const isOver = rollout.standing === 'done' || rollout.standing === 'left out'
  const unsaid = (found?.missing ?? []).map(
    (part) => `nobody has written ${RETROSPECTIVE_PARTS[part]}`,
  )
  const missing =
    outcome === 'open' || found?.archived
      ? []
      : found
        ? unsaid.length > 0
          ? unsaid
          : ['it is written and not archived']
        : ['nobody has begun it']
  const retrospective: UpgradeStage = {
    name: 'retrospective',
    standing: found?.archived ? 'done' : outcome !== 'open' && (isOver || found) ? 'now' : 'ahead',
    from: undefined,
    to: undefined,
    missing,
  }
  return [rollout, retrospective]
}

function rolloutStage(replica: ReplicaReader, ballot: Ballot, standing: Standing): UpgradeStage {
  const none = { name: 'rollout', from: undefined, to: undefined, missing: [] } as const
  const outcome = standing.outcomes.get(ballot.id)?.outcome ?? 'open'
  if (!ballot.planned || outcome === 'declined') return { ...none, standing: 'left out' }
  const read = readRollout(replica, ballot.id)
  if (outcome === 'open' || !read.ok) return { ...none, standing: 'ahead' }
  const { course } = read.value
  if (course.state === 'done' || course.state === 'rolled-back')
    return { ...none, standing: 'done' }
  const stage = course.stages.find(({ progress }) => progress !== 'closed')
  const missing = [
    ...course.halts.map(({ sentence }) => `halted: ${sentence}`),
    ...(stage ? [stageLack(stage)] : []),
  ]
  return { ...none, standing: course.state === 'waiting' ? 'ahead' : 'now', missing }
}

type CourseStage = Extract<
  ReturnType<typeof readRollout>,
  { readonly ok: true }
>['value']['course']['stages'][number]

function stageLack({ plan, progress, hold, healthy, needed, members }: CourseStage): string {
  const where = `stage ${plan.name}`
  if (progress === 'complete') return `${where} is complete; nobody has closed it`
  if (progress === 'soaking') return `${where} soaks`
  if (hold !== undefined) return `${where}: ${hold}`
  const waiting = members
    .filter(({ status }) => status !== 'healthy')
    .map(({ stakeholder }) => stakeholder)
  return `${where}: ${healthy.length} of ${needed} healthy (waits for ${waiting.join(', ')})`
}

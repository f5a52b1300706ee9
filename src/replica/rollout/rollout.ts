/**
 * The rollout of a ballot as this node sees it (design §3.9): the course of what was reported, within
 * what surrounds it. What surrounds it is mostly a function of the counted set; appeal windows,
 * `ratifyWithin` and soaks are this node's own clock's, and decide nothing but what this node opens.
 */
import type { OpCid, StakeholderId } from '../../op/ids.ts'
import { type Course, courseOf, type Surrounds } from '../../proposal/rollout/course.ts'
import type { RolloutPlan } from '../../proposal/rollout/plan.ts'
import type { RolloutRecords } from '../../proposal/rollout/record.ts'
import type { Ballot } from '../ballot.ts'
import { isFinal, type Standing } from '../outcomes.ts'
import { lapsesAt, stateHere } from '../overlay.ts'
import { appealState, hooksWait, settledAt } from '../recourse/appeal-state.ts'
import type { Planned } from './planned.ts'

/** What rollouts are seen by. */
export interface RolloutScene {
  readonly standing: Standing
  readonly ballot: (id: OpCid) => Ballot | undefined
  /** This node's stakeholder, whose own record of a settlement it need not wait for others to repeat. */
  readonly self?: StakeholderId | undefined
  /** In ms by this node's clock. */
  readonly now: number
}

/** A planned rollout and how far it is. */
export interface Rollout {
  readonly ballot: Ballot
  readonly planned: Planned
  /** Whose word it goes by: full settlement, or a reduced coalition's (§3.7). */
  readonly basis: 'adopted' | 'provisional' | 'none'
  readonly surrounds: Surrounds
  readonly course: Course
}

/** The rollout of a ballot; undefined where its proposal plans none. */
export function rolloutOf(ballot: Ballot, scene: RolloutScene): Rollout | undefined {
  const { planned } = ballot
  if (!planned) return undefined
  const since = beganAt(ballot)
  const surrounds = { ...surroundsOf(ballot, scene), ...(since !== undefined && { since }) }
  const { plan, rollback, cohorts } = planned
  const records = recordsOf(ballot, scene.standing)
  const course = courseOf({ plan, rollback, cohorts, records, now: scene.now, ...surrounds })
  return { ballot, planned, basis: basisOf(ballot, scene), surrounds, course }
}

/** Everything that counts about the rollout of a ballot. */
export const recordsOf = (
  { id, rolloutSaid }: Pick<Ballot, 'id' | 'rolloutSaid'>,
  { resumed }: Pick<Standing, 'resumed'>,
): RolloutRecords => ({ ...rolloutSaid, resumes: resumed.get(id) ?? [] })

/** When this node first knew that it is adopted, by all or by a reduced coalition. */
function beganAt(ballot: Ballot): number | undefined {
  const moments = [settledAt(ballot), ballot.provisional?.formedAt].flatMap((at) => at ?? [])
  return moments.length === 0 ? undefined : Math.min(...moments)
}

function basisOf(ballot: Ballot, { standing, now }: RolloutScene): Rollout['basis'] {
  if (standing.outcomes.get(ballot.id)?.outcome === 'adopted') return 'adopted'
  return stateHere(ballot, standing.provisional, now) === 'provisional' ? 'provisional' : 'none'
}

/** What holds the rollout, or undoes it, whatever is reported. */
function surroundsOf(ballot: Ballot, scene: RolloutScene): Surrounds {
  const outcome = scene.standing.outcomes.get(ballot.id)
  if (outcome?.outcome !== 'adopted') return unsettled(ballot, scene)
  return (
    setAside(ballot, scene) ??
    replaced(ballot, scene) ??
    underAppeal(ballot, scene) ??
    unrecorded(ballot, scene) ??
    dependent(ballot, scene) ??
    {}
  )
}

const everything = (why: string): NonNullable<Surrounds['hold']> => ({ stages: 'all', why })

/** Not adopted: nothing opens, but what a reduced coalition may undo again (§3.7). */
function unsettled(ballot: Ballot, scene: RolloutScene): Surrounds {
  const { standing, now } = scene
  const until = lapsesAt(ballot)
  switch (stateHere(ballot, standing.provisional, now)) {
    case 'provisional':
      return {
        hold: { stages: 'irreversible', why: 'adopted provisionally: only what can be undone' },
        ...dependent(ballot, scene),
        ...(until !== undefined && { until }),
      }
    case 'held':
      return {
        hold: everything('held: another ballot of its slot is adopted provisionally too'),
        ...(until !== undefined && { until }),
      }
    case 'lapsed':
      return { hold: everything('it has lapsed'), undo: 'its provisional adoption has lapsed' }
    default:
      return { hold: everything('it is not adopted') }
  }
}

/** An appeal that was upheld takes the decision back, and with it what was rolled out (§3.8). */
function setAside({ id, generation }: Ballot, { standing }: RolloutScene): Surrounds | undefined {
  const holder = standing.holders.get(generation.slot)
  if (!standing.appealed.get(id)?.some((appeal) => appeal.id === holder)) return undefined
  const why = `ballot ${holder} has set it aside`
  return { hold: everything(why), undo: why }
}

/** What took its place in the slot goes on from wherever everybody is. */
function replaced({ id, generation }: Ballot, { standing }: RolloutScene): Surrounds | undefined {
  const holder = standing.holders.get(generation.slot)
  if (holder === id) return undefined
  return { hold: everything(`${holder ?? 'nothing'} holds its slot now`), isReplaced: true }
}

function underAppeal(ballot: Ballot, scene: RolloutScene): Surrounds | undefined {
  const appeal = appealState(ballot, scene)
  if (!appeal || !hooksWait(appeal)) return undefined
  const why = appeal.stage === 'window' ? 'appeals may still be filed' : 'it is appealed against'
  return {
    hold: everything(why),
    ...(appeal.until !== undefined && { until: appeal.until }),
  }
}

/** What hooks do cannot be un-done: they wait until the outcome can no longer drop out of sight. */
function unrecorded({ id }: Ballot, { standing, self }: RolloutScene): Surrounds | undefined {
  const outcome = standing.outcomes.get(id)
  return outcome && isFinal(outcome, self)
    ? undefined
    : { hold: everything('too few have recorded that it is settled') }
}

/** An increment waits for those it depends on: adopted, and rolled out where they plan that. */
function dependent({ proposal, body }: Ballot, scene: RolloutScene): Surrounds | undefined {
  const refs = body.dependsOn.flatMap((position) => proposal.op.refs[position] ?? [])
  const missing = refs.find((id) => !isRolledOut(id, scene))
  return missing && { hold: everything(`${missing}, on which it depends, is not done`) }
}

/** Adopted, not set aside again, and through with its stages where it plans any. */
function isRolledOut(id: OpCid, scene: RolloutScene): boolean {
  if (scene.standing.outcomes.get(id)?.outcome !== 'adopted') return false
  const ballot = scene.ballot(id)
  if (ballot && setAside(ballot, scene)) return false
  const planned = ballot?.planned
  if (!planned) return true
  // Only its own course counts: dependencies are earlier operations, but need not be walked again.
  const { plan, rollback, cohorts } = planned
  const records = recordsOf(ballot, scene.standing)
  const { state } = courseOf({ plan, rollback, cohorts, records, now: scene.now })
  return state === 'complete' || state === 'done'
}

/** The digest of the artefact that an organisation deploys: its own build's, else the subject's. */
export function settledArtefacts(
  { body }: Pick<Ballot, 'body'>,
  plan: Pick<RolloutPlan, 'builds'>,
  self: StakeholderId,
): { readonly name: string; readonly digest: string }[] {
  const own = plan.builds.filter(({ stakeholder }) => stakeholder === self)
  const byName = new Map(body.subjects.map(({ name, digest }) => [name, digest]))
  for (const { name, digest } of own) byName.set(name, digest)
  return [...byName].map(([name, digest]) => ({ name, digest }))
}

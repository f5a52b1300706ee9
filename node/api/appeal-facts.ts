/** Appeals against an adopted decision, for people (design §3.8). */
import type { Fact } from '../../src/ballot/explain.ts'
import type { Ballot } from '../../src/replica/ballot.ts'
import type { Standing } from '../../src/replica/outcomes.ts'
import {
  type AppealStage,
  type AppealState,
  appealState,
  hooksWait,
} from '../../src/replica/recourse/appeal-state.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { momentText, titleOf } from './naming.ts'
import type { AppealLine } from './recourse-api.ts'

/** The appeals against a decision as a line; null where it is not adopted or not appealable. */
export function appealLine(
  replica: Replica,
  ballot: Ballot,
  standing: Standing,
): AppealLine | null {
  const state = stateOf(replica, ballot, standing)
  if (!state) return null
  const { stage, until = null, appeals, late, ballots } = state
  return {
    stage,
    until,
    delaysHooks: hooksWait(state),
    appeals: appeals.map(({ cid, stakeholder, grounds, at }) => ({
      id: cid,
      stakeholder,
      grounds,
      at,
      inTime: !late.has(stakeholder),
    })),
    ballots: ballots.map(({ id, outcome }) => ({ id, outcome })),
  }
}

/** The stage of appeals while they may be filed or are undecided; undefined before and after. */
export function appealStageOf(
  replica: Replica,
  ballot: Ballot,
  standing: Standing,
): AppealStage | undefined {
  const stage = stateOf(replica, ballot, standing)?.stage
  return stage === 'window' || stage === 'filed' || stage === 'pending' ? stage : undefined
}

/** How many adopted decisions are appealed against and not decided on. */
export function underAppeal(replica: Replica): number {
  const standing = replica.views.standing()
  if (!standing) return 0
  const stages = replica.views.ballots().map((ballot) => appealStageOf(replica, ballot, standing))
  return stages.filter((stage) => stage === 'filed' || stage === 'pending').length
}

/** What to say of appeals in an explanation. */
export function appealFacts(replica: Replica, ballot: Ballot, standing: Standing): Fact[] {
  const state = stateOf(replica, ballot, standing)
  const decides = ballot.generation.replaces
  if (ballot.body.appeal !== undefined && decides !== null) {
    const sentence = `It decides the appeals against ${titleOf(replica, decides)}.`
    return [{ label: 'appeal', sentence }]
  }
  if (!state) return []
  const said = state.appeals.map(({ stakeholder, grounds }) => ({
    label: 'appeal',
    sentence: `${stakeholder} appeals${state.late.has(stakeholder) ? ', too late here' : ''}: “${grounds}”`,
  }))
  const stage = stageSentence(replica, state)
  return stage === undefined ? said : [{ label: 'appeals', sentence: stage }, ...said]
}

const stateOf = (replica: Replica, ballot: Ballot, standing: Standing): AppealState | undefined =>
  appealState(ballot, { standing, now: replica.clock.now() })

function stageSentence(replica: Replica, state: AppealState): string | undefined {
  const { stage, until = 0, ballots } = state
  const by = (outcome: string): string => {
    const found = ballots.find((one) => one.outcome === outcome)
    return found ? titleOf(replica, found.id) : 'a ballot'
  }
  switch (stage) {
    case 'window':
      return `May be filed until ${momentText(until)}; hooks of this node wait until then.`
    case 'filed':
      return `Filed; hooks of this node wait for their ballot until ${momentText(until)}.`
    case 'pending':
      return `${by('open')} decides them; until then hooks of this node wait.`
    case 'upheld':
      return `${by('adopted')} set it aside: hooks of this node do not run.`
    case 'rejected':
      return `${by('declined')} rejected them: it stands.`
    case 'over':
      return undefined
  }
}

/**
 * What became of appeals (design §3.8). The counted set says which exist and how their ballot ended;
 * when the window is over, and so whether an appeal came in time, is each node's own clock's to say
 * and decides nothing but what this node itself does: its hooks, and whether it lets the ballot pass.
 */
import type { OpCid, StakeholderId } from '../../op/ids.ts'
import { type AppealRecord, appealTrack } from '../../proposal/appeal/appeal.ts'
import type { Ballot } from '../ballot.ts'
import type { AppealBallot, Standing } from '../outcomes.ts'
import { isAppealable } from './appeal-record.ts'

/**
 * `window`: appeals may be filed. `filed`: some are, and their ballot is yet to be opened. `pending`:
 * it is being decided. `upheld`: the decision is set aside. `rejected`: it stands. `over`: the window
 * closed without an appeal, or nobody brought those that were filed to a ballot that was voted on.
 */
export type AppealStage = 'window' | 'filed' | 'pending' | 'upheld' | 'rejected' | 'over'

/** The appeals against an adopted ballot, as this node sees them. */
export interface AppealState {
  readonly stage: AppealStage
  /** When the stage ends by itself, in ms by this node's clock; undefined where a ballot ends it. */
  readonly until: number | undefined
  /** By stakeholder. */
  readonly appeals: readonly AppealRecord[]
  /** Those whose appeal came after the window here. */
  readonly late: ReadonlySet<StakeholderId>
  /** By CID; more than one only where members opened them without knowing of each other's. */
  readonly ballots: readonly AppealBallot[]
}

/** What appeals are seen by. */
export interface AppealScene {
  readonly standing: Standing
  /** In ms by this node's clock. */
  readonly now: number
}

/** The state of appeals against a ballot; undefined unless it is adopted and may be appealed against. */
export function appealState(ballot: Ballot, scene: AppealScene): AppealState | undefined {
  const { current, holders } = scene.standing
  const { slot } = ballot.generation
  if (outcomeOf(ballot, scene.standing) !== 'adopted') return undefined
  if (appealTrack(current.charter, slot) === undefined) return undefined
  if (!ballot.rest && !isAppealable(ballot)) return undefined
  const appeals = [...ballot.appeals.values()].sort(byStakeholder)
  const windowEnd = windowEndOf(ballot, scene.now)
  const inTime = appeals.filter(({ seenAt }) => seenAt <= windowEnd)
  const late = new Set(
    appeals.filter((appeal) => !inTime.includes(appeal)).map(({ stakeholder }) => stakeholder),
  )
  const ballots = scene.standing.appealed.get(ballot.id) ?? []
  const heard = ballots.filter(({ author, outcome }) => outcome === 'adopted' || !late.has(author))
  // Who appeals last has as long as anybody to bring it to a ballot.
  const last = Math.max(windowEnd, ...inTime.map(({ seenAt }) => seenAt + appealMs(ballot)))
  const until = inTime.length > 0 ? last : windowEnd
  // What another ballot has replaced meanwhile is not there to be set aside.
  const isOpen = scene.now < until && holders.get(slot) === ballot.id
  const stage = decidedStage(heard) ?? undecidedStage(inTime.length, isOpen)
  const endsByItself = stage === 'window' || stage === 'filed'
  return { stage, until: endsByItself ? until : undefined, appeals, late, ballots }
}

/** True while this node's hooks for an adopted ballot wait, or, once it is set aside, for good. */
export const hooksWait = ({ stage }: Pick<AppealState, 'stage'>): boolean =>
  stage !== 'rejected' && stage !== 'over'

/**
 * Why this node lets a ballot of appeals pass in no case: the appeal came after the window here, or
 * another ballot had decided these appeals when this one came. All appeals share one (§3.8).
 */
export function appealRefusal(
  ballot: Ballot,
  scene: AppealScene & { readonly ballots: readonly Ballot[] },
): string | undefined {
  if (ballot.body.appeal === undefined) return undefined
  const ballotOf = (wanted: OpCid | null) => scene.ballots.find(({ id }) => id === wanted)
  const target = ballotOf(ballot.generation.replaces)
  if (!target) return undefined
  const appeal = target.appeals.get(ballot.author)
  if (appeal && appeal.seenAt > windowEndOf(target, scene.now))
    return 'its appeal came after the window for appeals'
  const { seenAt } = ballot.proposal
  const decided = (scene.standing.appealed.get(target.id) ?? []).find(({ id, isVotedDown }) => {
    const other = isVotedDown ? ballotOf(id) : undefined
    return other && (settledAt(other) ?? Number.POSITIVE_INFINITY) <= seenAt
  })
  return decided && `ballot ${decided.id} has decided these appeals`
}

/** When the window for appeals ends, in ms by this node's clock. */
export const windowEndOf = (ballot: Ballot, now: number): number =>
  (settledAt(ballot) ?? now) + appealMs(ballot)

/** When this node first knew that a ballot was settled, in ms; undefined while nothing records it. */
export const settledAt = ({ settlements }: Pick<Ballot, 'settlements'>): number | undefined =>
  settlements.length === 0 ? undefined : Math.min(...settlements.map(({ seenAt }) => seenAt))

const appealMs = ({ track }: Ballot): number => track.windows.appeal

const outcomeOf = ({ id }: Ballot, { outcomes }: Standing): AppealBallot['outcome'] =>
  outcomes.get(id)?.outcome ?? 'open'

function decidedStage(ballots: readonly AppealBallot[]): AppealStage | undefined {
  const ended = (wanted: AppealBallot['outcome']) =>
    ballots.some(({ outcome }) => outcome === wanted)
  if (ended('adopted')) return 'upheld'
  if (ended('open')) return 'pending'
  return ballots.some(({ isVotedDown }) => isVotedDown) ? 'rejected' : undefined
}

function undecidedStage(inTime: number, isOpen: boolean): AppealStage {
  if (!isOpen) return 'over'
  return inTime > 0 ? 'filed' : 'window'
}

const byStakeholder = (a: AppealRecord, b: AppealRecord): number =>
  a.stakeholder < b.stakeholder ? -1 : 1

/**
 * When a node closes a ballot, and with what verdict (design §3.6, 1; §3.3, in-flight ballots). Pure decisions over one ballot, the coalition's standing and local facts.
 */
import { BASIS_GRACE_MS, CLOSE_SYNC_MS, MAX_OPENS_AHEAD_MS } from '../ballot/rules.ts'
import { type Timetable, timetable } from '../ballot/timing.ts'
import type { Held } from '../chain/held.ts'
import type { Ledger } from '../chain/ledger.ts'
import type { OpCid, StakeholderId } from '../op/ids.ts'
import type { Ballot } from './ballot.ts'
import { ACTIVE_NOTE, charterNote, type Local } from './local.ts'
import type { Standing } from './outcomes.ts'
import { oncePerList } from './per-list.ts'
import { cannotSettleWithout } from './reconstitution.ts'
import { appealRefusal } from './recourse/appeal-state.ts'

/** What decisions are made from. */
export interface Scene {
  readonly ledger: Ledger
  readonly local: Local
  readonly standing: Standing
  readonly ballots: readonly Ballot[]
  readonly now: number
}

/** A decision to close, with the reason. */
export interface CloseDecision {
  readonly endorse: boolean
  readonly why: string
}

/** A ballot's stages by this node's clock: never earlier than it first saw the proposal (§3.4). */
export function timetableOf(ballot: Ballot, local: Local): Timetable {
  const start = Math.max(
    ballot.body.opensAt,
    ballot.proposal.seenAt,
    local.moment(ACTIVE_NOTE) ?? 0,
    local.startOf(ballot.id) ?? 0,
  )
  return timetable(start, ballot.windows)
}

/** Whether this node closes the ballot now, and with what verdict. */
export function closeDecision(ballot: Ballot, scene: Scene): CloseDecision | undefined {
  // Nobody could vote before the coalition was active (§3.3).
  if (scene.local.moment(ACTIVE_NOTE) === undefined) return undefined
  // Under a charter that is not adopted here there is nothing to judge yet.
  if (!scene.standing.line.some(({ id }) => id === ballot.charterId)) return undefined
  const refused = refusalReason(ballot, scene)
  if (refused) return { endorse: false, why: refused }
  const blocking = passingAmendment(ballot, scene)
  if (blocking) return { endorse: false, why: `amendment ${blocking} passes; it must settle first` }
  const why = closeReason(ballot, scene)
  if (!why) return undefined
  const passes = ballot.verdict.result === 'passes'
  return { endorse: passes, why: passes ? why : `${why}; the verdict does not pass` }
}

/** When the ballot may close without any new operation, in ms; Infinity when only those can do it. */
export function nextCloseTime(ballot: Ballot, scene: Scene): number {
  const times = timetableOf(ballot, scene.local)
  const { othersClosedAt } = scene.local.clock(ballot.id)
  const later = [times.votingAt, times.sealsAt, times.expiresAt].filter((at) => at > scene.now)
  if (othersClosedAt !== undefined) later.push(othersClosedAt + CLOSE_SYNC_MS)
  return Math.min(Number.POSITIVE_INFINITY, ...later)
}

/** Declined whatever the votes: opens too late, an old charter, a basis that hides key changes. */
export function refusalReason(ballot: Ballot, scene: Scene): string | undefined {
  const { ledger, local, standing } = scene
  const { seenAt } = ballot.proposal
  if (ballot.body.opensAt > seenAt + MAX_OPENS_AHEAD_MS) return 'it opens more than 30 d ahead'
  if (isOutdated(ballot, standing, local)) return 'its charter was no longer the current one'
  return hidesKeyChanges(ballot, ledger)
    ? 'its basis leaves out key changes known for a day'
    : appealRefusal(ballot, scene)
}

/** A newer charter was the current one here when the ballot opened; being behind is no fault of it. */
function isOutdated(ballot: Ballot, { line }: Standing, local: Local): boolean {
  const own = line.findIndex(({ id }) => id === ballot.charterId)
  if (own === line.length - 1) return false
  const { opensAt } = timetableOf(ballot, local)
  return line.slice(own + 1).some(({ id }) => {
    const since = local.moment(charterNote(id))
    return since !== undefined && since <= opensAt
  })
}

/** What comes after a proposal was not known before it, so each ballot need be looked at once. */
const hiding = new WeakMap<Ballot, boolean>()

function hidesKeyChanges(ballot: Ballot, ledger: Ledger): boolean {
  const known = hiding.get(ballot)
  if (known !== undefined) return known
  const hides = ballot.electorate.members.some(({ root }) => hidesKeyChange(ballot, ledger, root))
  hiding.set(ballot, hides)
  return hides
}

function hidesKeyChange(ballot: Ballot, ledger: Ledger, root: Held['op']['key']): boolean {
  const main = ledger.chains.get(root)?.main ?? []
  const knownBefore = ballot.proposal.seenAt - BASIS_GRACE_MS
  for (let seq = (ballot.basis.get(root)?.seq ?? -1) + 1; seq < main.length; seq++) {
    const held = main[seq]
    if (held && held.seenAt <= knownBefore && held.op.type.startsWith('key.')) return true
  }
  return false
}

/** An amendment of the same charter that this node closed as passing and that is not settled. */
export function passingAmendment(
  ballot: Ballot,
  { ballots, local, standing }: Scene,
): OpCid | undefined {
  return amendments(ballots).find(
    (candidate) =>
      candidate.id !== ballot.id &&
      candidate.charterId === ballot.charterId &&
      !cannotSettleWithout(candidate, ballot) &&
      isOpen(candidate, standing) &&
      local.closing(candidate.id)?.endorse,
  )?.id
}

/** Asked for each ballot, of the same list. What rests is settled, and no amendment. */
const amendments = oncePerList((ballots: readonly Ballot[]) =>
  ballots.filter(({ rest, body }) => !rest && body.amendment),
)

function closeReason(ballot: Ballot, { local, now }: Scene): string | undefined {
  if (ballot.withdrawn) return 'its author withdrew it'
  const times = timetableOf(ballot, local)
  if (now >= times.expiresAt) return 'its validity ran out'
  // Asked after every operation: what takes longest is asked last.
  if (now >= times.sealsAt && hasQuorum(ballot) && gatesHold(ballot))
    return 'its voting window is over'
  if (now >= times.votingAt && isHeard(ballot) && gatesHold(ballot)) return 'everyone has voted'
  return othersClosed(ballot, local, now) ? 'others have closed it' : undefined
}

const hasQuorum = ({ verdict }: Ballot): boolean =>
  verdict.rules.every(({ rule, met }) => rule !== 'quorum' || met)

const gatesHold = ({ gates }: Ballot): boolean => gates.every(({ met }) => met)

/** Nobody is silent. */
function isHeard({ positions }: Ballot): boolean {
  for (const { stance } of positions.values()) if (stance === 'silent') return false
  return true
}

/** Seals of F+1 and a sync with that weight since, at most 60 s ago (§3.6, 1). */
function othersClosed(ballot: Ballot, local: Local, now: number): boolean {
  const since = local.clock(ballot.id).othersClosedAt
  if (since === undefined) return false
  if (now >= since + CLOSE_SYNC_MS) return true
  const heard = new Set<StakeholderId>()
  for (const [key, at] of local.syncedAt) {
    const stakeholder = at >= since ? ballot.eligibility.stakeholderOf(key) : undefined
    if (stakeholder) heard.add(stakeholder)
  }
  return ballot.board.weight(heard) >= ballot.electorate.faulty + 1
}

/** True while no outcome is known. */
export const isOpen = (ballot: Ballot, standing: Standing): boolean =>
  (standing.outcomes.get(ballot.id)?.outcome ?? 'open') === 'open'

/** Presence for people: who was heard, who is connected, and when windows end where members are. */
import { accept, type Result } from '../../src/op/refusal.ts'
import { isOpen, timetableOf } from '../../src/replica/closing.ts'
import { NEVER_MS } from '../../src/replica/openings.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { type MemberPresence, presenceOf } from '../../src/replica/report/presence.ts'
import { stageOf } from './ballot-facts.ts'
import { peerLines } from './peer-view.ts'
import type { MemberLine, PresenceView, WindowLine, WindowPlace } from './report-api.ts'
import type { Surroundings } from './surroundings.ts'
import { wallClock, workingMs } from './time-zone.ts'

/** Who was heard when, and the voting windows that are not over. */
export function presenceView(replica: Replica, surroundings: Surroundings): Result<PresenceView> {
  const members = presenceOf(replica)
  if (!members.ok) return members
  const connected = new Set(
    peerLines(replica, surroundings).flatMap((peer) => (peer.connected ? peer.key : [])),
  )
  const own = replica.signer?.key
  const lines = members.value.map(
    (member): MemberLine => ({
      ...member,
      isOurs: member.keys.some(({ key }) => key === own),
      connected: member.keys.some(({ key }) => connected.has(key)),
    }),
  )
  const now = replica.clock.now()
  return accept({ now, members: lines, windows: windowLines(replica, members.value) })
}

/** The windows to vote in that have not ended, the first to end first. */
export function windowLines(
  replica: Replica,
  members: readonly MemberPresence[],
): readonly WindowLine[] {
  const standing = replica.views.standing()
  if (!standing) return []
  const now = replica.clock.now()
  return replica.views
    .ballots()
    .filter((ballot) => isOpen(ballot, standing))
    .flatMap((ballot): WindowLine[] => {
      const { votingAt, closesAt, opensAt } = timetableOf(ballot, replica.local)
      if (closesAt <= now || opensAt >= NEVER_MS) return []
      const electors = new Set<string>(ballot.electorate.members.map(({ id }) => id))
      const silent = ballot.tally.lines.filter(({ stance }) => stance === 'silent')
      return [
        {
          ...{ id: ballot.id, title: ballot.body.title, votingAt, closesAt },
          stage: stageOf(replica, ballot, standing),
          silent: silent.map(({ stakeholder }) => stakeholder),
          places: members
            .filter(({ stakeholder }) => electors.has(stakeholder))
            .flatMap((member) => placeOf(member, votingAt, closesAt) ?? []),
        },
      ]
    })
    .sort((a, b) => a.closesAt - b.closesAt || (a.id < b.id ? -1 : 1))
}

function placeOf(
  { stakeholder, timeZone }: MemberPresence,
  votingAt: number,
  closesAt: number,
): WindowPlace | undefined {
  if (timeZone === null) return undefined
  const [begins, ends] = [votingAt, closesAt].map((at) => wallClock(at, timeZone))
  const working = workingMs(votingAt, closesAt, timeZone)
  if (begins === undefined || ends === undefined || working === undefined)
    return { stakeholder, timeZone, begins: null, ends: null, workingMs: null }
  return { stakeholder, timeZone, begins, ends, workingMs: working }
}

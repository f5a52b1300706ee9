/** What is due at a moment: whose vote, whose answer, whose move, and who has been silent. */
import { formatDuration } from '../../../src/charter/duration.ts'
import { threadsOf } from '../../../src/proposal/discussion.ts'
import type { Ballot } from '../../../src/replica/ballot.ts'
import { isOpen, timetableOf } from '../../../src/replica/closing.ts'
import { NEVER_MS } from '../../../src/replica/openings.ts'
import { lapsesAt, stateHere } from '../../../src/replica/overlay.ts'
import { appealState } from '../../../src/replica/recourse/appeal-state.ts'
import { councilAt } from '../../../src/replica/recourse/council.ts'
import { presenceOf } from '../../../src/replica/report/presence.ts'
import { reviewDue } from '../../../src/replica/report/review.ts'
import { replicaAlarms } from '../alarms.ts'
import { escalationLines } from '../escalation-view.ts'
import { withShortIds } from '../ids.ts'
import { momentText, ownStakeholder, titleOf } from '../naming.ts'
import { quote } from '../op-sentence.ts'
import type { DigestScene, DigestSection } from './shape.ts'

/** How long ahead the end of a council's term and the next review are told of, in ms. */
export const NOTICE_MS = 30 * 86_400_000

/** All that is due. */
export function dueSections(scene: DigestScene): DigestSection[] {
  const open = openBallots(scene)
  return [
    {
      title: 'Needs attention',
      lines: replicaAlarms(scene.replica).map(({ sentence }) => sentence),
    },
    { title: 'Votes', lines: open.flatMap((ballot) => voteLine(ballot, scene) ?? []) },
    { title: 'Answers', lines: open.flatMap((ballot) => threadLines(ballot, scene)) },
    { title: 'Gates', lines: open.flatMap((ballot) => gateLines(ballot, scene)) },
    { title: 'May be appealed against', lines: appealLines(scene) },
    { title: 'Provisional outcomes', lines: open.flatMap((ballot) => lapseLine(ballot, scene)) },
    {
      title: 'Disputes and escalations',
      lines: [...disputeLines(scene), ...waitingLines(scene)],
    },
    { title: 'The rules themselves', lines: [...reviewLines(scene), ...councilLines(scene)] },
    { title: 'Not heard of in this time', lines: silentLines(scene) },
  ]
}

/** The first to close first. */
const openBallots = ({ replica, standing }: DigestScene): Ballot[] =>
  replica.views
    .ballots()
    .filter((ballot) => isOpen(ballot, standing))
    .map((ballot) => ({ ballot, at: timetableOf(ballot, replica.local).closesAt }))
    .sort((a, b) => a.at - b.at || (a.ballot.id < b.ballot.id ? -1 : 1))
    .map(({ ballot }) => ballot)

/** `2027-01-15T09:00:00Z (in 2d3h)`. */
const when = (at: number, { to }: DigestScene): string =>
  at > to ? `${momentText(at)} (in ${span(at - to)})` : `${momentText(at)} (${span(to - at)} ago)`

const MINUTE_MS = 60_000

/** To the minute; below that nothing is due. */
const span = (ms: number): string => formatDuration(ms - (ms % MINUTE_MS))

function voteLine(ballot: Ballot, scene: DigestScene): string {
  const { replica, to } = scene
  const { opensAt, votingAt, closesAt, sealsAt } = timetableOf(ballot, replica.local)
  const title = titleOf(replica, ballot.id)
  const silent = ballot.tally.lines.filter(({ stance }) => stance === 'silent')
  const self = ownStakeholder(replica)
  const ours = silent.some(({ stakeholder }) => stakeholder === self) ? ' Ours is lacking.' : ''
  const names = silent.map(({ stakeholder }) => stakeholder).join(', ') || 'nobody'
  if (opensAt >= NEVER_MS) return `${title} opens once fewer of its author’s ballots are unsettled.`
  if (to < votingAt) return `${title}: voting begins ${when(votingAt, scene)}.`
  if (to < closesAt)
    return `${title}: votes until ${when(closesAt, scene)}; silent so far: ${names}.${ours}`
  return to < sealsAt
    ? `${title}: voting is over, nodes seal from ${when(sealsAt, scene)}; silent: ${names}.`
    : `${title}: voting is over and it is not settled; silent: ${names}.`
}

function threadLines(ballot: Ballot, { replica }: DigestScene): string[] {
  const { author, gateScene } = ballot
  const answering = gateScene.isAppeal ? `${author} or whoever else appealed` : author
  return threadsOf(gateScene.comments, author)
    .filter(({ state }) => state === 'open')
    .map(({ comment: { kind, stakeholder, text } }) => {
      const whose = kind === 'objection' ? answering : 'anybody'
      return `${titleOf(replica, ballot.id)}: the ${kind} of ${stakeholder}, ${quote(text)}, waits for ${whose}.`
    })
}

const gateLines = (ballot: Ballot, { replica }: DigestScene): string[] =>
  ballot.gates
    .filter(({ met }) => !met)
    .map(
      ({ gate, wouldMeet }) =>
        `${titleOf(replica, ballot.id)}, gate ${gate}: ${withShortIds(wouldMeet)}`,
    )

function appealLines({ replica, standing, to }: DigestScene): string[] {
  return replica.views
    .ballots()
    .flatMap((ballot) => {
      const state = appealState(ballot, { standing, now: to })
      return state?.stage === 'window' && state.until !== undefined
        ? [{ id: ballot.id, until: state.until }]
        : []
    })
    .sort((a, b) => a.until - b.until || (a.id < b.id ? -1 : 1))
    .map(({ id, until }) => `${titleOf(replica, id)} until ${momentText(until)}.`)
}

function lapseLine(ballot: Ballot, scene: DigestScene): string[] {
  const { replica, standing, to } = scene
  const state = stateHere(ballot, standing.provisional, to)
  if (state !== 'provisional' && state !== 'held') return []
  const held = state === 'held' ? ' (held: another of its slot is too)' : ''
  return [
    `${titleOf(replica, ballot.id)} is provisional${held}; it lapses ${when(lapsesAt(ballot) ?? to, scene)} unless it is settled.`,
  ]
}

const disputeLines = ({ replica }: DigestScene): string[] =>
  replica.views.matters
    .disputes()
    .filter(({ state }) => state.state !== 'settled')
    .map(
      ({ subject, parties, state }) =>
        `Dispute ${quote(subject)} among ${parties.join(', ')} is ${state.state}.`,
    )

const waitingLines = (scene: DigestScene): string[] =>
  escalationLines(scene.replica)
    .filter(({ state }) => state !== 'resolved')
    .toSorted((a, b) => a.dueAt - b.dueAt || (a.id < b.id ? -1 : 1))
    .map(({ subject, owners, dueAt }) => {
      const word = dueAt <= scene.to ? 'is overdue since' : 'is due'
      return `${quote(subject)} waits for ${owners.join(', ')} and ${word} ${when(dueAt, scene)}.`
    })

function reviewLines(scene: DigestScene): string[] {
  const { replica, standing, to } = scene
  const { dueAt, open } = reviewDue(replica, standing)
  if (open !== null || dueAt === null || dueAt > to + NOTICE_MS) return []
  return [`A review of the charter is due ${when(dueAt, scene)}.`]
}

function councilLines(scene: DigestScene): string[] {
  const { replica, standing, to } = scene
  const council = councilAt(to, replica.views.ballots(), standing)
  if (!council || council.until > to + NOTICE_MS) return []
  return [`The term of the council ends ${when(council.until, scene)}.`]
}

/** Silence is not absence: a node says nothing while nothing is new to it. */
function silentLines({ replica, from, to }: DigestScene): string[] {
  const members = presenceOf(replica)
  if (!members.ok) return []
  return members.value.flatMap(({ stakeholder, last }) => {
    if (last === null) return [`${stakeholder}: never.`]
    if (last.seenAt > from) return []
    return [
      `${stakeholder}: last heard ${momentText(last.seenAt)}, ${span(Math.max(0, to - last.seenAt))} ago.`,
    ]
  })
}

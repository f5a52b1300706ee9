/**
 * How a ballot stands where its votes do not say it all (design §2.7, `explain`): settled, adopted for
 * now, closed here, or bound to be declined. In a sentence, with what would still change it.
 */
import {
  type ContingencyPart,
  changesOf,
  decidingRules,
  type Ending,
  headlineOf,
} from '../../src/ballot/explain.ts'
import { formatDuration } from '../../src/charter/duration.ts'
import { fallsOver } from '../../src/replica/again.ts'
import type { Ballot } from '../../src/replica/ballot.ts'
import { isOpen, refusalReason, timetableOf } from '../../src/replica/closing.ts'
import { ACTIVE_NOTE } from '../../src/replica/local.ts'
import type { Outcome, Standing } from '../../src/replica/outcomes.ts'
import { type AppealState, appealState } from '../../src/replica/recourse/appeal-state.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { shortId } from './ids.ts'
import { momentText, titleOf, withTitles } from './naming.ts'
import { waitFacts } from './wait-facts.ts'

/** What an ending is read from. */
export interface EndingScene {
  readonly replica: Replica
  readonly ballot: Ballot
  readonly standing: Standing
  readonly contingency: ContingencyPart | undefined
}

const NEW_PROPOSAL = 'Nothing any more; a new proposal may ask again.'

/** The ending of a ballot; undefined while its votes alone decide. */
export function endingOf(scene: EndingScene): Ending | undefined {
  const { ballot, standing } = scene
  const outcome = standing.outcomes.get(ballot.id)
  if (outcome?.outcome === 'adopted') return adopted(scene, outcome)
  if (outcome?.outcome === 'declined') return declined(scene, outcome)
  return provisional(scene) ?? closed(scene) ?? doomed(scene) ?? overdue(scene)
}

function adopted({ replica, ballot, standing }: EndingScene, { round }: Outcome): Ending {
  const appeals = appealState(ballot, { standing, now: replica.clock.now() })
  const aside = appeals?.stage === 'upheld' ? ', and set aside on appeal' : ''
  return {
    headline: `Adopted in settle round ${round}${aside}.`,
    changes: [appealChange(replica, appeals)],
    isGood: true,
  }
}

function appealChange(replica: Replica, state: AppealState | undefined): string {
  if (state?.stage === 'window')
    return `An appeal, until ${momentText(state.until ?? 0)}; else only a new proposal that replaces it.`
  if (state?.stage === 'filed') return 'The ballot of appeals, which is yet to be opened.'
  const open = state?.ballots.find(({ outcome }) => outcome === 'open')
  return open
    ? `The ballot of appeals, ${titleOf(replica, open.id)}.`
    : 'Nothing any more; only a new proposal that replaces it takes its place.'
}

function declined(scene: EndingScene, { round, endedBy }: Outcome): Ending {
  const { replica, ballot, standing } = scene
  const unmet = ballot.verdict.rules.filter(({ met }) => !met).map(({ rule }) => rule)
  const why = ballot.withdrawn
    ? 'its author withdrew it'
    : unmet.length > 0
      ? `not met: ${unmet.join(', ')}`
      : 'by its seals, though its rules are met by the votes that are held here'
  const headline =
    endedBy === undefined
      ? `Declined in settle round ${round}: ${why}.`
      : `Declined: amendment ${titleOf(replica, endedBy)} was adopted and ended it.`
  const again = fallsOver(ballot, standing)
    ? `With more time, on the standard track: folkmoot propose --again ${shortId(ballot.id)}`
    : NEW_PROPOSAL
  return { headline, changes: [again], isGood: false }
}

/** Provisional outcomes and their lapse; a contingency that is only possible ends nothing. */
function provisional({ ballot, standing, contingency }: EndingScene): Ending | undefined {
  if (contingency === undefined || contingency.state === 'possible') return undefined
  const { state } = contingency
  const headline =
    state === 'held'
      ? 'PROVISIONAL, HELD: two sides have each gone ahead in this slot.'
      : state === 'provisional'
        ? 'PROVISIONAL: adopted for now, not settled.'
        : `LAPSED: adopted provisionally, and ${lapseReason(ballot, standing)}.`
  const changes =
    state === 'held'
      ? ['Settlement alone: the ballot that is adopted stands, the other lapses.']
      : ['Settlement alone: adopted ratifies it, declined ends it.']
  return { headline, changes, isGood: state === 'provisional' }
}

/** Of an open ballot: another of its slot is adopted, or else its time is over (§3.7). */
const lapseReason = (ballot: Ballot, { provisional }: Standing): string =>
  provisional.get(ballot.id) === 'lapsed'
    ? 'another ballot of its slot was adopted'
    : `not settled within ${formatDuration(ballot.provisional?.contingency.ratifyWithin ?? 0)}`

/** This node has judged: votes change nothing here any more, seals do. */
function closed({ replica, ballot }: EndingScene): Ending | undefined {
  const closing = replica.local.closing(ballot.id)
  if (!closing) return undefined
  const { board, electorate } = ballot
  const verb = closing.endorse ? 'endorse' : 'decline'
  const endorsed = board.weight(board.endorse.keys())
  const declines = board.weight(board.decline.keys())
  const silent = electorate.members
    .filter(({ id }) => !board.endorse.has(id) && !board.decline.has(id))
    .map(({ id, weight }) => `${id} ${weight}`)
  const who = silent.length === 0 ? '' : `; not sealed: ${silent.join(', ')}`
  const lacking = board.quorum - endorsed
  const blocking = electorate.faulty + 1 - declines
  const waits = waitFacts(replica, ballot).map(({ sentence }) => sentence)
  return {
    headline: `Voting is over here: this node closed it to ${verb}, ${withTitles(replica, closing.why)}.`,
    changes: [
      ...waits,
      board.hasEndorsements
        ? 'Nothing that is voted: it has its endorsements, and the settle rounds finish it.'
        : blocking <= 0
          ? 'Nothing that is voted: too many decline for a certificate, and the settle rounds finish it.'
          : `${lacking} more endorses and it can be adopted, ${blocking} more declines and it cannot${who}.`,
    ],
    isGood: closing.endorse,
  }
}

/** The window is over here and it waits, for its gates or for a quorum: nobody votes here any more. */
function overdue({ replica, ballot, standing }: EndingScene): Ending | undefined {
  const { verdict } = ballot
  const isActive = replica.local.moment(ACTIVE_NOTE) !== undefined
  if (!isActive || !standing.line.some(({ id }) => id === ballot.charterId)) return undefined
  if (verdict.result === 'passes' || ballot.withdrawn) return undefined
  if (replica.clock.now() < timetableOf(ballot, replica.local).closesAt) return undefined
  const isOfVotes = decidingRules(verdict).some(({ rule }) => !rule.startsWith('gate:'))
  return {
    headline: headlineOf(verdict, isOfVotes ? 'over' : 'voting'),
    changes: changesOf(verdict, ballot),
    isGood: false,
  }
}

/** Whatever is voted, no honest node will endorse it. */
function doomed({ replica, ballot, standing }: EndingScene): Ending | undefined {
  const scene = replica.scene(replica.clock.now())
  const refused = scene && refusalReason(ballot, scene)
  if (refused !== undefined)
    return {
      headline: `This node declines it: ${refused}.`,
      changes: [NEW_PROPOSAL],
      isGood: false,
    }
  const { slot, replaces } = ballot.generation
  const holder = standing.holders.get(slot) ?? null
  if (!isOpen(ballot, standing) || holder === replaces) return undefined
  const name = (id: typeof holder) => (id === null ? 'nothing' : titleOf(replica, id))
  return {
    headline: `No node will endorse it: it replaces ${name(replaces)} in ${slot}, which ${name(holder)} holds.`,
    changes: [`A new proposal that replaces ${name(holder)}.`],
    isGood: false,
  }
}

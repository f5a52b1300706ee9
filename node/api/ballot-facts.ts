/** What else bears on a ballot beside the rules of its track: stage, seals, outcome, forks (§3.5). */
import { type Explanation, explain, type Fact } from '../../src/ballot/explain.ts'
import { stageAt, type Timetable } from '../../src/ballot/timing.ts'
import type { Rule } from '../../src/ballot/verdict.ts'
import type { StakeholderId } from '../../src/op/ids.ts'
import type { Ballot } from '../../src/replica/ballot.ts'
import { isOpen, timetableOf } from '../../src/replica/closing.ts'
import { NEVER_MS } from '../../src/replica/openings.ts'
import { isFinal, type Outcome, type Standing } from '../../src/replica/outcomes.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { appealFacts, appealStageOf } from './appeal-facts.ts'
import { endingOf } from './ballot-ending.ts'
import { forkedChains } from './fork-view.ts'
import { shortId } from './ids.ts'
import { documentTitleOf, momentText, ownStakeholder, titleOf, withTitles } from './naming.ts'
import { contingencyPart, provisionalStateOf } from './provisional-facts.ts'
import { rolloutFacts } from './rollout-facts.ts'
import { silenceFacts, yieldFacts } from './silence-facts.ts'
import { waitFacts } from './wait-facts.ts'

/** Everything behind a ballot's verdict and outcome. */
export function explainBallot(replica: Replica, ballot: Ballot, standing: Standing): Explanation {
  const { body, electorate, track, tally, verdict } = ballot
  const facts = [
    ...stageFacts(replica, ballot, standing),
    ...documentFacts(replica, ballot),
    ...slotFacts(replica, ballot, standing),
    ...silenceFacts(replica, ballot),
    sealFact(ballot),
    ...closingFacts(replica, ballot),
    ...waitFacts(replica, ballot),
    ...yieldFacts(replica, ballot),
    ...outcomeFacts(replica, ballot, standing),
    ...appealFacts(replica, ballot, standing),
    ...rolloutFacts(replica, ballot),
    ...forkFacts(replica, ballot),
    ...violationFacts(ballot, standing),
  ]
  const contingency = contingencyPart(replica, ballot, standing)
  const ending = endingOf({ replica, ballot, standing, contingency })
  const { title } = body
  return explain({ title, electorate, track, tally, verdict, contingency, ending, facts })
}

/** Why a ballot stands as it does, one sentence each; nothing to say of an adopted one. */
export function reasonsOf(replica: Replica, ballot: Ballot, standing: Standing): string[] {
  const outcome = outcomeOf(ballot, standing)
  const facts = [...forkFacts(replica, ballot), ...violationFacts(ballot, standing)]
  if (outcome.outcome === 'adopted') return facts.map(({ sentence }) => sentence)
  const unmet = ballot.verdict.rules.filter(({ met }) => !met).map(reasonOf)
  const more = outcome.outcome === 'declined' ? declinedFacts(replica, ballot, standing) : []
  const reduced = provisionalStateOf(replica, ballot, standing)
    ? [contingencyPart(replica, ballot, standing)?.sentence ?? '']
    : []
  return [...reduced, ...unmet, ...[...more, ...facts].map(({ sentence }) => sentence)]
}

/** What a gate says does not say which gate it is. */
const reasonOf = ({ rule, sentence }: Rule): string =>
  rule.startsWith('gate:') ? `Gate ${rule.slice('gate:'.length)}: ${sentence}.` : sentence

/** How a ballot ended; `open` while it has not. */
export const outcomeOf = (ballot: Ballot, standing: Standing): Outcome =>
  standing.outcomes.get(ballot.id) ?? { outcome: 'open', recordedBy: new Set(), isRecorded: false }

/**
 * The stage of a ballot by this node's clock: `settled` once its outcome is known, and `appeal` while
 * an adopted one may be, or is, appealed against.
 */
export function stageOf(replica: Replica, ballot: Ballot, standing: Standing): string {
  if (!isOpen(ballot, standing))
    return appealStageOf(replica, ballot, standing) === undefined ? 'settled' : 'appeal'
  if (replica.local.closing(ballot.id)) return 'settling'
  return stageAt(replica.clock.now(), timetableOf(ballot, replica.local), ballot.windows)
}

const fact = (label: string, sentence: string): Fact => ({ label, sentence })

function stageFacts(replica: Replica, ballot: Ballot, standing: Standing): Fact[] {
  const stage = stageOf(replica, ballot, standing)
  return [fact('stage', stageSentence(stage, timetableOf(ballot, replica.local)))]
}

function stageSentence(stage: string, times: Timetable): string {
  switch (stage) {
    case 'appeal':
      return 'The outcome is known; only an appeal may still set it aside.'
    case 'settled':
      return 'The outcome is known; nothing changes it any more.'
    case 'settling':
      return `Voting is over here; sealed whatever its turnout by ${momentText(times.expiresAt)}.`
    case 'voting':
      return `Votes count until ${momentText(times.closesAt)} by this node's clock.`
    case 'waiting':
      return times.opensAt >= NEVER_MS
        ? 'It opens once fewer of its author’s ballots are unsettled.'
        : `It opens ${momentText(times.opensAt)}.`
    default:
      return `In ${stage}; voting begins ${momentText(times.votingAt)}.`
  }
}

/** Which version of a document is voted on: the same for everybody, whatever is written since. */
function documentFacts(replica: Replica, { frozen }: Ballot): Fact[] {
  if (!frozen) return []
  const title = documentTitleOf(replica, frozen.document)
  const sentence = `It is ${title} as ${frozen.author} froze it (${shortId(frozen.id)}); later edits change nothing.`
  return [fact('document', sentence)]
}

function slotFacts(replica: Replica, ballot: Ballot, standing: Standing): Fact[] {
  const { slot, replaces } = ballot.generation
  const holder = standing.holders.get(slot) ?? null
  if (!isOpen(ballot, standing) || holder === replaces) return []
  const now = holder === null ? 'nobody' : titleOf(replica, holder)
  const then = replaces === null ? 'nobody' : titleOf(replica, replaces)
  return [fact('slot', `It replaces ${then} in ${slot}, which ${now} holds: none will endorse it.`)]
}

function sealFact({ board, electorate }: Ballot): Fact {
  const said = (ids: Iterable<StakeholderId>): string => {
    const names = [...ids].sort()
    return `${board.weight(names)}${names.length === 0 ? '' : ` (${names.join(', ')})`}`
  }
  const sentence = `${said(board.endorse.keys())} of ${electorate.total} endorses, ${said(board.decline.keys())} declines; a certificate takes ${board.quorum}, for up to ${electorate.faulty} may be faulty.`
  return fact('seals', sentence)
}

function closingFacts(replica: Replica, { id }: Ballot): Fact[] {
  const closing = replica.local.closing(id)
  if (!closing) return []
  const verdict = closing.endorse ? 'to endorse' : 'to decline'
  const why = withTitles(replica, closing.why)
  return [fact('closed here', `${momentText(closing.atMs)}, ${verdict}: ${why}.`)]
}

function outcomeFacts(replica: Replica, ballot: Ballot, standing: Standing): Fact[] {
  const ended = outcomeOf(ballot, standing)
  const { outcome, round, endedBy } = ended
  if (outcome === 'open') return []
  const record = isFinal(ended, ownStakeholder(replica)) ? [] : [recordFact(ballot, ended)]
  if (outcome === 'adopted')
    return [fact('outcome', `Adopted in settle round ${round}.`), ...record]
  // How many sealed what, and why, stands there already.
  const how = endedBy === undefined ? [] : declinedFacts(replica, ballot, standing)
  return [fact('outcome', 'Declined.'), ...how, ...record]
}

function recordFact({ board, electorate }: Ballot, { recordedBy }: Outcome): Fact {
  const weight = board.weight(recordedBy)
  const sentence = `Recorded by ${weight} of the ${electorate.faulty + 1} that make it final here; no other outcome is possible.`
  return fact('record', sentence)
}

/** Which of the ways to be declined it was, where no rule of the track says so. */
function declinedFacts(replica: Replica, ballot: Ballot, standing: Standing): Fact[] {
  const { endedBy, round } = outcomeOf(ballot, standing)
  if (endedBy !== undefined) {
    const sentence = `Amendment ${titleOf(replica, endedBy)} was adopted and ended it.`
    return [fact('ended', sentence)]
  }
  const facts = [
    fact('settled', `Settled as declined in round ${round}; ${sealFact(ballot).sentence}`),
  ]
  return [...facts, ...closingFacts(replica, ballot).filter(() => endorsedElsewhere(ballot))]
}

/** The verdict passed and yet it was declined: only the seals' reasons explain that. */
const endorsedElsewhere = ({ verdict }: Ballot): boolean => verdict.result === 'passes'

function forkFacts(replica: Replica, ballot: Ballot): Fact[] {
  return forkedChains(replica).flatMap(({ key, forkedAt }) => {
    const who = ballot.eligibility.stakeholderOf(key)
    if (who === undefined) return []
    const sentence = `A key of ${who} said two things at operation ${forkedAt}: its votes from there on are void.`
    return [fact('forked', sentence)]
  })
}

const violationFacts = ({ id }: Ballot, { violations }: Standing): Fact[] =>
  violations
    .filter(({ ballots }) => ballots.includes(id))
    .map(({ sentence }) => fact('violation', `Safety violation: ${sentence}.`))

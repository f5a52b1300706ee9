/**
 * From ballots to the coalition's state: the line of charters, final outcomes, slot holders,
 * violations (design §3.3, §3.6). A pure function of ballots; whoever holds the same counted set
 * reads the same here.
 */

import type { SettlementCertificate } from '../ballot/board.ts'
import { changesDomain } from '../ballot/electorate.ts'
import { DOMAIN } from '../charter/lookup.ts'
import type { Charter } from '../charter/schema.ts'
import { opCidOf } from '../op/cid.ts'
import type { OpCid, StakeholderId } from '../op/ids.ts'
import type { ResumeRecord } from '../proposal/rollout/record.ts'
import type { Ballot } from './ballot.ts'
import { type ProvisionalState, provisionalStates } from './overlay.ts'
import { type GateOverrides, gateOverrides } from './recourse/overrides.ts'
import { adoptedResumes } from './rollout/resumes.ts'

/** A charter in force, now or once. */
export interface CharterVersion {
  /** The founding operation, or the amendment's proposal. */
  readonly id: OpCid
  readonly charter: Charter
}

/** How a ballot ended. */
export interface Outcome {
  readonly outcome: 'adopted' | 'declined' | 'open'
  /** Round of the settlement certificate. */
  readonly round?: number
  /** The amendment that ended it (§3.3), where no certificate did. */
  readonly endedBy?: OpCid
  /** Whose settlement refers to a certificate for it. */
  readonly recordedBy: ReadonlySet<StakeholderId>
  /** Settlements of weight ≥ F+1 do: one of them is an honest member's, and stays (§3.6, 3). */
  readonly isRecorded: boolean
}

/**
 * True when a reader can no longer lose sight of an outcome. Nobody can come to another one, but
 * until an honest member's settlement refers to it, a part of its certificate may be a faulty key's
 * word that counts no more once its fork is seen; then the outcome is unknown here for a while. A
 * stakeholder that recorded it itself need not wait for others.
 */
export const isFinal = (
  { outcome, isRecorded, recordedBy }: Outcome,
  self?: StakeholderId | undefined,
): boolean => outcome !== 'open' && (isRecorded || (self !== undefined && recordedBy.has(self)))

/** Two certificates that exclude each other: more than F weight was faulty. */
export interface Violation {
  readonly kind: 'two-outcomes' | 'two-adopted-in-slot' | 'two-successor-charters'
  readonly ballots: readonly OpCid[]
  readonly sentence: string
}

/** What ballots add up to. */
export interface Standing {
  readonly line: readonly CharterVersion[]
  readonly current: CharterVersion
  readonly outcomes: ReadonlyMap<OpCid, Outcome>
  readonly holders: ReadonlyMap<string, OpCid | null>
  readonly violations: readonly Violation[]
  /** What became of provisional outcomes; an overlay, which no holder or charter follows (§3.7). */
  readonly provisional: ReadonlyMap<OpCid, ProvisionalState>
  /** The ballots of appeals against each ballot, by CID (§3.8). */
  readonly appealed: ReadonlyMap<OpCid, readonly AppealBallot[]>
  /** The gates of each ballot that adopted ballots override, with those ballots (§3.8). */
  readonly overridden: ReadonlyMap<OpCid, GateOverrides>
  /** The adopted ballots that resume each halted rollout (§3.9). */
  readonly resumed: ReadonlyMap<OpCid, readonly ResumeRecord[]>
}

/** A ballot on which appeals are decided. */
export interface AppealBallot {
  readonly id: OpCid
  readonly author: StakeholderId
  readonly outcome: Outcome['outcome']
  /**
   * Declined, and its votes did not carry it, or were too few: the decision stands. One that ended for
   * want of form (a gate) or of its slot has decided nothing.
   */
  readonly isVotedDown: boolean
}

/** Derives the standing of a coalition from its founding charter and all its valid ballots. */
export function deriveStanding(founding: CharterVersion, ballots: readonly Ballot[]): Standing {
  const violations: Violation[] = []
  const line = charterLine(founding, ballots, violations)
  const byId = new Map(ballots.map((ballot) => [ballot.id, ballot]))
  const outcomes = new Map(ballots.map((ballot) => [ballot.id, outcomeOf(ballot, line, byId)]))
  for (const ballot of ballots) {
    if (ballot.rest || ballot.board.settlements().length < 2) continue
    const sentence = `ballot ${ballot.id} has certificates for both outcomes`
    violations.push({ kind: 'two-outcomes', ballots: [ballot.id], sentence })
  }
  const holders = new Map<string, OpCid | null>()
  for (const [slot, ofSlot] of Map.groupBy(ballots, ({ generation }) => generation.slot)) {
    const adopted = ofSlot.filter(({ id }) => outcomes.get(id)?.outcome === 'adopted')
    holders.set(slot, holderOf(slot, line, adopted, violations))
  }
  violations.sort(byKindAndBallots)
  const provisional = provisionalStates(ballots, ({ id }) => outcomes.get(id)?.outcome ?? 'open')
  const current = line.at(-1) ?? founding
  const appealed = appealBallots(ballots, outcomes)
  const overridden = gateOverrides(ballots, outcomes)
  const resumed = adoptedResumes(ballots, outcomes)
  const recourse = { appealed, overridden, resumed }
  return { line, current, outcomes, holders, violations, provisional, ...recourse }
}

function appealBallots(
  ballots: readonly Ballot[],
  outcomes: Standing['outcomes'],
): Standing['appealed'] {
  const byTarget = new Map<OpCid, AppealBallot[]>()
  for (const ballot of ballots) {
    // No ballot at rest is one of appeals, an amendment, an override or a resume.
    if (ballot.rest) continue
    const { id, author, body, generation } = ballot
    if (body.appeal === undefined || generation.replaces === null) continue
    const outcome = outcomes.get(id)?.outcome ?? 'open'
    const others = byTarget.get(generation.replaces) ?? []
    const isVotedDown = outcome === 'declined' && votesFail(ballot.verdict)
    byTarget.set(generation.replaces, [...others, { id, author, outcome, isVotedDown }].sort(byId))
  }
  return byTarget
}

/** By what members said, or did not say; gates are not theirs. */
const votesFail = ({ rules }: Ballot['verdict']): boolean =>
  rules.some(({ rule, met }) => !met && !rule.startsWith('gate:'))

const byId = (a: { readonly id: OpCid }, b: { readonly id: OpCid }): number =>
  a.id < b.id ? -1 : 1

/** Not in the order in which ballots came to be held. */
const byKindAndBallots = (a: Violation, b: Violation): number =>
  `${a.kind} ${a.ballots.join()}` < `${b.kind} ${b.ballots.join()}` ? -1 : 1

const certified = (ballot: Ballot): 'adopted' | 'declined' | 'open' =>
  ballot.board.settlements()[0]?.outcome ?? 'open'

/** Charters form a line: each the one adopted amendment of the one before. */
function charterLine(
  founding: CharterVersion,
  ballots: readonly Ballot[],
  violations: Violation[],
): CharterVersion[] {
  const line = [founding]
  for (let current = founding; ; ) {
    const next = ballots.filter(
      (ballot) =>
        !ballot.rest &&
        ballot.body.amendment &&
        ballot.charterId === current.id &&
        ballot.generation.replaces === (line.length === 1 ? null : current.id) &&
        certified(ballot) === 'adopted',
    )
    const [first] = next
    if (!first?.body.amendment) return line
    if (next.length > 1) {
      const sentence = `charter version ${current.charter.version} has two certified successors`
      violations.push({
        kind: 'two-successor-charters',
        ballots: next.map(({ id }) => id).sort(),
        sentence,
      })
      return line
    }
    current = { id: first.id, charter: first.body.amendment }
    line.push(current)
  }
}

function outcomeOf(
  ballot: Ballot,
  line: readonly CharterVersion[],
  byId: ReadonlyMap<OpCid, Ballot>,
): Outcome {
  // Under a charter that was never adopted nobody's word has weight.
  if (!line.some(({ id }) => id === ballot.charterId)) return OPEN
  const outcome = certifiedOutcome(ballot)
  const successor = successorOf(ballot, line)
  const track = ballot.rest?.track ?? ballot.body.track
  if (!successor || successor.id === ballot.id || track === DOMAIN) return outcome
  const amendment = byId.get(successor.id)
  if (!amendment || isListed(ballot, amendment) || outcome.outcome === 'declined') return outcome
  // As final as the amendment is.
  const { recordedBy, isRecorded } = certifiedOutcome(amendment)
  return { outcome: 'declined', endedBy: successor.id, recordedBy, isRecorded }
}

const OPEN: Outcome = { outcome: 'open', recordedBy: new Set(), isRecorded: false }

/** How a ballot ended by its own certificate, whatever became of its charter. */
function certifiedOutcome(ballot: Ballot): Outcome {
  if (ballot.rest) return ballot.rest.ended
  const certificates = ballot.board.settlements()
  const [own] = certificates
  if (!own) return OPEN
  // Both only grow, and what was settled long ago is asked for with every other outcome.
  const known = certifiedOutcomes.get(ballot)
  if (known?.certificates === certificates && known.records === ballot.settlements.length)
    return known.outcome
  const outcome = recordedOutcome(ballot, own)
  certifiedOutcomes.set(ballot, { certificates, records: ballot.settlements.length, outcome })
  return outcome
}

const certifiedOutcomes = new WeakMap<
  Ballot,
  {
    readonly certificates: readonly SettlementCertificate[]
    readonly records: number
    readonly outcome: Outcome
  }
>()

function recordedOutcome(
  { board, electorate, settlements }: Ballot,
  { outcome, round }: SettlementCertificate,
): Outcome {
  const same = settlements.filter((settlement) => settlement.outcome === outcome)
  const recordedBy = new Set(same.map(({ stakeholder }) => stakeholder))
  const isRecorded = board.weight(recordedBy) >= electorate.faulty + 1
  return { outcome, round, recordedBy, isRecorded }
}

const successorOf = (
  { charterId }: Ballot,
  line: readonly CharterVersion[],
): CharterVersion | undefined => line[line.findIndex(({ id }) => id === charterId) + 1]

/** An endorsing seal of the amendment lists a settlement of the ballot that certifies. */
function isListed(ballot: Ballot, amendment: Ballot): boolean {
  const settled = new Set(ballot.settlements.map(({ cid }) => cid))
  for (const [stakeholder, list] of amendment.settledLists)
    if (amendment.board.endorse.has(stakeholder))
      for (const cid of list) if (settled.has(cid)) return true
  return false
}

/** The last adopted ballot of a slot, following `replaces`; a charter may name the holder anew. */
function holderOf(
  slot: string,
  line: readonly CharterVersion[],
  adopted: readonly Ballot[],
  violations: Violation[],
): OpCid | null {
  const { from, named } = namedHolder(slot, line)
  const ofCharter = new Set(line.slice(from).map(({ id }) => id))
  const candidates = adopted.filter(
    (ballot) => ballot.generation.slot === slot && ofCharter.has(ballot.charterId),
  )
  const successors = Map.groupBy(candidates, ({ generation }) => generation.replaces)
  let holder = named
  for (;;) {
    const ids = (successors.get(holder) ?? []).map(({ id }) => id).sort()
    const [first] = ids
    if (first === undefined) return holder
    if (ids.length > 1) {
      const sentence = `slot ${slot} has two adopted ballots in one generation`
      violations.push({ kind: 'two-adopted-in-slot', ballots: ids, sentence })
    }
    holder = first
  }
}

/**
 * Where a slot's holder is counted from: the charter that names it, or that changed its domain's
 * electorate, after which no ballot of the old one holds it.
 */
function namedHolder(
  slot: string,
  line: readonly CharterVersion[],
): { readonly from: number; readonly named: OpCid | null } {
  for (let from = line.length - 1; from > 0; from--) {
    const [before, at] = [line[from - 1]?.charter, line[from]?.charter]
    const entry = at?.holders.find((holder) => holder.slot === slot)
    if (entry) return { from, named: entry.holder ? (opCidOf(entry.holder) ?? null) : null }
    if (before && at && changesDomain(before, at, slot)) return { from, named: null }
  }
  return { from: 0, named: null }
}

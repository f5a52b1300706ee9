/** Gathers the record of one decision from a replica (design §3.4). */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import type { SettlementCertificate } from '../../ballot/board.ts'
import { positions, type VoteRecord } from '../../ballot/position.ts'
import { tally } from '../../ballot/tally.ts'
import { verdict } from '../../ballot/verdict.ts'
import type { Held } from '../../chain/held.ts'
import { memberChanges } from '../../charter/analyser/member-diff.ts'
import { ruleChanges } from '../../charter/analyser/rule-diff.ts'
import { serialiseCharter } from '../../charter/serialise.ts'
import { renderValue } from '../../document/rendering.ts'
import type { OpCid } from '../../op/ids.ts'
import { accept, type Result, refuse } from '../../op/refusal.ts'
import type { AttestationRecord } from '../../proposal/attestation/record.ts'
import { threadsOf } from '../../proposal/discussion.ts'
import type { Ballot } from '../ballot.ts'
import type { Standing } from '../outcomes.ts'
import type { ReplicaReader } from '../reader.ts'
import type { Topic } from '../topics.ts'
import type { DecisionRecord, RecordedAttestation, RecordedVote } from './record.ts'
import { byStakeholder, sealedVotes, sealsOf } from './sealed-votes.ts'

/** The record of a decision; refuses (as the ballot does) a void or unknown proposal. */
export function decisionRecord(
  replica: Pick<ReplicaReader, 'ledger' | 'views'>,
  id: OpCid,
): Result<DecisionRecord> {
  const { views } = replica
  const ballot = views.ballot(id)
  if (!ballot.ok) return ballot
  const standing = views.standing()
  const founding = views.topics.founding?.held.op.cid
  const topic = views.topics.proposals.get(id)
  if (!standing || !founding || !topic)
    return refuse('no-coalition', 'the founding operation is not held yet')
  const { charterId, charter, track, board, gates, withdrawn, body } = ballot.value
  const seals = sealsOf(replica, ballot.value)
  const judged = sealedVotes(replica, ballot.value, seals)
  const { electorate } = ballot.value
  const counted = tally({
    positions: positions(judged.votes, electorate),
    electorate,
    charter,
    components: body.components,
    track,
  })
  const { result, rules } = verdict({ tally: counted, electorate, track, gates, withdrawn })
  const cast = judged.votes.map((vote) => recordedVote(vote, ballot.value)).sort(byStakeholder)
  const threads = threadsOf(ballot.value.gateScene.comments, ballot.value.author)
  return accept({
    v: 1,
    coalition: { id: founding, name: charter.name },
    charter: { id: charterId, version: charter.version },
    proposal: proposalPart(ballot.value, views),
    criteria: { track: track.criteria ?? [], proposal: body.criteria ?? [] },
    outcome: outcomePart(ballot.value, standing),
    electorate: electoratePart(ballot.value),
    votes: { from: judged.from, sealedWeight: judged.weight, cast },
    tally: counted,
    verdict: result,
    rules,
    seals: seals.map((seal) => ({ ...seal, judgedThese: isAmong(judged.tallies, seal.tally) })),
    rounds: board.summary(),
    certificate: sorted(board.settlements()[0]),
    settlements: ballot.value.settlements
      .map(({ cid, stakeholder }) => ({ id: cid, stakeholder }))
      .sort(byId),
    dissent: {
      votes: cast.filter(({ choice }) => choice !== 'yes'),
      objections: threads.filter(({ state }) => state === 'open').filter(isObjecting),
    },
    discussion: threads,
    attestations: ballot.value.gateScene.attestations.map(recordedAttestation).sort(byMoment),
    violations: standing.violations
      .filter(({ ballots }) => ballots.includes(id))
      .map(({ sentence }) => sentence)
      .sort(),
    check: checkPart(replica, topic),
  })
}

type Views = ReplicaReader['views']

const isObjecting = ({ comment }: DecisionRecord['discussion'][number]): boolean =>
  comment.kind === 'objection'

const isAmong = (tallies: ReadonlySet<OpCid>, tally: OpCid | null): boolean =>
  tally !== null && tallies.has(tally)

function proposalPart(ballot: Ballot, views: Views): DecisionRecord['proposal'] {
  const { id, author, body, generation, proposal } = ballot
  const { title, kind, track, slot, components, summary, scope, reversible, opensAt } = body
  return {
    ...{ id, title, kind, track, slot, components, author, summary, scope, reversible, opensAt },
    replaces: generation.replaces,
    removesSilent: body.removesSilent ?? [],
    dependsOn: body.dependsOn.flatMap((position) => proposal.op.refs[position] ?? []),
    subjects: body.subjects,
    document: documentPart(ballot, views),
    amendment: amendmentPart(ballot),
  }
}

/** What was voted on, word for word: a frozen document as members read it. */
function documentPart(
  { body: { document }, frozen }: Ballot,
  { documents }: Views,
): DecisionRecord['proposal']['document'] {
  const { digest } = document
  if ('text' in document) return { digest, text: document.text, freeze: null }
  const value = frozen && documents.frozenValue(frozen)
  return {
    digest,
    text: value?.ok ? renderValue(value.value) : null,
    freeze: frozen?.id ?? null,
  }
}

/** Who has which power by it is not here: that would be an analysis, not what was decided. */
function amendmentPart({ body, charter }: Ballot): DecisionRecord['proposal']['amendment'] {
  const { amendment: next } = body
  if (next === undefined) return null
  return {
    members: memberChanges(charter, next),
    rules: ruleChanges(charter, next),
    charter: serialiseCharter(next),
  }
}

function outcomePart(
  { id, withdrawn }: Ballot,
  { outcomes, provisional }: Standing,
): DecisionRecord['outcome'] {
  const { outcome, round, endedBy } = outcomes.get(id) ?? { outcome: 'open' as const }
  return {
    outcome,
    round: round ?? null,
    endedBy: endedBy ?? null,
    withdrawn,
    provisional: provisional.get(id) ?? null,
  }
}

const electoratePart = ({ electorate }: Ballot): DecisionRecord['electorate'] => ({
  total: electorate.total,
  faulty: electorate.faulty,
  quorum: electorate.quorum,
  members: electorate.members.map(({ id, weight, functions }) => ({ id, weight, functions })),
})

const recordedVote = (
  { cid, stakeholder, choice, rationale, at }: VoteRecord,
  { board }: Ballot,
): RecordedVote => ({
  id: cid,
  stakeholder,
  weight: board.weight([stakeholder]),
  choice,
  rationale: rationale ?? null,
  at,
})

function recordedAttestation(record: AttestationRecord): RecordedAttestation {
  const { cid, stakeholder, claim, evidence, at } = record
  const { kind, result, predicateType, subjects, labels, remark = null } = claim
  const digest =
    evidence.kind === 'artefact'
      ? evidence.digest
      : `sha256:${bytesToHex(sha256(evidence.envelope))}`
  return {
    ...{ id: cid, stakeholder, kind, result, predicateType, subjects, labels, remark },
    evidence: digest,
    at,
  }
}

/** A board names the parts of a certificate as they came; a record names them in one order. */
const sorted = (certificate: SettlementCertificate | undefined): SettlementCertificate | null =>
  certificate
    ? {
        ...certificate,
        auxiliaries: certificate.auxiliaries.toSorted(),
        endorsements: certificate.endorsements.toSorted(),
      }
    : null

function checkPart(
  { ledger }: Pick<ReplicaReader, 'ledger'>,
  topic: Topic,
): DecisionRecord['check'] {
  const cids = statementsOf(topic)
    .filter((cid) => ledger.byCid.has(cid))
    .sort()
  return {
    statements: cids.length,
    digest: bytesToHex(sha256(utf8ToBytes(cids.join('\n')))),
    commands: [
      'folkmoot export -o coalition.car',
      'folkmoot audit coalition.car',
      `folkmoot attestations verify ${topic.id}`,
      `folkmoot record ${topic.id} --json`,
    ],
  }
}

/** Everything that was said about a proposal, itself included. */
function statementsOf(topic: Topic): OpCid[] {
  const { id: _id, version: _version, whole: _whole, proposal, ...lists } = topic.whole?.() ?? topic
  const entries: readonly { readonly held: Held }[] = Object.values(lists).flat()
  return [...(proposal ? [proposal] : []), ...entries].map(({ held }) => held.op.cid)
}

const byId = (a: { readonly id: OpCid }, b: { readonly id: OpCid }): number =>
  a.id < b.id ? -1 : 1

const byMoment = (
  a: { readonly at: number; readonly id: OpCid },
  b: { readonly at: number; readonly id: OpCid },
): number => a.at - b.at || byId(a, b)

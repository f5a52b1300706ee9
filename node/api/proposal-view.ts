/** Proposals as people read them: a line each, and one whole. */
import type { Explanation } from '../../src/ballot/explain.ts'
import { renderValue } from '../../src/document/rendering.ts'
import type { OpCid, StakeholderId } from '../../src/op/ids.ts'
import { accept, invariant, type Refusal, type Result, refuse } from '../../src/op/refusal.ts'
import { inOrder } from '../../src/proposal/comment.ts'
import type { Ballot } from '../../src/replica/ballot.ts'
import { isOpen, timetableOf } from '../../src/replica/closing.ts'
import type { Entry } from '../../src/replica/entry.ts'
import type { Standing } from '../../src/replica/outcomes.ts'
import type { Replica } from '../../src/replica/replica.ts'
import type { ProposalBody, Topic } from '../../src/replica/topics.ts'
import { appealLine } from './appeal-facts.ts'
import { explainBallot, outcomeOf, reasonsOf, stageOf } from './ballot-facts.ts'
import { findId } from './ids.ts'
import { nameOf, ownStakeholder } from './naming.ts'
import type { NodeStatus, ProposalDetail, ProposalLine } from './node-api.ts'
import { isProvisional, provisionalStateOf } from './provisional-facts.ts'

interface Proposal {
  readonly topic: Topic
  readonly entry: Entry<ProposalBody>
}

/** All proposals, the latest opening first. */
export const proposalLines = (replica: Replica): ProposalLine[] =>
  proposalsOf(replica)
    .map((proposal) => lineOf(replica, proposal))
    .sort((a, b) => b.opensAt - a.opensAt || (a.id < b.id ? -1 : 1))

/** One proposal whole, by its id or a unique part of it. */
export function proposalDetail(replica: Replica, id: string): Result<ProposalDetail> {
  const proposal = findProposal(replica, id)
  return proposal.ok ? accept(detailOf(replica, proposal.value)) : proposal
}

/** Every number and reason behind a proposal's verdict; refuses what is void. */
export function explanationOf(replica: Replica, id: string): Result<Explanation> {
  const proposal = findProposal(replica, id)
  if (!proposal.ok) return proposal
  const ballot = replica.views.ballot(proposal.value.topic.id)
  const standing = replica.views.standing()
  if (!ballot.ok) return ballot
  return standing ? accept(explainBallot(replica, ballot.value, standing)) : notFounded()
}

/** The full id of a proposal from a unique part of it. */
export function proposalId(replica: Replica, id: string): Result<OpCid> {
  const proposal = findProposal(replica, id)
  return proposal.ok ? accept(proposal.value.topic.id) : proposal
}

/** Open ballots, and those of them that wait for our vote. */
export function ballotCounts(replica: Replica): NodeStatus['ballots'] {
  const standing = replica.views.standing()
  const self = ownStakeholder(replica)
  if (!standing) return { open: 0, needMyVote: 0, provisional: 0 }
  const open = replica.views.ballots().filter((ballot) => isOpen(ballot, standing))
  const waiting = open.filter(
    (ballot) =>
      self !== undefined &&
      ballot.positions.get(self)?.stance === 'silent' &&
      stageOf(replica, ballot, standing) === 'voting',
  )
  const provisional = open.filter((ballot) => isProvisional(replica, ballot, standing))
  return { open: open.length, needMyVote: waiting.length, provisional: provisional.length }
}

const notFounded = (): Refusal =>
  refuse('no-coalition', 'the founding operation is not held yet', 'wait for a peer to send it')

/** The proposal of one at rest is read when somebody looks at it. */
const proposalsOf = ({ views }: Replica): Proposal[] =>
  [...views.topics.proposals.values()]
    .filter((topic) => topic.whole !== undefined || topic.proposal !== undefined)
    .map((topic) => ({
      topic,
      get entry() {
        invariant(topic.proposal, 'a proposal was filed')
        return topic.proposal
      },
    }))

function findProposal(replica: Replica, given: string): Result<Proposal> {
  const all = new Map(proposalsOf(replica).map((proposal) => [proposal.topic.id, proposal]))
  const id = findId(given, all.keys(), 'proposal')
  const found = id.ok ? all.get(id.value) : undefined
  if (found) return accept(found)
  return id.ok ? refuse('unknown-id', `no proposal ${given}`) : id
}

function lineOf(replica: Replica, { topic, entry }: Proposal): ProposalLine {
  const ballot = replica.views.ballot(topic.id)
  const standing = replica.views.standing()
  const { title, kind, track, slot } = entry.body
  const common = { id: topic.id, title, kind, track, slot }
  if (!ballot.ok) return { ...common, ...voidPart(replica, entry, ballot) }
  return standing
    ? { ...common, ...ballotPart(replica, ballot.value, standing) }
    : { ...common, ...voidPart(replica, entry, notFounded()) }
}

type Part = Omit<ProposalLine, 'id' | 'title' | 'kind' | 'track' | 'slot'>

const voidPart = (replica: Replica, { held, body }: Entry<ProposalBody>, why: Refusal): Part => ({
  author: nameOf(replica, held.op.key),
  stage: 'void',
  outcome: 'void',
  provisional: null,
  rounds: 0,
  reasons: [why.message],
  myVote: 'none',
  silent: [],
  opensAt: body.opensAt,
  votingAt: body.opensAt,
  closesAt: body.opensAt,
  appeal: null,
})

function ballotPart(replica: Replica, ballot: Ballot, standing: Standing): Part {
  const { outcome, round } = outcomeOf(ballot, standing)
  const provisional = provisionalStateOf(replica, ballot, standing) ?? null
  const reduced = provisional === 'provisional' || provisional === 'held'
  const { opensAt, votingAt, closesAt } = timetableOf(ballot, replica.local)
  return {
    author: ballot.author,
    stage: stageOf(replica, ballot, standing),
    outcome: reduced ? 'provisional' : outcome,
    provisional,
    rounds: round ?? 0,
    reasons: reasonsOf(replica, ballot, standing),
    myVote: myVote(replica, ballot),
    silent: silentOn(ballot),
    opensAt,
    votingAt,
    closesAt,
    appeal: appealLine(replica, ballot, standing),
  }
}

const silentOn = (ballot: Ballot): string[] =>
  ballot.rest
    ? [...ballot.rest.stances].flatMap(([id, stance]) => (stance === 'silent' ? id : []))
    : ballot.tally.lines
        .filter(({ stance }) => stance === 'silent')
        .map(({ stakeholder }) => stakeholder)

/** Our stance; `none` where we do not decide. */
function myVote(replica: Replica, ballot: Ballot): string {
  const self = selfDeciding(replica, ballot)
  if (self === undefined) return 'none'
  return (
    (ballot.rest ? ballot.rest.stances.get(self) : ballot.positions.get(self)?.stance) ?? 'none'
  )
}

/** Whom our key speaks for on a ballot; of one at rest no basis need be read unless it was revoked. */
function selfDeciding(
  { signer, ledger, views }: Replica,
  ballot: Ballot,
): StakeholderId | undefined {
  if (!signer) return undefined
  const root = ledger.keyring.rootOf(signer.key)
  const isPlain = root !== undefined && ledger.keyring.revocationsBy(signer.key, root).length === 0
  return ballot.rest && isPlain
    ? views.stakeholderOf(signer.key, ballot.charter)
    : ballot.eligibility.stakeholderOf(signer.key)
}

function detailOf(replica: Replica, proposal: Proposal): ProposalDetail {
  const { topic, entry } = proposal
  const { body, held } = entry
  const ballot = replica.views.ballot(topic.id)
  return {
    ...lineOf(replica, proposal),
    summary: body.summary,
    document: documentOf(replica, proposal),
    replaces: body.replaces === null ? null : (held.op.refs[body.replaces] ?? null),
    components: body.components,
    amendment: amendmentOf(replica, proposal),
    comments: commentsOf(replica, topic),
    votes: ballot.ok ? votesOf(ballot.value) : [],
    seals: ballot.ok ? sealsOf(ballot.value) : [],
  }
}

/** What an amendment is of: the charter of its ballot, or for a void one that in force. */
function amendmentOf(replica: Replica, { topic, entry }: Proposal): ProposalDetail['amendment'] {
  const { amendment: next } = entry.body
  const ballot = replica.views.ballot(topic.id)
  const before = ballot.ok ? ballot.value.charter : replica.charter?.charter
  return next && before ? { before, next } : null
}

/** What is voted on: the text, or that of the frozen document that is cited. */
function documentOf(replica: Replica, { topic, entry }: Proposal): ProposalDetail['document'] {
  const { document } = entry.body
  if ('text' in document) return { ...document, frozen: null }
  const ballot = replica.views.ballot(topic.id)
  const frozen = ballot.ok ? ballot.value.frozen : undefined
  const value = frozen && replica.views.documents.frozenValue(frozen)
  if (!frozen || !value?.ok) return { text: '', digest: document.digest, frozen: null }
  return {
    text: renderValue(value.value),
    digest: document.digest,
    frozen: { document: frozen.document, title: frozen.title, freeze: frozen.id },
  }
}

/** Comments in the order in which they are read; those of frozen keys are void (§2.2). */
const commentsOf = (replica: Replica, { comments }: Topic): ProposalDetail['comments'] =>
  inOrder(
    comments
      .filter(({ held }) => held.standing === 'regular')
      .map(({ held: { op }, body }) => ({
        cid: op.cid,
        author: nameOf(replica, op.key),
        kind: body.kind,
        text: body.text,
        answers: body.answers === undefined ? null : (op.refs[body.answers] ?? null),
        at: op.at,
      })),
  ).map(({ cid: id, ...comment }) => ({ id, ...comment }))

/** The votes that make the positions: what they superseded is in the log. */
const votesOf = ({ positions }: Ballot): ProposalDetail['votes'] =>
  [...positions.values()].flatMap(({ votes }) =>
    votes.map(({ cid, stakeholder, choice, rationale, at }) => ({
      id: cid,
      stakeholder,
      choice,
      rationale: rationale ?? null,
      at,
    })),
  )

const sealsOf = ({ board }: Ballot): ProposalDetail['seals'] =>
  (['endorse', 'decline'] as const).flatMap((verdict) =>
    [...board[verdict].keys()].sort().map((stakeholder) => ({ stakeholder, verdict })),
  )

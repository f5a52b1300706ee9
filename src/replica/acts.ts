/**
 * What people do: propose, vote, withdraw, comment. Each act is checked against the rules first and
 * becomes a draft, or a refusal that says which rule and what to do (design §3.4, §3.5).
 */

import { changesDomain, electorateOf } from '../ballot/electorate.ts'
import type { Choice } from '../ballot/ops.ts'
import { stageAt, windowFault } from '../ballot/timing.ts'
import { checkCharter } from '../charter/check.ts'
import { trackOf } from '../charter/lookup.ts'
import type { Charter } from '../charter/schema.ts'
import { linkOf } from '../op/cid.ts'
import type { OpCid, StakeholderId, Value } from '../op/ids.ts'
import { keyBytes, keyIdFromBytes } from '../op/key-id.ts'
import { accept, type Refusal, type Result, refuse } from '../op/refusal.ts'
import { digestOfFreeze, digestOfText } from '../proposal/document.ts'
import type { COMMENT_KINDS } from '../proposal/ops.ts'
import { proposalOpen } from '../proposal/ops.ts'
import type { Ballot } from './ballot.ts'
import { lastCheckpoint } from './checkpoints.ts'
import { isOpen, timetableOf } from './closing.ts'
import { type Draft, voteDraft } from './draft.ts'
import { rootsThatLose } from './leaving.ts'
import { NEVER_MS } from './openings.ts'
import type { Standing } from './outcomes.ts'
import { scopeFault } from './proposal-content.ts'
import { reconstitutionRefusal } from './reconstitution-acts.ts'
import { mayWithdraw } from './recourse/appeal-record.ts'
import type { Replica } from './replica.ts'
import { readPlan } from './rollout/planned.ts'
import type { ProposalBody } from './topics.ts'

type Derived =
  | 'charter'
  | 'basis'
  | 'replaces'
  | 'dependsOn'
  | 'document'
  | 'opensAt'
  | 'appeal'
  | 'overrides'
  | 'resumes'

/** What a proposer decides; the rest (charter, basis, references) follows from the state. */
export type ProposalInput = Omit<ProposalBody, Derived> & {
  /** What is voted on; or else `freeze`. */
  readonly text?: string
  /** A frozen document that is voted on. */
  readonly freeze?: OpCid
  /** Defaults to the slot's holder. */
  readonly replaces?: OpCid | null
  readonly dependsOn?: readonly OpCid[]
  /** Ms since the epoch; defaults to now. */
  readonly opensAt?: number
  /** Our `appeal.file`, on the ballot of appeals (§3.8). */
  readonly appeal?: OpCid
  /** The gate that is to count as met on a ballot (§3.8). */
  readonly overrides?: { readonly ballot: OpCid; readonly gate: string }
  /** The halted rollout that is to go on, with the statements that it clears (§3.9). */
  readonly resumes?: { readonly ballot: OpCid; readonly clears: readonly OpCid[] }
}

/** Drafts a proposal on the last checkpoint: issue `replica.checkpointNow()` first. */
export function proposalDraft(replica: Replica, input: ProposalInput): Result<Draft> {
  const standing = replica.views.standing()
  const self = ownStakeholder(replica)
  if (!self.ok) return self
  if (!standing) return refuse('no-coalition', 'the founding operation is not held yet')
  const refusal = proposalRefusal(replica, input, standing.current.charter, self.value)
  if (refusal) return refusal
  const basis = lastCheckpoint(replica)
  if (!basis) return refuse('no-basis', 'this node has no checkpoint to propose on')
  const replaces =
    input.replaces === undefined ? (standing.holders.get(input.slot) ?? null) : input.replaces
  const refs = new References([standing.current.id, basis])
  for (const head of rootHeads(replica, basis, standing.current.charter)) refs.at(head)
  const {
    text,
    freeze,
    replaces: _replaces,
    dependsOn,
    opensAt,
    amendment,
    appeal: _appeal,
    overrides: _overrides,
    resumes: _resumes,
    ...rest
  } = input
  const document = documentPart(replica, { text, freeze }, standing.current.id, refs)
  if (!document.ok) return document
  const body = {
    ...rest,
    ...(amendment && { amendment: completed(replica, standing, amendment) }),
    charter: 0,
    basis: 1,
    document: document.value,
    replaces: replaces === null ? null : refs.at(replaces),
    dependsOn: (dependsOn ?? []).map((cid) => refs.at(cid)),
    opensAt: opensAt ?? replica.clock.now(),
    ...recoursePart(input, refs),
  }
  const read = proposalOpen.body.safeParse(body)
  const issue = read.error?.issues[0]
  if (issue)
    return refuse('invalid-proposal', `${issue.path.join('.') || 'proposal'}: ${issue.message}`)
  const planned = readPlan(body, standing.current.charter, self.value)
  if (!planned.ok) return planned
  return accept({ type: proposalOpen.type, refs: refs.list, body: body as Record<string, Value> })
}

/** What other statements a proposal is about. */
const recoursePart = (
  { appeal, overrides, resumes }: ProposalInput,
  refs: References,
): Partial<ProposalBody> => ({
  ...(appeal !== undefined && { appeal: refs.at(appeal) }),
  ...(overrides && { overrides: { ...overrides, ballot: refs.at(overrides.ballot) } }),
  ...(resumes && {
    resumes: { ballot: refs.at(resumes.ballot), clears: resumes.clears.map((cid) => refs.at(cid)) },
  }),
})

/** What is voted on: text, or a document at a freeze that holds by the charter in force. */
function documentPart(
  replica: Replica,
  { text, freeze }: { readonly text: string | undefined; readonly freeze: OpCid | undefined },
  charter: OpCid,
  refs: References,
): Result<ProposalBody['document']> {
  if ((text === undefined) === (freeze === undefined))
    return refuse('invalid-proposal', 'a proposal has either a text or a frozen document')
  if (freeze === undefined) return accept({ text: text ?? '', digest: digestOfText(text ?? '') })
  const frozen = replica.views.documents.frozenFor(freeze, charter)
  return frozen.ok
    ? accept({ freeze: refs.at(freeze), digest: digestOfFreeze(frozen.value.digest) })
    : frozen
}

/** Drafts a vote that replaces the stakeholder's standing ones. */
export function castDraft(
  replica: Replica,
  ballotId: OpCid,
  choice: Choice,
  rationale?: string,
): Result<Draft> {
  const ballot = replica.views.ballot(ballotId)
  if (!ballot.ok) return ballot
  const voter = voterOn(replica, ballot.value)
  if (!voter.ok) return voter
  if (choice === 'veto' && !rationale?.trim())
    return refuse('veto-without-rationale', 'a veto says why', 'add --because "…"')
  const standing = ballot.value.positions.get(voter.value)?.votes ?? []
  return accept(
    voteDraft(
      ballotId,
      choice,
      rationale,
      standing.map(({ cid }) => cid),
    ),
  )
}

/** Drafts the withdrawal of this stakeholder's own proposal. */
export function withdrawDraft(replica: Replica, ballotId: OpCid, reason?: string): Result<Draft> {
  const ballot = openBallot(replica, ballotId)
  if (!ballot.ok) return ballot
  const self = ownStakeholder(replica)
  if (!self.ok) return self
  if (ballot.value.author !== self.value)
    return refuse('not-author', `only ${ballot.value.author} may withdraw its proposal`)
  if (!mayWithdraw(ballot.value.body))
    return refuse('ballot-shared', 'all who appealed share this ballot; nobody withdraws it')
  const body = { proposal: 0, ...(reason !== undefined && { reason }) }
  return accept({ type: 'proposal.withdraw', refs: [ballotId], body })
}

/** A comment as people write it. */
export interface CommentInput {
  readonly proposal: OpCid
  readonly kind: (typeof COMMENT_KINDS)[number]
  readonly text: string
  /** What would settle an objection. */
  readonly disposition?: string
  /** The comment that this one answers. */
  readonly answers?: OpCid
}

/** Drafts a comment. */
export function commentDraft(replica: Replica, input: CommentInput): Result<Draft> {
  const ballot = replica.views.ballot(input.proposal)
  if (!ballot.ok) return ballot
  const self = ownStakeholder(replica)
  if (!self.ok) return self
  if (input.kind === 'objection' && !input.disposition?.trim())
    return refuse(
      'objection-without-disposition',
      'an objection says what would settle it',
      'add --disposition "…"',
    )
  if ((input.kind === 'answer') !== (input.answers !== undefined))
    return refuse('answer-to-nothing', 'an answer names the comment that it answers, others do not')
  const { proposal, kind, text, disposition, answers } = input
  const appeal = answers && ownAppeal(replica, ballot.value, self.value)
  return accept({
    type: 'comment.add',
    refs: [proposal, answers, appeal].filter((ref) => ref !== undefined),
    body: {
      proposal: 0,
      kind,
      text,
      ...(disposition !== undefined && { disposition }),
      ...(answers !== undefined && { answers: 1 }),
    },
  })
}

/** On a ballot of appeals our own against the decision, if any: who appealed answers for all. */
function ownAppeal(
  { views }: Replica,
  { body, generation }: Ballot,
  self: StakeholderId,
): OpCid | undefined {
  const target = generation.replaces
  if (body.appeal === undefined || target === null) return undefined
  const decision = views.ballot(target)
  return decision.ok ? decision.value.appeals.get(self)?.cid : undefined
}

/** The stakeholder of this node under the charter in force. */
export function ownStakeholder(replica: Replica): Result<StakeholderId> {
  const { charter, signer } = replica
  const self = charter && signer && replica.views.stakeholderOf(signer.key, charter.charter)
  return self
    ? accept(self)
    : refuse('no-member', 'this node belongs to no stakeholder of the charter in force')
}

function openBallot(replica: Replica, id: OpCid): Result<Ballot> {
  const ballot = replica.views.ballot(id)
  const standing = replica.views.standing()
  if (!ballot.ok || !standing) return ballot
  const outcome = standing.outcomes.get(id)?.outcome
  return isOpen(ballot.value, standing)
    ? ballot
    : refuse('ballot-settled', `the ballot is ${outcome} for good`)
}

/** Who we vote for on a ballot, while its window is open by our clock. */
function voterOn(replica: Replica, ballot: Ballot): Result<StakeholderId> {
  const open = openBallot(replica, ballot.id)
  if (!open.ok) return open
  const { signer, local } = replica
  const voter = signer && ballot.eligibility.stakeholderOf(signer.key)
  if (!voter)
    return refuse('outside-electorate', 'this stakeholder is not in the electorate of the ballot')
  if (!replica.views.ratification()?.active)
    return refuse(
      'not-active',
      'the coalition is not active: founders have yet to ratify',
      'folkmoot status',
    )
  const times = timetableOf(ballot, local)
  if (local.closing(ballot.id) || replica.clock.now() >= times.closesAt)
    return refuse('window-closed', 'the voting window is over here')
  if (stageAt(replica.clock.now(), times, ballot.windows) === 'voting') return accept(voter)
  return times.opensAt >= NEVER_MS
    ? refuse('too-early', `it opens once fewer ballots of ${ballot.author} are unsettled`)
    : refuse('too-early', `voting begins ${new Date(times.votingAt).toISOString()}`)
}

function proposalRefusal(
  replica: Replica,
  input: ProposalInput,
  charter: Charter,
  self: StakeholderId,
): Refusal | undefined {
  if (!replica.views.ratification()?.active)
    return refuse(
      'not-active',
      'the coalition is not active: founders have yet to ratify',
      'folkmoot status',
    )
  const track = trackOf(charter, input.track)
  if (!track) return refuse('track', `the charter has no track "${input.track}"`)
  const electorate = electorateOf(charter, input)
  if (!electorate.ok) return electorate
  const fault = input.windows && windowFault(input.windows, track)
  if (fault) return refuse('invalid-proposal', fault)
  const unsaid = scopeFault(input)
  if (unsaid) return unsaid
  const [problem] = input.amendment ? checkCharter(input.amendment) : []
  if (problem) return refuse('invalid-charter', `${problem.path.join('.')}: ${problem.message}`)
  const unfit = reconstitutionRefusal(replica, input, charter)
  if (unfit) return unfit
  const open = openBallotsOf(replica, self)
  if (open >= charter.limits.openBallots)
    return refuse(
      'too-many-open',
      `${open} of your ballots are unsettled; at most ${charter.limits.openBallots}`,
    )
  return undefined
}

function openBallotsOf(replica: Replica, self: StakeholderId): number {
  const standing = replica.views.standing()
  return replica.views
    .ballots()
    .filter((ballot) => standing && isOpen(ballot, standing) && ballot.author === self).length
}

/** The last operation of each root that the basis covers: with its chain, all that the basis shows. */
function rootHeads(replica: Replica, basis: OpCid, charter: Charter): OpCid[] {
  const seen = replica.views.checkpoints.frontierOf(basis)
  return charter.stakeholders.flatMap(({ root }) => {
    const head = seen?.get(keyIdFromBytes(root))
    return head ? [head.cid, ...(head.twin ? [head.twin] : [])] : []
  })
}

/** Names what an amendment must name and its proposer has not (§3.3). */
function completed(replica: Replica, { current, holders }: Standing, next: Charter): Charter {
  const named = new Set(next.holders.map(({ slot }) => slot))
  const missing = [...holders].flatMap(([slot, holder]) =>
    holder !== null && !named.has(slot) && changesDomain(current.charter, next, slot)
      ? [{ slot, holder: linkOf(holder) }]
      : [],
  )
  const leaving = withLeavers(replica, current.charter, next)
  return missing.length === 0 ? leaving : { ...leaving, holders: [...next.holders, ...missing] }
}

/** Names the last operation of every key of those that leave or lose a right, unless the proposer has (§3.3). */
function withLeavers(replica: Replica, now: Charter, next: Charter): Charter {
  const named = new Set(next.leavers.map(({ key }) => keyIdFromBytes(key)))
  const { keyring, chains } = replica.ledger
  const missing = rootsThatLose(now, next)
    .flatMap((root) => keyring.keysOf(root).filter((key) => !named.has(key)))
    .flatMap((key) => {
      const last = chains.get(key)?.main.at(-1)?.op
      return last ? { key: keyBytes(key), seq: last.seq, cid: linkOf(last.cid) } : []
    })
  return missing.length === 0 ? next : { ...next, leavers: [...next.leavers, ...missing] }
}

/** References without repetition; answers with positions. */
class References {
  readonly list: OpCid[]

  constructor(list: OpCid[]) {
    this.list = list
  }

  at(cid: OpCid): number {
    const known = this.list.indexOf(cid)
    return known >= 0 ? known : this.list.push(cid) - 1
  }
}

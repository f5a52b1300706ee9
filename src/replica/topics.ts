/**
 * Completed operations by what they are about. Ingesting one touches only its topic; what follows
 * from a topic is computed when it is read, as a pure function of the operations in it (§2.7).
 */
import { artefactAnnounce, artefactRelease } from '../artefact/ops.ts'
import {
  provisional,
  seal,
  sealProvisional,
  sealSettled,
  settleAuxiliary,
  settleEstimate,
  settlement,
  settleSuggest,
  tallyOp,
  voteCast,
} from '../ballot/ops.ts'
import type { Held } from '../chain/held.ts'
import { LayeredMap } from '../chain/layered-map.ts'
import { nodeAddress } from '../chain/ops.ts'
import { charterAccept, charterRatify, coalitionFound } from '../charter/ops.ts'
import type { Charter } from '../charter/schema.ts'
import { noteCommit, noteReveal } from '../note/ops.ts'
import type { KeyId, OpCid } from '../op/ids.ts'
import { countsUnder, FIRST_PROTOCOL, type OpType, readBody } from '../op/type.ts'
import { appealFile } from '../proposal/appeal/ops.ts'
import { attestationAdd } from '../proposal/attestation/ops.ts'
import { commentAdd, proposalOpen, proposalWithdraw } from '../proposal/ops.ts'
import { rolloutClose, rolloutHalt, rolloutReport } from '../proposal/rollout/ops.ts'
import { type DocumentTopic, emptyDocumentTopic, fileDocumentOp } from './document-topics.ts'
import { type BodyOf, bodyReader, type Entry } from './entry.ts'

/** The body of `proposal.open`. */
export type ProposalBody = BodyOf<typeof proposalOpen>

/** Everything that was said about one proposal. */
export interface Topic {
  readonly id: OpCid
  /** Grows with every operation: what was computed from an older one is stale. */
  version: number
  proposal: Entry<ProposalBody> | undefined
  readonly votes: Entry<BodyOf<typeof voteCast>>[]
  readonly tallies: Entry<BodyOf<typeof tallyOp>>[]
  readonly seals: Entry<BodyOf<typeof seal>>[]
  readonly settledLists: Entry<BodyOf<typeof sealSettled>>[]
  readonly estimates: Entry<BodyOf<typeof settleEstimate>>[]
  readonly suggestions: Entry<BodyOf<typeof settleSuggest>>[]
  readonly auxiliaries: Entry<BodyOf<typeof settleAuxiliary>>[]
  readonly settlements: Entry<BodyOf<typeof settlement>>[]
  readonly provisionalSeals: Entry<BodyOf<typeof sealProvisional>>[]
  readonly provisionals: Entry<BodyOf<typeof provisional>>[]
  readonly withdrawals: Entry<BodyOf<typeof proposalWithdraw>>[]
  readonly comments: Entry<BodyOf<typeof commentAdd>>[]
  readonly attestations: Entry<BodyOf<typeof attestationAdd>>[]
  readonly accepts: Entry<BodyOf<typeof charterAccept>>[]
  readonly appeals: Entry<BodyOf<typeof appealFile>>[]
  readonly reports: Entry<BodyOf<typeof rolloutReport>>[]
  readonly halts: Entry<BodyOf<typeof rolloutHalt>>[]
  readonly closes: Entry<BodyOf<typeof rolloutClose>>[]
  /** Of a topic at rest alone: the same with everything in memory (`rest/resting-topic.ts`). */
  readonly whole?: () => Topic
}

const emptyTopic = (id: OpCid): Topic => ({
  id,
  version: 0,
  proposal: undefined,
  votes: [],
  tallies: [],
  seals: [],
  settledLists: [],
  estimates: [],
  suggestions: [],
  auxiliaries: [],
  settlements: [],
  provisionalSeals: [],
  provisionals: [],
  withdrawals: [],
  comments: [],
  attestations: [],
  accepts: [],
  appeals: [],
  reports: [],
  halts: [],
  closes: [],
})

/** Which view an operation touched. */
export type Touched =
  | { readonly view: 'proposal' | 'document'; readonly id: OpCid }
  | {
      readonly view:
        | 'founding'
        | 'ratification'
        | 'addresses'
        | 'keys'
        | 'artefacts'
        | 'notes'
        | 'attestations'
        | 'matters'
        | 'other'
    }

/** The latest statement of a key on where it can be dialled; of two at one seq the lower CID. */
export interface Address {
  readonly seq: number
  readonly cid: OpCid
  readonly list: readonly string[]
}

/** What was said about artefacts, notes and subjects of no proposal; `version` grows with every operation. */
export interface Records {
  version: number
  readonly announcements: Entry<BodyOf<typeof artefactAnnounce>>[]
  readonly releases: Entry<BodyOf<typeof artefactRelease>>[]
  readonly commits: Entry<BodyOf<typeof noteCommit>>[]
  readonly reveals: Entry<BodyOf<typeof noteReveal>>[]
  /** Those that name no proposal: no gate reads them. */
  readonly attestations: Entry<BodyOf<typeof attestationAdd>>[]
}

const emptyRecords = (version = 0): Records => ({
  version,
  announcements: [],
  releases: [],
  commits: [],
  reveals: [],
  attestations: [],
})

/** The records that a protocol counts; none of them is about a ballot, so the charter in force says which. */
export function countedRecords(
  records: Records,
  types: ReadonlyMap<string, OpType<unknown>>,
  protocol: number,
): Records {
  const counted = <Body>(list: readonly Entry<Body>[]): Entry<Body>[] =>
    list.filter(({ held: { op } }) => {
      const type = types.get(op.type)
      return type !== undefined && countsUnder(protocol, op, type)
    })
  return {
    version: records.version,
    announcements: counted(records.announcements),
    releases: counted(records.releases),
    commits: counted(records.commits),
    reveals: counted(records.reveals),
    attestations: counted(records.attestations),
  }
}

/** All topics of one coalition. */
export class Topics {
  readonly proposals = new Map<OpCid, Topic>()
  readonly documents = new Map<OpCid, DocumentTopic>()
  /** The proposals that would amend the charter. */
  readonly amendments = new Map<OpCid, ProposalBody>()
  ratified = new LayeredMap<KeyId, OpCid>()
  addresses = new LayeredMap<KeyId, Address>()
  records = emptyRecords()
  /** Whatever was said about disputes and escalations; a list of its own after everything was forgotten. */
  matters: Held[] = []
  founding: { readonly held: Held; readonly charter: Charter } | undefined
  /** How many proposals were filed, ever: grows when one comes. */
  opened = 0

  /** Takes over what others hold; false, and nothing, where that is more than the founding. */
  begin({ proposals, documents, records, matters, ...others }: Topics): boolean {
    const recorded = Object.values(records).some((list) => Array.isArray(list) && list.length > 0)
    if (proposals.size + documents.size + matters.length > 0 || recorded) return false
    this.founding = others.founding
    this.ratified = others.ratified.fork()
    this.addresses = others.addresses.fork()
    return true
  }

  /** Forgets everything. */
  reset(): void {
    this.proposals.clear()
    this.documents.clear()
    this.amendments.clear()
    this.ratified.clear()
    this.addresses.clear()
    this.records = emptyRecords(this.records.version + 1)
    this.matters = []
    this.founding = undefined
  }

  /** Files a completed operation; what is not understood has no effect. */
  add(held: Held): Touched {
    const { op } = held
    switch (op.type) {
      case coalitionFound.type:
        return this.found(held)
      case charterRatify.type:
        return this.ratify(held)
      case nodeAddress.type:
        return this.move(held)
      case proposalOpen.type:
        return this.open(held)
      case 'key.delegate':
      case 'key.revoke':
        return { view: 'keys' }
      default:
        return this.fileByFamily(held)
    }
  }

  /**
   * The topic of a proposal, to be added to, also before the proposal itself is complete. One that
   * rests is woken.
   */
  topic(id: OpCid): Topic {
    const known = this.proposals.get(id)
    if (known && !known.whole) return known
    const topic = known?.whole?.() ?? emptyTopic(id)
    this.proposals.set(id, topic)
    return topic
  }

  private found(held: Held): Touched {
    const body = readBody(held.op, coalitionFound, FIRST_PROTOCOL)
    if (body.ok && held.op.coalition === null) this.founding = { held, charter: body.value.charter }
    return { view: 'founding' }
  }

  private ratify(held: Held): Touched {
    const body = readRatify(held.op)
    const { key, cid, coalition, refs } = held.op
    const before = this.ratified.get(key)
    // Not by what is filed: after a restart operations come by key, the founding one anywhere. Of
    // several, on branches of a broken root, the lowest CID, whichever came first.
    if (body.ok && refs[body.value.charter] === coalition && !(before && before < cid))
      this.ratified.set(key, cid)
    return { view: 'ratification' }
  }

  private move(held: Held): Touched {
    const body = readAddress(held.op)
    const { key, seq, cid } = held.op
    const before = this.addresses.get(key)
    const isLater =
      before === undefined || before.seq < seq || (before.seq === seq && cid < before.cid)
    if (body.ok && isLater) this.addresses.set(key, { seq, cid, list: body.value.addresses })
    return { view: 'addresses' }
  }

  private open(held: Held): Touched {
    const body = readProposal(held.op)
    if (!body.ok) return { view: 'other' }
    const topic = this.topic(held.op.cid)
    topic.proposal = { held, body: body.value }
    if (body.value.amendment) this.amendments.set(topic.id, body.value)
    topic.version++
    this.opened++
    return { view: 'proposal', id: topic.id }
  }

  private fileByFamily(held: Held): Touched {
    const family = held.op.type.slice(0, held.op.type.indexOf('.') + 1)
    if (family === 'document.') return this.fileOnDocument(held)
    if (!MATTER_FAMILIES.has(family)) return this.fileOnBallot(held)
    this.matters.push(held)
    return { view: 'matters' }
  }

  private fileOnDocument(held: Held): Touched {
    const id = fileDocumentOp((document) => this.document(document), held)
    return id === undefined ? { view: 'other' } : { view: 'document', id }
  }

  /** The topic of a document, also before its creation is complete. */
  private document(id: OpCid): DocumentTopic {
    const topic = this.documents.get(id) ?? emptyDocumentTopic(id)
    this.documents.set(id, topic)
    return topic
  }

  private fileOnBallot(held: Held): Touched {
    const recorded = RECORDERS.get(held.op.type)?.(this.records, held)
    if (recorded !== undefined) return { view: recorded }
    const id = FILERS.get(held.op.type)?.(this, held)
    return id === undefined ? { view: 'other' } : { view: 'proposal', id }
  }
}

/** What begins the types of operations about disputes and escalations. */
const MATTER_FAMILIES: ReadonlySet<string> = new Set([
  'dispute.',
  'panel.',
  'mediator.',
  'escalation.',
])

const readRatify = bodyReader(charterRatify)
const readAddress = bodyReader(nodeAddress)
const readProposal = bodyReader(proposalOpen)

type Filer = (topics: Topics, held: Held) => OpCid | undefined

/** Files operations of one type under the proposal that their body points at. */
function filer<Body>(
  type: OpType<Body>,
  subject: (body: Body) => number,
  list: (topic: Topic) => Entry<Body>[],
): Filer {
  const read = bodyReader(type)
  return (topics, held) => {
    const body = read(held.op)
    const id = body.ok ? held.op.refs[subject(body.value)] : undefined
    if (!body.ok || id === undefined) return undefined
    const topic = topics.topic(id)
    list(topic).push({ held, body: body.value })
    topic.version++
    return id
  }
}

const ofBallot = (body: { readonly ballot: number }): number => body.ballot
const ofProposal = (body: { readonly proposal: number }): number => body.proposal

const FILERS: ReadonlyMap<string, Filer> = new Map([
  [voteCast.type, filer(voteCast, ofBallot, (topic) => topic.votes)],
  [tallyOp.type, filer(tallyOp, ofBallot, (topic) => topic.tallies)],
  [seal.type, filer(seal, ofBallot, (topic) => topic.seals)],
  [sealSettled.type, filer(sealSettled, ofBallot, (topic) => topic.settledLists)],
  [settleEstimate.type, filer(settleEstimate, ofBallot, (topic) => topic.estimates)],
  [settleSuggest.type, filer(settleSuggest, ofBallot, (topic) => topic.suggestions)],
  [settleAuxiliary.type, filer(settleAuxiliary, ofBallot, (topic) => topic.auxiliaries)],
  [settlement.type, filer(settlement, ofBallot, (topic) => topic.settlements)],
  [sealProvisional.type, filer(sealProvisional, ofBallot, (topic) => topic.provisionalSeals)],
  [provisional.type, filer(provisional, ofBallot, (topic) => topic.provisionals)],
  [proposalWithdraw.type, filer(proposalWithdraw, ofProposal, (topic) => topic.withdrawals)],
  [commentAdd.type, filer(commentAdd, ofProposal, (topic) => topic.comments)],
  [appealFile.type, filer(appealFile, ofBallot, (topic) => topic.appeals)],
  [rolloutReport.type, filer(rolloutReport, ofProposal, (topic) => topic.reports)],
  [rolloutHalt.type, filer(rolloutHalt, ofProposal, (topic) => topic.halts)],
  [rolloutClose.type, filer(rolloutClose, ofProposal, (topic) => topic.closes)],
  [
    attestationAdd.type,
    filer(
      attestationAdd,
      // One that names no proposal is a record; no reference is at this position.
      ({ proposal = -1 }) => proposal,
      (topic) => topic.attestations,
    ),
  ],
  [
    charterAccept.type,
    filer(
      charterAccept,
      (body) => body.amendment,
      (topic) => topic.accepts,
    ),
  ],
])

type RecordView = 'artefacts' | 'notes' | 'attestations'
type Recorder = (records: Records, held: Held) => RecordView | undefined

/** Records operations of one type that are about no proposal. */
function recorder<Body>(
  type: OpType<Body>,
  view: RecordView,
  list: (records: Records) => Entry<Body>[],
  isRecord: (body: Body) => boolean = () => true,
): [string, Recorder] {
  const read = bodyReader(type)
  const record: Recorder = (records, held) => {
    const body = read(held.op)
    if (!body.ok || !isRecord(body.value)) return undefined
    list(records).push({ held, body: body.value })
    records.version++
    return view
  }
  return [type.type, record]
}

const RECORDERS: ReadonlyMap<string, Recorder> = new Map([
  recorder(artefactAnnounce, 'artefacts', ({ announcements }) => announcements),
  recorder(artefactRelease, 'artefacts', ({ releases }) => releases),
  recorder(noteCommit, 'notes', ({ commits }) => commits),
  recorder(noteReveal, 'notes', ({ reveals }) => reveals),
  recorder(
    attestationAdd,
    'attestations',
    ({ attestations }) => attestations,
    ({ proposal }) => proposal === undefined,
  ),
])

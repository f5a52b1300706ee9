/**
 * The derived views: topics, ballots, charters, outcomes. All are functions of the ledger's counted
 * set; everything is computed when it is read and remembered until its topic changes (§2.7).
 */
import type { Catalogue } from '../artefact/catalogue.ts'
import type { SettleRules } from '../ballot/rules.ts'
import type { Archive } from '../chain/archive/archive.ts'
import { Checkpoints } from '../chain/checkpoint.ts'
import type { Held } from '../chain/held.ts'
import type { Ledger } from '../chain/ledger.ts'
import type { Charter } from '../charter/schema.ts'
import type { SnapshotStore } from '../document/snapshot.ts'
import type { CoalitionId, KeyId, OpCid, StakeholderId } from '../op/ids.ts'
import { keyIdFromBytes } from '../op/key-id.ts'
import type { Op } from '../op/operation.ts'
import { accept, type Result, refuse, unwrap } from '../op/refusal.ts'
import { FIRST_PROTOCOL, type OpType } from '../op/type.ts'
import { type Ballot, type BallotCount, countTopic } from './ballot.ts'
import {
  type BallotMemo,
  fingerprint,
  isSameLine,
  isSure,
  type ListedBallots,
} from './ballot-memo.ts'
import { wholeOf } from './ballot-view.ts'
import { Citations } from './citations.ts'
import { Documents } from './documents.ts'
import { ratification } from './gates.ts'
import { type LastSeqOf, lastSeqUnder } from './leaving.ts'
import { type CharterVersion, deriveStanding, type Standing } from './outcomes.ts'
import { type Recorded, readRecords } from './recorded.ts'
import { Matters } from './recourse/matters.ts'
import { withOverrides } from './recourse/overrides.ts'
import type { RestFacts } from './rest/facts.ts'
import { Resting } from './rest/resting.ts'
import { type Topic, Topics, type Touched } from './topics.ts'

/** What views are derived with. */
export interface ViewOptions {
  readonly coalition: CoalitionId
  readonly rules: SettleRules
  readonly types: ReadonlyMap<string, OpType<unknown>>
  readonly snapshots: SnapshotStore
}

/** Views over one ledger. */
export class Views {
  readonly topics = new Topics()
  readonly checkpoints: Checkpoints
  readonly documents: Documents
  readonly matters: Matters
  readonly citations: Citations
  /** Ballots of which little is in memory. */
  readonly resting: Resting
  private readonly ledger: () => Ledger
  private readonly options: ViewOptions
  private readonly memo = new Map<OpCid, BallotMemo>()
  private readonly stale = new Set<OpCid>()
  /** The line of charters by which ballots were counted. */
  private countedLine: readonly CharterVersion[] = []
  private lastSeqOn: LastSeqOf = lastSeqUnder([])
  private standingMemo: Standing | undefined
  private line: readonly CharterVersion[] = []
  private lineIsStale = true
  private recorded: Recorded | undefined
  /** Grows with whatever is filed. */
  private epoch = 0
  /** How often a root said something about a key that had spoken. */
  keyWords = 0
  private keysAreNew = false
  /** The line of charters by which what rests was counted, before this process did it. */
  private lineAtRest: readonly OpCid[] | undefined
  /** The list of all ballots, until one is added or counted anew. */
  private listed: ListedBallots | undefined

  constructor(ledger: () => Ledger, options: ViewOptions) {
    this.ledger = ledger
    this.options = options
    this.citations = new Citations((cid) => ledger().byCid.get(cid))
    this.checkpoints = new Checkpoints((cid) => this.heldWithEffect(cid))
    this.documents = new Documents(
      {
        ledger,
        topics: this.topics.documents,
        held: (cid) => this.heldWithEffect(cid),
        inForce: () => this.charters(),
        charterAt: (id) => this.charterAt(id),
      },
      options.snapshots,
    )
    this.resting = new Resting({
      keyring: () => ledger().keyring,
      topics: this.topics,
      charterById: (id) => this.charterById(id),
      count: (topic) => unwrap(this.count(topic)).ballot(),
    })
    this.matters = new Matters({
      ledger,
      checkpoints: this.checkpoints,
      types: options.types,
      said: () => this.topics.matters,
      standing: () => this.standing(),
      ballot: (id) => this.ownBallot(id),
      lastSeqOf: (key, root, charter) => this.lastSeqOn(key, root, charter),
    })
  }

  /** Files one completed operation. */
  add(held: Held): Touched {
    this.epoch++
    const touched = this.topics.add(held)
    // What a void proposal cites may come to stand with an edit that was lacking.
    if (touched.view === 'document')
      for (const proposal of this.citations.citing(touched.id))
        if (!isSure(this.memo.get(proposal))) this.stale.add(proposal)
    if (touched.view === 'proposal') {
      this.stale.add(touched.id)
      this.citations.note(touched.id, held.op)
      // Only an amendment's ballot can make another charter current.
      if (this.topics.topic(touched.id).proposal?.body.amendment) this.lineIsStale = true
    }
    if (touched.view === 'keys') this.recountKey(held.op)
    if (touched.view === 'founding') this.forget()
    return touched
  }

  /** A root's word on a key may make its statements count, or not: where it has said any. */
  private recountKey(op: Op): void {
    const { keyring, chains } = this.ledger()
    const key = keyring.isRoot(op.key) ? keyring.subjectOf(op) : undefined
    const chain = key && chains.get(key)
    if (!chain) return
    this.keyWords++
    this.recorded = undefined
    this.matters.forget()
    this.keysAreNew = this.resting.isAny
    if (this.keysAreNew) this.lineIsStale = true
    for (const { op: said } of [...chain.main, ...chain.strays.values()])
      for (const id of [said.cid, ...said.refs]) {
        this.recountTopic(id)
        // A right to edit may be what a proposal lacks that cites the document.
        for (const proposal of this.citations.citing(id)) this.recountTopic(proposal)
      }
  }

  private recountTopic(id: OpCid): void {
    if (!this.memo.delete(id)) return
    this.listed = undefined
    this.stale.add(id)
    this.standingMemo = undefined
    this.lineIsStale = true
  }

  /**
   * All charters that are or were in force; none until the founding operation is held. Derives
   * ballots only after an operation that could have changed them, so it is cheap to ask for often.
   */
  charters(): readonly CharterVersion[] {
    if (this.lineIsStale) this.standing()
    return this.line
  }

  /** Reads what other views have read of the same operations. */
  begin(like: Views): void {
    if (!this.topics.begin(like.topics)) this.reset()
  }

  /** Reads everything again, but for ballots at rest that may stay so. */
  reset(): void {
    this.epoch++
    this.resting.keep()
    this.keysAreNew = false
    const resting = this.resting.current()
    this.topics.reset()
    for (const topic of resting) this.topics.proposals.set(topic.id, topic)
    this.stale.clear()
    this.forget()
    this.citations.clear()
    this.fileAwake()
  }

  /** Has ballots rest, in place of those that did; `line` is that by which they were counted. */
  putToRest(archive: Archive, facts: readonly RestFacts[]): void {
    this.epoch++
    const known = new Set(facts.map(({ id }) => id))
    this.wake(this.resting.current().filter(({ id }) => !known.has(id)))
    this.resting.begin(archive, facts)
    for (const { id } of facts) this.memo.delete(id)
    this.listed = undefined
  }

  /** Begins with ballots that rest since an earlier process, and files all else. */
  recall(archive: Archive, facts: readonly RestFacts[], line: readonly OpCid[]): void {
    this.resting.begin(archive, facts)
    this.lineAtRest = line
    this.lineIsStale = true
    this.fileAwake()
  }

  private fileAwake(): void {
    for (const held of this.resting.awake(this.ledger().byCid)) this.topics.add(held)
    for (const [id, topic] of this.topics.proposals) {
      if (this.resting.ballotOf(topic)) continue
      const { proposal, attestations, comments } = topic
      this.stale.add(id)
      for (const entry of [...(proposal ? [proposal] : []), ...attestations, ...comments])
        this.citations.note(id, entry.held.op)
    }
  }

  /** A ballot, or why its proposal is void. */
  ballot(id: OpCid): Result<Ballot> {
    const counted = this.ownBallot(id)
    const overrides = counted.ok ? this.standing()?.overridden.get(id) : undefined
    return counted.ok && overrides
      ? accept(withOverrides(wholeOf(counted.value), overrides))
      : counted
  }

  /** A ballot as of its own topic: gates may be overridden besides. */
  ownBallot(id: OpCid): Result<Ballot> {
    this.hearKeys()
    // Asking must not make a topic: it would show in the digest.
    const topic = this.topics.proposals.get(id)
    if (!topic) return refuse('unknown-proposal', `no proposal ${id} is held`)
    const resting = this.resting.ballotOf(topic)
    if (resting) return accept(resting)
    const known = this.memo.get(id)
    const { proposal, version } = topic
    const cited = this.citations.versionsOf(id, this.topics.documents)
    // What stands in a document stands for ever, so new edits only matter to what is void.
    const isCitedFresh = known?.cited === cited || isSure(known)
    if (known?.version === version && isCitedFresh) return known.ballot
    const isCounting = known?.proposal === proposal && isCitedFresh
    const count = known && isCounting ? known.count : this.count(topic)
    const ballot = count.ok ? accept(count.value.ballot()) : count
    const print = ballot.ok ? fingerprint(ballot.value, topic) : ''
    if (known?.count !== count) this.listed = undefined
    if (known?.print !== print || known.count !== count) this.standingMemo = undefined
    this.memo.set(id, { proposal, count, version, cited, ballot, print })
    return ballot
  }

  /** All valid ballots; the same list as long as they are the same. */
  ballots(): readonly Ballot[] {
    const overridden = this.standing()?.overridden
    const isLaid = overridden !== undefined && overridden.size > 0
    const { listed, epoch } = this
    // A ballot shows by itself what is said about it; one with overrides is a copy.
    if (listed && (listed.epoch === epoch || !(isLaid || listed.isLaid))) return listed.ballots
    const ballots = this.countedBallots().map((ballot) => {
      const overrides = overridden?.get(ballot.id)
      return overrides ? withOverrides(wholeOf(ballot), overrides) : ballot
    })
    this.listed = { epoch, isLaid, ballots }
    return ballots
  }

  private countedBallots(): Ballot[] {
    return [...this.topics.proposals.keys()].flatMap((id) => {
      const ballot = this.ownBallot(id)
      return ballot.ok ? ballot.value : []
    })
  }

  /** Charters, outcomes, holders; undefined until the founding operation is held. */
  standing(): Standing | undefined {
    const { founding } = this.topics
    if (!founding) return undefined
    if (this.lineAtRest) this.recallLine(this.lineAtRest)
    this.hearKeys()
    for (const id of this.stale) this.ownBallot(id)
    this.stale.clear()
    this.lineIsStale = false
    if (this.standingMemo) return this.standingMemo
    const first = { id: founding.held.op.cid, charter: founding.charter }
    let standing = deriveStanding(first, this.countedBallots())
    if (!isSameLine(standing.line, this.countedLine)) {
      const before = this.lastSeqOn
      this.countedLine = standing.line
      this.lastSeqOn = lastSeqUnder(standing.line)
      this.memo.clear()
      this.resting.forgetRead()
      this.wake(this.resting.changedByLeaving(before, this.lastSeqOn))
      this.listed = undefined
      standing = deriveStanding(first, this.countedBallots())
    }
    this.standingMemo = standing
    this.line = standing.line
    return standing
  }

  /** Ballots that must be counted anew rest no more. */
  private wake(topics: readonly Topic[]): void {
    this.resting.forgetRead()
    for (const { id } of topics) {
      this.topics.topic(id)
      this.stale.add(id)
    }
    if (topics.length === 0) return
    this.listed = undefined
    this.standingMemo = undefined
  }

  /** What roots said of keys may make words of theirs count that did not, or the other way. */
  private hearKeys(): void {
    if (!this.keysAreNew) return
    this.keysAreNew = false
    this.wake(this.resting.changedByKeys())
  }

  /** Where the line is not held any more, nobody knows by what rests was counted. */
  private recallLine(ids: readonly OpCid[]): void {
    this.lineAtRest = undefined
    const line = ids.flatMap((id) => {
      const charter = this.charterById(id)
      return charter ? [{ id, charter }] : []
    })
    if (line.length < ids.length) this.wake(this.resting.current())
    this.countedLine = line
    this.lastSeqOn = lastSeqUnder(line)
    this.resting.forgetRead()
  }

  /** How far founding has come. */
  ratification(): ReturnType<typeof ratification> | undefined {
    const { founding, ratified } = this.topics
    return founding && ratification(founding.charter, new Set(ratified.keys()))
  }

  /** The stakeholder of a key under a charter. */
  stakeholderOf(key: KeyId, charter: Charter): StakeholderId | undefined {
    const root = this.ledger().keyring.rootOf(key)
    const found = charter.stakeholders.find((member) => keyIdFromBytes(member.root) === root)
    return found && (found.id as StakeholderId)
  }

  /** The artefacts that members stand behind. */
  artefacts(): Catalogue {
    return this.records().catalogue
  }

  /** The notes that members committed to. */
  notes(): Recorded['notes'] {
    return this.records().notes
  }

  private records(): Recorded {
    const { coalition, types } = this.options
    const protocol = this.charters().at(-1)?.charter.protocol ?? FIRST_PROTOCOL
    const rootOf = (key: KeyId) => this.ledger().keyring.rootOf(key)
    const scene = { coalition, types, protocol, rootOf }
    this.recorded = readRecords(this.topics.records, scene, this.recorded)
    return this.recorded
  }

  private count(topic: Topic): Result<BallotCount> {
    return countTopic(topic, {
      keyring: this.ledger().keyring,
      checkpoints: this.checkpoints,
      types: this.options.types,
      rules: this.options.rules,
      held: (cid) => this.heldWithEffect(cid),
      charterById: (cid) => this.charterById(cid),
      lastSeqOf: this.lastSeqOn,
      frozen: (freeze, charter) => this.documents.frozenFor(freeze, charter),
    })
  }

  private charterById(id: OpCid): Charter | undefined {
    return this.charterAt(id)?.charter
  }

  private charterAt(
    id: OpCid,
  ): { readonly charter: Charter; readonly before: OpCid | undefined } | undefined {
    const { founding } = this.topics
    if (id === founding?.held.op.cid) return { charter: founding.charter, before: undefined }
    const proposal = this.topics.proposals.get(id)?.proposal
    const charter = proposal?.body.amendment
    return charter && { charter, before: proposal.held.op.refs[proposal.body.charter] }
  }

  private heldWithEffect(cid: OpCid): Held | undefined {
    const held = this.ledger().byCid.get(cid)
    return held && (held.standing === 'regular' || held.standing === 'pulled') ? held : undefined
  }

  private forget(): void {
    this.memo.clear()
    this.listed = undefined
    this.standingMemo = undefined
    this.recorded = undefined
    this.matters.forget()
    this.lineIsStale = true
  }
}

/**
 * The derived views: topics, ballots, charters, outcomes. All are functions of the ledger's counted
 * set; everything is computed when it is read and remembered until its topic changes (§2.7).
 */
import { type Catalogue, deriveCatalogue } from '../artefact/catalogue.ts'
import { MEMBER_QUOTA_BYTES } from '../artefact/limits.ts'
import type { SettleRules } from '../ballot/rules.ts'
import { Checkpoints } from '../chain/checkpoint.ts'
import type { Held } from '../chain/held.ts'
import type { Ledger } from '../chain/ledger.ts'
import type { Charter } from '../charter/schema.ts'
import type { SnapshotStore } from '../document/snapshot.ts'
import { deriveNotes, type Note } from '../note/notes.ts'
import type { CoalitionId, KeyId, OpCid, StakeholderId } from '../op/ids.ts'
import { keyIdFromBytes } from '../op/key-id.ts'
import type { Op } from '../op/operation.ts'
import { accept, type Result, refuse } from '../op/refusal.ts'
import { FIRST_PROTOCOL, type OpType } from '../op/type.ts'
import { attestationAdd } from '../proposal/attestation/ops.ts'
import { proposalOpen } from '../proposal/ops.ts'
import { type Ballot, type BallotCount, countTopic } from './ballot.ts'
import { readFreeze } from './document-topics.ts'
import { Documents } from './documents.ts'
import { ratification } from './gates.ts'
import { type LastSeqOf, lastSeqUnder } from './leaving.ts'
import { type CharterVersion, deriveStanding, type Standing } from './outcomes.ts'
import { Matters } from './recourse/matters.ts'
import { withOverrides } from './recourse/overrides.ts'
import { countedRecords, type Topic, Topics, type Touched } from './topics.ts'

/** What views are derived with. */
export interface ViewOptions {
  readonly coalition: CoalitionId
  readonly rules: SettleRules
  readonly types: ReadonlyMap<string, OpType<unknown>>
  readonly snapshots: SnapshotStore
}

/** A topic's count, how far it was read, and what of it the standing was derived from. */
interface Memo {
  readonly proposal: Topic['proposal']
  readonly count: Result<BallotCount>
  readonly version: number
  /** Versions of the documents that are cited, added up: each only grows. */
  readonly cited: number
  readonly ballot: Result<Ballot>
  readonly print: string
}

/** Views over one ledger. */
export class Views {
  readonly topics = new Topics()
  readonly checkpoints: Checkpoints
  readonly documents: Documents
  readonly matters: Matters
  private readonly ledger: () => Ledger
  private readonly options: ViewOptions
  private readonly memo = new Map<OpCid, Memo>()
  private readonly stale = new Set<OpCid>()
  /** Proposals that cite a freeze, or are assessed by one, by its document. */
  private readonly citing = new Map<OpCid, Set<OpCid>>()
  /** And the documents of each. */
  private readonly cited = new Map<OpCid, Set<OpCid>>()
  /** The line of charters by which ballots were counted. */
  private countedLine: readonly CharterVersion[] = []
  private lastSeqOn: LastSeqOf = lastSeqUnder([])
  private standingMemo: Standing | undefined
  private line: readonly CharterVersion[] = []
  private lineIsStale = true
  private recorded: Recorded | undefined
  /** Grows with whatever is filed. */
  private epoch = 0
  /** The list of all ballots, until one is added or counted anew. */
  private listed: Listed | undefined

  constructor(ledger: () => Ledger, options: ViewOptions) {
    this.ledger = ledger
    this.options = options
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
    this.matters = new Matters({
      ledger,
      checkpoints: this.checkpoints,
      types: options.types,
      said: () => this.topics.matters,
      standing: () => this.standing(),
      ballot: (id) => this.counted(id),
      lastSeqOf: (key, root, charter) => this.lastSeqOn(key, root, charter),
    })
  }

  /** Files one completed operation. */
  add(held: Held): Touched {
    this.epoch++
    const touched = this.topics.add(held)
    // What a void proposal cites may come to stand with an edit that was lacking.
    if (touched.view === 'document')
      for (const proposal of this.citing.get(touched.id) ?? [])
        if (!isSure(this.memo.get(proposal))) this.stale.add(proposal)
    if (touched.view === 'proposal') {
      this.stale.add(touched.id)
      this.noteCited(touched.id, held.op)
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
    this.recorded = undefined
    this.matters.forget()
    for (const { op: said } of [...chain.main, ...chain.strays.values()])
      for (const id of [said.cid, ...said.refs]) {
        this.recountTopic(id)
        // A right to edit may be what a proposal lacks that cites the document.
        for (const proposal of this.citing.get(id) ?? []) this.recountTopic(proposal)
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

  /** Reads everything again. */
  reset(): void {
    this.epoch++
    this.topics.reset()
    this.stale.clear()
    this.forget()
    this.citing.clear()
    this.cited.clear()
    for (const held of this.ledger().all()) this.topics.add(held)
    for (const [id, { proposal, attestations }] of this.topics.proposals) {
      this.stale.add(id)
      for (const entry of [...(proposal ? [proposal] : []), ...attestations])
        this.noteCited(id, entry.held.op)
    }
  }

  /** A ballot, or why its proposal is void. */
  ballot(id: OpCid): Result<Ballot> {
    const counted = this.counted(id)
    const overrides = counted.ok ? this.standing()?.overridden.get(id) : undefined
    return counted.ok && overrides ? accept(withOverrides(counted.value, overrides)) : counted
  }

  /** A ballot as of its own topic: gates may be overridden besides. */
  private counted(id: OpCid): Result<Ballot> {
    // Asking must not make a topic: it would show in the digest.
    const topic = this.topics.proposals.get(id)
    if (!topic) return refuse('unknown-proposal', `no proposal ${id} is held`)
    const known = this.memo.get(id)
    const { proposal, version } = topic
    const cited = this.versionsCited(id)
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
      return overrides ? withOverrides(ballot, overrides) : ballot
    })
    this.listed = { epoch, isLaid, ballots }
    return ballots
  }

  private countedBallots(): Ballot[] {
    return [...this.topics.proposals.keys()].flatMap((id) => {
      const ballot = this.counted(id)
      return ballot.ok ? ballot.value : []
    })
  }

  /** Charters, outcomes, holders; undefined until the founding operation is held. */
  standing(): Standing | undefined {
    const { founding } = this.topics
    if (!founding) return undefined
    for (const id of this.stale) this.counted(id)
    this.stale.clear()
    this.lineIsStale = false
    if (this.standingMemo) return this.standingMemo
    const first = { id: founding.held.op.cid, charter: founding.charter }
    let standing = deriveStanding(first, this.countedBallots())
    if (!isSameLine(standing.line, this.countedLine)) {
      this.countedLine = standing.line
      this.lastSeqOn = lastSeqUnder(standing.line)
      this.memo.clear()
      this.listed = undefined
      standing = deriveStanding(first, this.countedBallots())
    }
    this.standingMemo = standing
    this.line = standing.line
    return standing
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
  notes(): readonly Note[] {
    return this.records().notes
  }

  private records(): Recorded {
    const { version } = this.topics.records
    const protocol = this.charters().at(-1)?.charter.protocol ?? FIRST_PROTOCOL
    if (this.recorded?.version === version && this.recorded.protocol === protocol)
      return this.recorded
    const records = countedRecords(this.topics.records, this.options.types, protocol)
    const rootOf = (key: KeyId) => this.ledger().keyring.rootOf(key)
    const coalition = this.options.coalition
    this.recorded = {
      version,
      protocol,
      catalogue: deriveCatalogue({ ...records, rootOf, quotaBytes: MEMBER_QUOTA_BYTES }),
      notes: deriveNotes({ ...records, rootOf, coalition }),
    }
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

  private versionsCited(proposal: OpCid): number {
    let versions = 0
    for (const id of this.cited.get(proposal) ?? [])
      versions += this.topics.documents.get(id)?.version ?? 0
    return versions
  }

  /** Notes whose freezes a proposal, or an assessment of it, refers to. */
  private noteCited(proposal: OpCid, { type, refs }: Op): void {
    if (type !== proposalOpen.type && type !== attestationAdd.type) return
    for (const ref of refs) {
      const held = this.ledger().byCid.get(ref)
      const document = held && readFreeze(held)?.document
      if (!document) continue
      this.citing.set(document, (this.citing.get(document) ?? new Set()).add(proposal))
      this.cited.set(proposal, (this.cited.get(proposal) ?? new Set()).add(document))
    }
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

/** All ballots as of an epoch. */
interface Listed {
  readonly epoch: number
  /** Overrides are laid over some. */
  readonly isLaid: boolean
  readonly ballots: readonly Ballot[]
}

/** What is derived from records of a version, as a protocol counts them. */
interface Recorded {
  readonly version: number
  readonly protocol: number
  readonly catalogue: Catalogue
  readonly notes: readonly Note[]
}

/** True where nothing that a ballot cites can change it: it is valid, and lacks no assessed register. */
const isSure = (known: Memo | undefined): boolean =>
  known?.ballot.ok === true &&
  known.ballot.value.gates.every(({ gate, met }) => met || gate !== RISKS_GATE)

/** The gate that may be met by what was frozen. */
const RISKS_GATE = 'risks'

/** What of a ballot the standing depends on, as long as it is the same count, which only grows. */
function fingerprint(ballot: Ballot, topic: Topic): string {
  const { board, settlements, settledLists } = ballot
  const certified = board.settlements().map(({ outcome, round }) => `${outcome}${round}`)
  const lists = [...settledLists].map(([id, { size }]) => `${id}${size}${board.endorse.has(id)}`)
  const hasFormed = topic.provisionalSeals.length > 0 && ballot.provisional?.formedAt !== undefined
  // How a ballot of appeals was voted on says what became of them (§3.8).
  const voted = ballot.body.appeal === undefined ? '' : ballot.verdict.result
  return `${certified} ${settlements.length} ${lists} ${hasFormed} ${voted}`
}

/** Before the first amendment nobody has left. */
const isSameLine = (a: readonly CharterVersion[], b: readonly CharterVersion[]): boolean =>
  (a.length <= 1 && b.length <= 1) ||
  (a.length === b.length && a.every(({ id }, i) => id === b[i]?.id))

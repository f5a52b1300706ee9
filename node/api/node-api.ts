/**
 * What a node can be asked and told, once for everything that speaks to it: the HTTP server and its
 * client (over the unix socket), and commands that open the home themselves while no daemon runs.
 * Answers are plain JSON; ids are full CIDs or hex keys; times are ms since the epoch.
 */
import type { Explanation } from '../../src/ballot/explain.ts'
import type { Choice } from '../../src/ballot/ops.ts'
import type { Charter } from '../../src/charter/schema.ts'
import type { Result } from '../../src/op/refusal.ts'
import type { CommentInput, ProposalInput } from '../../src/replica/acts.ts'
import type { Digests } from '../../src/replica/state-digest.ts'
import type { JournalLine } from '../store/journal.ts'
import type { AttestationApi } from './attestation-api.ts'
import type { DeliberationApi } from './deliberation-api.ts'
import type { DisputeApi } from './dispute-api.ts'
import type { DocumentApi } from './document-api.ts'
import type { ArtefactApi, NoteApi } from './record-api.ts'
import type { AppealLine, RecourseApi } from './recourse-api.ts'
import type { Recovery } from './recovery.ts'
import type { RegisterApi } from './register-api.ts'
import type { ReportApi } from './report-api.ts'
import type { RolloutApi } from './rollout-api.ts'
import type { ActOptions, Signed } from './signed.ts'
import type { UpgradeApi } from './upgrade-api.ts'

export type { ActOptions, Signed } from './signed.ts'

/** A node at a glance. */
export interface NodeStatus {
  readonly version: string
  readonly protocol: number
  readonly coalition: { readonly id: string; readonly name: string } | null
  readonly stakeholder: string | null
  readonly key: string
  readonly peerId: string
  readonly pid: number
  readonly home: string
  readonly startedAt: number
  /** Founding: how much weight has ratified, and whether that is enough. */
  readonly ratified: { readonly weight: number; readonly total: number; readonly active: boolean }
  readonly charterVersion: number
  readonly digests: Digests
  readonly peers: { readonly connected: number; readonly known: number; readonly blocked: number }
  readonly listen: readonly string[]
  readonly missing: number
  readonly waitingBytes: number
  /** `provisional`: those of the open ones that a reduced coalition has adopted for now. */
  readonly ballots: {
    readonly open: number
    readonly needMyVote: number
    readonly provisional: number
  }
  /** Adopted decisions against which an appeal is undecided. */
  readonly underAppeal: number
  /** Disputes that are not settled. */
  readonly disputes: number
  /** When the charter is to be looked at; null where it asks for no review. `ballot`: one is being decided. */
  readonly review: {
    readonly dueAt: number
    readonly isDue: boolean
    readonly ballot: string | null
  } | null
  /** The way back from a lost or restored store; null when there is none to go. */
  readonly recovery: Recovery | null
  /** Things that need an operator: stable code, sentence, the command that mends it. */
  readonly alarms: readonly Alarm[]
}

/** Something that needs an operator. */
export interface Alarm {
  readonly code: string
  readonly severity: 'error' | 'warning'
  readonly sentence: string
  readonly fix: string
}

/** One proposal in a list. */
export interface ProposalLine {
  readonly id: string
  readonly title: string
  readonly author: string
  readonly kind: string
  readonly track: string
  readonly slot: string
  readonly stage: string
  readonly outcome: 'adopted' | 'declined' | 'provisional' | 'open' | 'void'
  /** What became of what a reduced coalition adopted for now; null where it did not. */
  readonly provisional: 'provisional' | 'held' | 'ratified' | 'lapsed' | null
  /** Settle round of the outcome; 0 while open, or when an amendment ended it. */
  readonly rounds: number
  /** Why it stands as it does, one sentence a rule that is not met. */
  readonly reasons: readonly string[]
  readonly myVote: string
  /** Electors that take no position: silence is a state of its own. */
  readonly silent: readonly string[]
  readonly opensAt: number
  readonly votingAt: number
  readonly closesAt: number
  /** Of an adopted decision that can be appealed against; else null. */
  readonly appeal: AppealLine | null
}

/** One proposal whole. */
export interface ProposalDetail extends ProposalLine {
  readonly summary: string
  readonly document: {
    readonly text: string
    readonly digest: string
    /** Where the text comes from, if it is a frozen document's. */
    readonly frozen: {
      readonly document: string
      readonly title: string
      readonly freeze: string
    } | null
  }
  readonly replaces: string | null
  readonly components: readonly string[]
  /** Of an amendment: the charter that it proposes, and the one that this would follow. */
  readonly amendment: { readonly before: Charter; readonly next: Charter } | null
  readonly comments: readonly {
    readonly id: string
    readonly author: string
    readonly kind: string
    readonly text: string
    readonly answers: string | null
    readonly at: number
  }[]
  readonly votes: readonly {
    readonly id: string
    readonly stakeholder: string
    readonly choice: string
    readonly rationale: string | null
    readonly at: number
  }[]
  readonly seals: readonly { readonly stakeholder: string; readonly verdict: string }[]
}

/** One operation in the log. */
export interface LogLine {
  readonly cid: string
  readonly key: string
  readonly stakeholder: string | null
  readonly seq: number
  readonly type: string
  readonly at: number
  readonly seenAt: number
  readonly standing: string
  /** One sentence: who said what about which. */
  readonly summary: string
}

/** One peer. */
export interface PeerLine {
  readonly key: string
  readonly peerId: string
  readonly stakeholder: string | null
  readonly addresses: readonly string[]
  readonly connected: boolean
  readonly blocked: boolean
  readonly latencyMs: number | null
  readonly inMesh: boolean
}

/** One key of the keyring. */
export interface KeyLine {
  readonly key: string
  readonly role: 'root' | 'node'
  readonly stakeholder: string | null
  readonly root: string
  readonly can: readonly string[]
  readonly label: string | null
  readonly delegatedAt: number | null
  readonly lastSeq: number
  /** First operation that does not count, with the reason; null when all count. */
  readonly cut: {
    readonly seq: number
    readonly reason: 'forked' | 'revoked' | 'claimed twice'
  } | null
}

/** Proof that a key said two things at one place. */
export interface EvidenceLine {
  readonly key: string
  readonly stakeholder: string | null
  readonly seq: number
  readonly ops: readonly { readonly cid: string; readonly type: string; readonly at: number }[]
}

/** Where a root's chain stands: what a root operation signed elsewhere must follow. */
export interface RootHead {
  /** The seq of the next operation. */
  readonly seq: number
  /** CID of the last one; null when there is none. */
  readonly prev: string | null
}

/** An operation on its way: bytes and signature, base64. */
export interface WireOp {
  readonly bytes: string
  readonly sig: string | null
}

/** What became of submitted operations. */
export interface SubmitReport {
  readonly accepted: readonly string[]
  readonly waiting: readonly string[]
  readonly refused: readonly {
    readonly cid: string | null
    readonly code: string
    readonly message: string
  }[]
  readonly evidence: readonly string[]
}

/** A change, for `watch` and the event stream; `id` counts up by one, a gap means loss. */
export interface NodeEvent {
  readonly id: number
  readonly at: number
  readonly kind: string
  /** The proposal that it is about. */
  readonly proposal: string | null
  readonly sentence: string
}

/** A seal that waits for a person, because the settings say "ask" for its track (design §6.4). */
export interface SealLine {
  readonly ballot: string
  readonly title: string
  readonly track: string
  /** What it will say if a person approves. */
  readonly verdict: 'endorse' | 'decline' | 'provisional'
  readonly why: string
  /** Unanswered until here, in ms, it becomes *decline*; a provisional one is then never given. */
  readonly declinesAt: number
}

/** Which lines of the journal: at most so many, older than a line, of one kind of deed. */
export interface JournalQuery {
  readonly limit?: number
  readonly before?: number
  readonly what?: string
}

/** Every question and act. A refusal by a rule is a value with a stable code. */
export interface NodeApi {
  readonly attestations: AttestationApi
  readonly artefacts: ArtefactApi
  readonly notes: NoteApi
  readonly deliberation: DeliberationApi
  readonly documents: DocumentApi
  readonly registers: RegisterApi
  readonly upgrades: UpgradeApi
  readonly recourse: RecourseApi
  readonly disputes: DisputeApi
  readonly rollouts: RolloutApi
  readonly reports: ReportApi
  status(): Promise<NodeStatus>
  charter(): Promise<
    Result<{ readonly id: string; readonly charter: Charter; readonly yaml: string }>
  >
  proposals(): Promise<readonly ProposalLine[]>
  /** `id` may be a unique prefix, here and below (of the CID, or of its last characters). */
  proposal(id: string): Promise<Result<ProposalDetail>>
  explain(id: string): Promise<Result<Explanation>>
  /** Held operations, latest first seen first; `type` also matches what begins with it and a dot. */
  log(query: {
    readonly limit?: number
    readonly type?: string
    readonly stakeholder?: string
    readonly key?: string
  }): Promise<readonly LogLine[]>
  /** What this node did by itself and why, newest first: seals, hooks, checkpoints. */
  journal(query: JournalQuery): Promise<readonly JournalLine[]>
  peers(): Promise<readonly PeerLine[]>
  /** `who`: a stakeholder id, a key or a peer id. */
  block(who: readonly string[]): Promise<Result<readonly PeerLine[]>>
  unblock(who: readonly string[]): Promise<Result<readonly PeerLine[]>>
  keys(): Promise<readonly KeyLine[]>
  evidence(): Promise<readonly EvidenceLine[]>
  propose(input: ProposalInput, options?: ActOptions): Promise<Result<Signed>>
  withdraw(id: string, reason: string | undefined, options?: ActOptions): Promise<Result<Signed>>
  vote(
    id: string,
    choice: Choice,
    rationale: string | undefined,
    options?: ActOptions,
  ): Promise<Result<Signed>>
  comment(input: CommentInput, options?: ActOptions): Promise<Result<Signed>>
  /** Seals that wait for an answer. */
  seals(): Promise<readonly SealLine[]>
  /** Answers one: the steward then seals as decided, or *decline*. */
  answerSeal(id: string, approve: boolean): Promise<Result<SealLine>>
  /** Refuses `root-unknown` while the store may hold less than our root has said. */
  rootHead(): Promise<Result<RootHead>>
  /** Takes in signed operations and gossips them: root operations, carried votes. */
  submit(ops: readonly WireOp[]): Promise<SubmitReport>
  /** All counted operations with what vouches for them, as a CAR (v1) file (`bundle.ts`); root = the coalition. */
  exportCar(): Promise<Uint8Array>
  /** Events after `since` (by default: from now on), as they happen, until the signal aborts. */
  events(since: number | undefined, signal: AbortSignal): AsyncIterable<NodeEvent>
  stop(): Promise<void>
}

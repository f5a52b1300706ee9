/**
 * A node's answers and acts over an opened home and its replica: behind HTTP in the daemon, and in
 * the process of a command while no daemon runs.
 */
import type { Explanation } from '../../src/ballot/explain.ts'
import type { Choice } from '../../src/ballot/ops.ts'
import type { Charter } from '../../src/charter/schema.ts'
import { serialiseCharter } from '../../src/charter/serialise.ts'
import type { KeyId } from '../../src/op/ids.ts'
import { accept, type Result, refuse } from '../../src/op/refusal.ts'
import type { CommentInput, ProposalInput } from '../../src/replica/acts.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { reviewDue } from '../../src/replica/report/review.ts'
import type { Home } from '../home/home.ts'
import type { RolloutSettings } from '../hooks/rollout-policy.ts'
import { peerIdOf } from '../network/peer-key.ts'
import type { SealModes } from '../steward/seal-policy.ts'
import type { JournalLine } from '../store/journal.ts'
import { Acting, refusingStoreErrors } from './acting.ts'
import { replicaAlarms } from './alarms.ts'
import { underAppeal } from './appeal-facts.ts'
import { ArtefactService } from './artefact-service.ts'
import { AttestationService } from './attestation-service.ts'
import { blockedKeys, saveBlocked } from './block-list.ts'
import { writeBundle } from './bundle.ts'
import { DeliberationService } from './deliberation-service.ts'
import { DisputeService } from './dispute-service.ts'
import { DocumentService } from './document-service.ts'
import { evidenceLines } from './fork-view.ts'
import { keyLines } from './key-view.ts'
import { type LogQuery, logLines } from './log-view.ts'
import { ownStakeholder } from './naming.ts'
import type {
  ActOptions,
  EvidenceLine,
  JournalQuery,
  KeyLine,
  LogLine,
  NodeApi,
  NodeEvent,
  NodeStatus,
  PeerLine,
  ProposalDetail,
  ProposalLine,
  RootHead,
  SealLine,
  Signed,
  SubmitReport,
  WireOp,
} from './node-api.ts'
import { NoteService } from './note-service.ts'
import { rootHeadOf } from './own-root.ts'
import { findPeers, peerLines } from './peer-view.ts'
import {
  ballotCounts,
  explanationOf,
  proposalDetail,
  proposalId,
  proposalLines,
} from './proposal-view.ts'
import { RecourseService } from './recourse-service.ts'
import { recoveryOf } from './recovery.ts'
import { RegisterService } from './register-service.ts'
import { ReportService } from './report-service.ts'
import { RolloutService } from './rollout-service.ts'
import { answerSealLine, sealLines } from './seal-view.ts'
import { submitOps } from './submitting.ts'
import type { Surroundings } from './surroundings.ts'
import { UpgradeService } from './upgrade-service.ts'
import { packageVersion } from './version.ts'

/** Disputes that are not settled. */
const openDisputes = ({ views }: Replica): number =>
  views.matters.disputes().filter(({ state }) => state.state !== 'settled').length

/** When the charter is to be looked at; null where it asks for no review. */
function reviewStatus(replica: Replica): NodeStatus['review'] {
  const standing = replica.views.standing()
  if (!standing) return null
  const { dueAt, isDue, open } = reviewDue(replica, standing)
  return dueAt === null ? null : { dueAt, isDue, ballot: open }
}

/** What a service is made from. */
export interface ServiceParts {
  readonly replica: Replica
  readonly home: Pick<Home, 'layout' | 'identity'>
  readonly surroundings: Surroundings
  /** How seals go, by the settings. */
  readonly sealModes: SealModes
  /** How rollouts go, by the settings. */
  readonly rollout: RolloutSettings
  /** When the process began, in ms. */
  readonly startedAt: number
}

/** The one implementation of the questions and acts; the client only carries them. */
export class NodeService implements NodeApi {
  readonly attestations: AttestationService
  readonly artefacts: ArtefactService
  readonly notes: NoteService
  readonly deliberation: DeliberationService
  readonly documents: DocumentService
  readonly registers: RegisterService
  readonly upgrades: UpgradeService
  readonly recourse: RecourseService
  readonly disputes: DisputeService
  readonly rollouts: RolloutService
  readonly reports: ReportService
  private readonly parts: ServiceParts
  private readonly replica: Replica
  private readonly acting: Acting
  private readonly version = packageVersion()

  constructor(parts: ServiceParts) {
    this.parts = parts
    this.replica = parts.replica
    this.acting = new Acting(parts.replica, parts.surroundings)
    const { replica, acting } = this
    this.attestations = new AttestationService({ replica, acting })
    const { layout } = parts.home
    const desk = () => parts.surroundings.artefacts()
    this.artefacts = new ArtefactService({ replica, acting, layout, desk })
    this.notes = new NoteService({ replica, acting, layout })
    this.deliberation = new DeliberationService(replica)
    this.documents = new DocumentService({ replica, acting })
    this.registers = new RegisterService({ replica, acting })
    this.upgrades = new UpgradeService({ replica, acting, registers: this.registers })
    this.recourse = new RecourseService({ replica, acting })
    this.disputes = new DisputeService({ replica, acting })
    const poke = () => parts.surroundings.poke()
    this.rollouts = new RolloutService({ replica, acting, settings: parts.rollout, poke })
    this.reports = new ReportService({ replica, acting, surroundings: parts.surroundings })
  }

  async status(): Promise<NodeStatus> {
    const { replica, version } = this
    const { home, startedAt, surroundings } = this.parts
    const peers = peerLines(replica, surroundings)
    const charter = replica.charter?.charter
    return {
      version,
      protocol: replica.protocol,
      coalition: { id: replica.coalition, name: charter?.name ?? '' },
      stakeholder: ownStakeholder(replica) ?? null,
      key: home.identity.node,
      peerId: peerIdOf(home.identity.node).toString(),
      pid: process.pid,
      home: home.layout.dir,
      startedAt,
      ratified: replica.views.ratification() ?? { weight: 0, total: 0, active: false },
      charterVersion: charter?.version ?? 0,
      digests: replica.digest(),
      peers: {
        connected: peers.filter(({ connected }) => connected).length,
        known: peers.length,
        blocked: peers.filter(({ blocked }) => blocked).length,
      },
      listen: surroundings.network()?.listenAddresses() ?? [],
      missing: replica.missing().length,
      waitingBytes: replica.ledger.pending.sizeBytes,
      ballots: ballotCounts(replica),
      underAppeal: underAppeal(replica),
      disputes: openDisputes(replica),
      review: reviewStatus(replica),
      recovery: recoveryOf(replica),
      alarms: [...surroundings.alarms(), ...replicaAlarms(replica)],
    }
  }

  async charter(): Promise<Result<{ id: string; charter: Charter; yaml: string }>> {
    const current = this.replica.charter
    if (!current) return refuse('no-charter', 'the founding operation is not held yet')
    const { id, charter } = current
    return accept({ id, charter, yaml: serialiseCharter(charter) })
  }

  async proposals(): Promise<readonly ProposalLine[]> {
    return proposalLines(this.replica)
  }

  async proposal(id: string): Promise<Result<ProposalDetail>> {
    return proposalDetail(this.replica, id)
  }

  async explain(id: string): Promise<Result<Explanation>> {
    return explanationOf(this.replica, id)
  }

  async log(query: LogQuery): Promise<readonly LogLine[]> {
    return logLines(this.replica, query)
  }

  async journal(query: JournalQuery): Promise<readonly JournalLine[]> {
    return this.parts.surroundings.journal(query)
  }

  async peers(): Promise<readonly PeerLine[]> {
    return peerLines(this.replica, this.parts.surroundings)
  }

  async block(who: readonly string[]): Promise<Result<readonly PeerLine[]>> {
    return this.changeBlocked(who, (blocked, keys) => blocked.union(keys))
  }

  async unblock(who: readonly string[]): Promise<Result<readonly PeerLine[]>> {
    return this.changeBlocked(who, (blocked, keys) => blocked.difference(keys))
  }

  async keys(): Promise<readonly KeyLine[]> {
    return keyLines(this.replica)
  }

  async evidence(): Promise<readonly EvidenceLine[]> {
    return evidenceLines(this.replica)
  }

  async propose(input: ProposalInput, options?: ActOptions): Promise<Result<Signed>> {
    return this.acting.propose(input, options)
  }

  async withdraw(
    id: string,
    reason: string | undefined,
    options?: ActOptions,
  ): Promise<Result<Signed>> {
    return this.acting.withdraw(id, reason, options)
  }

  async vote(
    id: string,
    choice: Choice,
    rationale: string | undefined,
    options?: ActOptions,
  ): Promise<Result<Signed>> {
    return this.acting.vote(id, choice, rationale, options)
  }

  async comment(input: CommentInput, options?: ActOptions): Promise<Result<Signed>> {
    return this.acting.comment(input, options)
  }

  async seals(): Promise<readonly SealLine[]> {
    return sealLines(this.replica, this.parts.sealModes)
  }

  async answerSeal(given: string, approve: boolean): Promise<Result<SealLine>> {
    const { replica } = this
    const { sealModes, surroundings } = this.parts
    const id = proposalId(replica, given)
    if (!id.ok) return id
    const answered = refusingStoreErrors(() =>
      answerSealLine(replica, sealModes, { ballot: id.value, approve }),
    )
    if (!answered.ok) return answered
    surroundings.poke()
    return answered
  }

  async rootHead(): Promise<Result<RootHead>> {
    return rootHeadOf(this.replica, this.parts.home.identity.root)
  }

  async submit(ops: readonly WireOp[]): Promise<SubmitReport> {
    const { home, surroundings } = this.parts
    return submitOps(this.replica, home.identity.root, ops, surroundings)
  }

  async exportCar(): Promise<Uint8Array> {
    return writeBundle(this.replica)
  }

  events(since: number | undefined, signal: AbortSignal): AsyncIterable<NodeEvent> {
    return this.parts.surroundings.events.follow(since, signal)
  }

  stop(): Promise<void> {
    return this.parts.surroundings.stop()
  }

  private changeBlocked(
    who: readonly string[],
    change: (blocked: ReadonlySet<KeyId>, keys: ReadonlySet<KeyId>) => ReadonlySet<KeyId>,
  ): Result<readonly PeerLine[]> {
    const { surroundings } = this.parts
    const keys = findPeers(who, this.replica, surroundings)
    if (!keys.ok) return keys
    return refusingStoreErrors(() => {
      saveBlocked(this.replica, change(blockedKeys(this.replica), keys.value))
      surroundings.network()?.setBlocked(blockedKeys(this.replica))
      return accept(peerLines(this.replica, surroundings))
    })
  }
}

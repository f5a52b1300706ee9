/** A bundle, checked from scratch: nobody's word is taken for anything (design §3.6, §6.6). */
import { isCounted } from '../../../src/chain/held.ts'
import type { KeyId, OpCid } from '../../../src/op/ids.ts'
import type { Verifier } from '../../../src/op/signature.ts'
import { Replica } from '../../../src/replica/replica.ts'
import type { Digests } from '../../../src/replica/state-digest.ts'
import { MemoryStore } from '../../../src/replica/store.ts'
import type { Bundle } from '../../api/bundle.ts'
import { nodeSha256 } from '../../crypto/node-sha256.ts'
import { auditBallot, type BallotAudit } from './ballot-audit.ts'
import { auditDocuments, type DocumentsAudit } from './document-audit.ts'
import { auditRollouts, type RolloutAudit } from './rollout-audit.ts'
import { type AuditFault, vouchedOps } from './vouching.ts'

/** A charter of the line. */
export interface CharterAudit {
  readonly id: OpCid
  readonly version: number
  readonly name: string
  readonly stakeholders: number
}

/** What an audit found. */
export interface AuditReport {
  readonly coalition: OpCid
  readonly name: string
  /** Operations in the bundle, and how many of them count. */
  readonly ops: { readonly total: number; readonly counted: number }
  readonly chains: number
  readonly forks: readonly { readonly key: KeyId; readonly seq: number }[]
  readonly charters: readonly CharterAudit[]
  readonly ratified: { readonly weight: number; readonly total: number; readonly active: boolean }
  readonly ballots: readonly BallotAudit[]
  readonly documents: DocumentsAudit
  readonly rollouts: readonly RolloutAudit[]
  readonly digests: Digests
  /** Empty when everything holds. */
  readonly faults: readonly AuditFault[]
}

/** With what an audit is done. */
export interface AuditOptions {
  readonly verifier: Verifier
  /** Wall clock in ms. */
  readonly now: () => number
  readonly progress?: (done: number, total: number) => void
}

/** Checks a bundle: signatures, chains, then every ballot anew in a fresh replica. */
export function auditBundle(bundle: Bundle, options: AuditOptions): AuditReport {
  const { verifier, now, progress = () => undefined } = options
  const vouched = vouchedOps(bundle, verifier, progress)
  const store = new MemoryStore()
  store.commit({ puts: vouched.ops, drops: [], signatures: [], notes: [] })
  const replica = Replica.open({
    coalition: bundle.coalition,
    store,
    clock: { now },
    verifier,
    hash: nodeSha256,
  })
  const ballots = replica.views.ballots().map((ballot) => auditBallot(replica, ballot))
  const standing = replica.views.standing()
  const held = [...replica.ledger.byCid.values()]
  return {
    coalition: bundle.coalition,
    name: standing?.current.charter.name ?? '',
    ops: { total: bundle.ops.length, counted: held.filter(isCounted).length },
    chains: [...replica.ledger.chains.values()].filter(({ main }) => main.length > 0).length,
    forks: forksIn(replica),
    charters: (standing?.line ?? []).map(({ id, charter }) => ({
      id,
      version: charter.version,
      name: charter.name,
      stakeholders: charter.stakeholders.length,
    })),
    ratified: replica.views.ratification() ?? { weight: 0, total: 0, active: false },
    ballots,
    documents: auditDocuments(replica),
    rollouts: auditRollouts(replica),
    digests: replica.digest(),
    faults: [...vouched.faults, ...stateFaults(replica, ballots)],
  }
}

const forksIn = ({ ledger }: Replica): AuditReport['forks'] =>
  [...ledger.chains.values()]
    .filter(({ forkedAt }) => Number.isFinite(forkedAt))
    .map(({ key, forkedAt }) => ({ key, seq: forkedAt }))

function stateFaults(replica: Replica, ballots: readonly BallotAudit[]): AuditFault[] {
  const standing = replica.views.standing()
  if (standing === undefined)
    return [{ code: 'no-founding', what: 'the founding operation cannot be read' }]
  return [
    ...replica.missing().map((cid) => fault('missing', `${cid} is built on and missing`)),
    ...standing.violations.map(({ sentence }) => fault('violation', sentence)),
    ...ballots
      .filter(({ isJustified }) => isJustified === false)
      .map(({ id }) => fault('unjustified', `${id} was adopted on tallies that do not pass`)),
  ]
}

const fault = (code: AuditFault['code'], what: string): AuditFault => ({ code, what })

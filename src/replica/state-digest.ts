/** Digests that replicas with the same counted set share (design §2.7). */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { countedCids } from '../chain/archive/cid-list.ts'
import type { Ledger } from '../chain/ledger.ts'
import type { OpCid } from '../op/ids.ts'
import { courseOf } from '../proposal/rollout/course.ts'
import type { Ballot } from './ballot.ts'
import { countedPrint } from './counted-print.ts'
import type { Dispute } from './recourse/disputes.ts'
import { recordsOf } from './rollout/rollout.ts'
import type { Views } from './views.ts'

/** Digests of one replica, hex sha256. */
export interface Digests {
  /** Over the sorted CIDs of the counted set. */
  readonly ops: string
  /** Over the derived state, without local views. */
  readonly state: string
  /** Size of the counted set. */
  readonly count: number
}

/** Computes both digests; O(n log n). */
export function digestsOf(ledger: Ledger, views: Views): Digests {
  const { hash = sha256 } = ledger.options
  const { text, count } = countedCids(ledger.byCid)
  const state = utf8ToBytes(JSON.stringify(stateOf(ledger, views)))
  return { ops: bytesToHex(hash(text)), state: bytesToHex(hash(state)), count }
}

/** The derived state as plain, ordered data. */
function stateOf(ledger: Ledger, views: Views): unknown {
  const standing = views.standing()
  return {
    charters: standing?.line.map(({ id }) => id) ?? [],
    holders: [...(standing?.holders ?? [])].sort(byName),
    violations: standing?.violations.map(({ kind, ballots }) => [kind, ballots]) ?? [],
    ratified: [...views.topics.ratified].sort(byName),
    addresses: [...views.topics.addresses]
      .map(([key, { seq }]) => [key, seq] as const)
      .sort(byName),
    keys: keysOf(ledger),
    documents: [...views.topics.documents.keys()].sort().map((id) => documentOf(views, id)),
    proposals: [...views.topics.proposals.keys()].sort().map((id) => ballotOf(views, id)),
    artefacts: [...views.artefacts().byDigest.values()]
      .flat()
      .map(({ id, root, standing }) => [id, root, standing] as const)
      .sort(byName),
    notes: views
      .notes()
      .map(({ id, root, standing, reveals }) => [id, root, standing, reveals.length] as const)
      .sort(byName),
    disputes: views.matters.disputes().map(disputeOf),
    escalations: views.matters
      .escalations()
      .map(({ id, resolutions }) => [id, resolutions.map(({ cid }) => cid)]),
  }
}

const disputeOf = ({ id, state, closedBy, panels, mediators }: Dispute): unknown => [
  id,
  state,
  closedBy,
  panels.map(({ id: panel, members, ruled }) => [panel, members, ruled]),
  mediators.map(({ id: mediator, acceptedBy, rulings }) => [
    mediator,
    acceptedBy,
    rulings.map(({ cid }) => cid),
  ]),
]

const byName = (a: readonly [string, ...unknown[]], b: readonly [string, ...unknown[]]): number =>
  a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0

function keysOf(ledger: Ledger): unknown {
  const { keyring } = ledger
  const roots = keyring.roots().map((root) => [root, cutOf(ledger, root)] as const)
  const nodes = keyring
    .nodeKeys()
    .map(
      (key) =>
        [
          key,
          keyring.rootOf(key),
          cutOf(ledger, key),
          [...keyring.capabilitiesOf(key)].sort(),
        ] as const,
    )
  return [[...roots].sort(byName), [...nodes].sort((a, b) => (a[0] < b[0] ? -1 : 1))]
}

/** The first seq that does not count, or null. A fork above a revocation shows nowhere. */
function cutOf(ledger: Ledger, key: Parameters<Ledger['chain']>[0]): number | null {
  const cut = ledger.chains.get(key)?.cut ?? Number.POSITIVE_INFINITY
  return Number.isFinite(cut) ? cut : null
}

function outcomeOf(views: Views, id: Parameters<Views['ballot']>[0]): unknown {
  const outcome = views.standing()?.outcomes.get(id)
  return outcome ? [outcome.outcome, outcome.round, outcome.endedBy, outcome.isRecorded] : null
}

/** What was said about a document; what it holds is a function of that, and not derived here. */
function documentOf(views: Views, id: OpCid): unknown {
  const topic = views.topics.documents.get(id)
  const freezes = topic?.freezes.map(({ held }) => held.op.cid) ?? []
  return [id, topic?.creation?.body.title ?? null, topic?.edits.length ?? 0, freezes.sort()]
}

/** What counts of a rollout; when soaks and appeal windows are over is each node's own clock's. */
function rolloutOf(views: Views, ballot: Ballot): unknown {
  const standing = views.standing()
  const { planned } = ballot
  if (!planned || !standing) return null
  const records = recordsOf(ballot, standing)
  const scene = { plan: planned.plan, rollback: planned.rollback, cohorts: planned.cohorts }
  const { stages, halts, moved, attempt } = courseOf({ ...scene, records, now: END_OF_TIME })
  return [
    attempt,
    moved,
    halts.map(({ statements }) => statements),
    stages.map(({ progress, members, closes }) => [
      progress,
      members.map(({ status }) => status),
      closes.map(({ cid }) => cid),
    ]),
  ]
}

/** When every soak is over. */
const END_OF_TIME = Number.POSITIVE_INFINITY

function ballotOf(views: Views, id: Parameters<Views['ballot']>[0]): unknown {
  const ballot = views.ballot(id)
  if (!ballot.ok) return [id, ballot.code]
  return [
    id,
    countedPrint(ballot.value),
    outcomeOf(views, id),
    views.standing()?.provisional.get(id) ?? null,
    rolloutOf(views, ballot.value),
  ]
}

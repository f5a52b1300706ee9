/** A coalition of replicas in memory: founded, ratified, keys delegated. Exchange is up to the test. */

import { OpensslVerifier } from '../../node/crypto/openssl-verifier.ts'
import { RULES, type SettleRules } from '../../src/ballot/rules.ts'
import { countersignInput } from '../../src/chain/keyring.ts'
import type { Incoming } from '../../src/chain/run.ts'
import type { Charter, Track } from '../../src/charter/schema.ts'
import { cidOf } from '../../src/op/cid.ts'
import type { CoalitionId, KeyId, OpCid, StakeholderId, Value } from '../../src/op/ids.ts'
import { keyBytes } from '../../src/op/key-id.ts'
import { encodeOp, type Op, type SignedOp, type Signer, signOp } from '../../src/op/operation.ts'
import { unwrap } from '../../src/op/refusal.ts'
import type { Verifier } from '../../src/op/signature.ts'
import { CAPABILITIES, type Capability } from '../../src/op/type.ts'
import type { Draft } from '../../src/replica/draft.ts'
import { type Issued, Replica } from '../../src/replica/replica.ts'
import { MemoryStore } from '../../src/replica/store.ts'
import { signerNumber, TestClock } from './people.ts'

const HOUR_MS = 3_600_000

/** A track with short, plain rules. */
export const testTrack = (over: Partial<Track> = {}): Track => ({
  windows: {
    deliberation: 0,
    review: 0,
    interop: 0,
    voting: HOUR_MS,
    settle: 60_000,
    validity: 24 * HOUR_MS,
    appeal: 0,
  },
  quorum: { num: 1, den: 2 },
  approval: { at: { num: 1, den: 2 }, of: 'cast' },
  chambers: [],
  veto: { owners: false, coalition: null, override: null },
  gates: {},
  contingency: null,
  ...over,
})

/** A member of a test coalition. */
export interface Member {
  readonly id: StakeholderId
  readonly root: Signer
  readonly node: Signer
  readonly weight: number
}

/** A charter for members with the given weights. */
export const testCharter = (members: readonly Member[], over: Partial<Charter> = {}): Charter => ({
  version: 1,
  protocol: 1,
  name: 'Test Coalition',
  purpose: 'to test',
  stakeholders: members.map(({ id, root, weight }) => ({
    id,
    name: id,
    root: keyBytes(root.key),
    weight,
    functions: [],
    jurisdictions: [],
  })),
  functions: {},
  components: [],
  tracks: {
    standard: testTrack(),
    emergency: testTrack(),
    constitutional: testTrack(),
  },
  limits: {
    maxWeightShare: { num: 1, den: 1 },
    opsPerMinute: 100_000,
    openBallots: 100,
    keyMaxAge: 365 * 24 * HOUR_MS,
    checkpointEvery: HOUR_MS,
  },
  leavers: [],
  holders: [],
  ...over,
})

/** Makes chains by hand: an author that tests can make do anything. */
export class Author {
  readonly signer: Signer
  readonly coalition: CoalitionId | null
  readonly ops: (SignedOp & { readonly op: Op })[] = []

  constructor(signer: Signer, coalition: CoalitionId | null) {
    this.signer = signer
    this.coalition = coalition
  }

  /** Signs the next operation of the chain, or, with `after`, one that forks it there. */
  say(draft: Draft, at: number, after: number = this.ops.length): SignedOp & { readonly op: Op } {
    const prev = after === 0 ? undefined : this.ops[after - 1]
    const signed = signOp(
      {
        v: 1,
        coalition: this.coalition,
        key: this.signer.key,
        seq: after,
        prev: prev?.op.cid ?? null,
        at,
        ...draft,
      },
      this.signer,
    )
    if (after === this.ops.length) this.ops.push(signed)
    return signed
  }
}

/** A founded coalition: what every replica starts from. */
export interface Founded {
  readonly coalition: CoalitionId
  readonly charter: Charter
  readonly members: readonly Member[]
  readonly roots: ReadonlyMap<StakeholderId, Author>
  /** Founding, ratifications, delegations. */
  readonly ops: readonly (SignedOp & { readonly op: Op })[]
  readonly at: number
}

/** Members s1 … sn; `from` sets the first key number. */
export const testMembers = (weights: readonly number[], from = 0): Member[] =>
  weights.map((weight, i) => ({
    id: `s${i + 1}` as StakeholderId,
    root: signerNumber(1000 + 2 * (from + i)),
    node: signerNumber(1001 + 2 * (from + i)),
    weight,
  }))

/** The body of a delegation of `node` by `root`. */
export const delegation = (
  coalition: CoalitionId,
  root: Signer,
  node: Signer,
  can: readonly Capability[] = CAPABILITIES,
): Draft => ({
  type: 'key.delegate',
  refs: [],
  body: {
    key: keyBytes(node.key),
    countersignature: node.sign(countersignInput(coalition, root.key)),
    can: [...can],
  },
})

/** Founds a coalition. */
export function found(
  weights: readonly number[],
  over: Partial<Charter> = {},
  at = 1_800_000_000_000,
  from = 0,
): Founded {
  const members = testMembers(weights, from)
  return foundBy(members, testCharter(members, over), at)
}

/** Founds a coalition of these members on a charter of theirs. */
export function foundBy(
  members: readonly Member[],
  charter: Charter,
  at = 1_800_000_000_000,
): Founded {
  const [founder] = members
  if (!founder) throw new RangeError('a coalition has members')
  const body = { charter } as unknown as Record<string, Value>
  const envelope = {
    v: 1,
    coalition: null,
    key: founder.root.key,
    seq: 0,
    prev: null,
    at,
    refs: [],
  }
  const coalition = cidOf(encodeOp({ ...envelope, type: 'coalition.found', body }))
  const roots = new Map(members.map(({ id, root }) => [id, new Author(root, coalition)]))
  const ops = []
  for (const { id, root, node } of members) {
    const author = roots.get(id)
    if (!author) throw new RangeError('every member has a root')
    if (id === founder.id) {
      const signed = signOp({ ...envelope, type: 'coalition.found', body }, founder.root)
      author.ops.push(signed)
      ops.push(signed)
    }
    ops.push(
      author.say({ type: 'charter.ratify', refs: [coalition], body: { charter: 0 } }, at),
      author.say(delegation(coalition, root, node), at),
    )
  }
  return { coalition, charter, members, roots, ops, at }
}

/** Verifiers cache keys; one is enough. */
export const verifier: Verifier = new OpensslVerifier()

/** A replica of a founded coalition. */
export function openReplica(
  founded: Founded,
  options: {
    readonly member?: Member
    readonly clock?: TestClock
    readonly store?: MemoryStore
    readonly rules?: Partial<SettleRules>
  } = {},
): Replica {
  const replica = Replica.open({
    coalition: founded.coalition,
    store: options.store ?? new MemoryStore(),
    clock: options.clock ?? new TestClock(founded.at),
    verifier,
    rules: { ...RULES, ...options.rules },
    ...(options.member && { signer: options.member.node }),
  })
  replica.ingest(founded.ops)
  return replica
}

/** A member's replica with a way to speak. */
export class Party {
  readonly member: Member
  readonly replica: Replica
  readonly said: Issued[] = []

  constructor(member: Member, replica: Replica) {
    this.member = member
    this.replica = replica
  }

  issue(draft: Draft): Issued {
    const issued = unwrap(this.replica.issue(draft))
    this.said.push(issued)
    return issued
  }

  /** Does what is due until nothing is; returns what was said. */
  doDuties(): Issued[] {
    const said: Issued[] = []
    for (let i = 0; i < 1000; i++) {
      const [duty] = this.replica.duties().due
      if (!duty) return said
      const issued = unwrap(this.replica.perform(duty))
      if (issued) said.push(issued)
    }
    throw new RangeError('duties never end')
  }
}

/** Every operation that a replica holds, each with its own signature where it has one. */
export function heldOps(replica: Replica): Incoming[] {
  const list: Incoming[] = []
  for (const chain of replica.ledger.chains.values())
    for (const { op } of chain.main) {
      const stored = replica.stored(op.cid)
      if (stored) list.push({ bytes: stored.bytes, sig: stored.sig })
    }
  return list
}

/** What an upgrade has to say of itself. */
export const UPGRADE_SCOPE: ProposalSketch['scope'] = {
  objectives: ['It works'],
  nonGoals: ['Anything else'],
  compatibility: ['With all that is there'],
  performance: ['As before'],
  variability: ['None'],
}

/** A proposal draft with nothing special. */
export const simpleProposal = (slot: string, title = slot): ProposalSketch => ({
  kind: 'resolution',
  track: 'standard',
  title,
  summary: '',
  text: title,
  scope: { objectives: [], nonGoals: [], compatibility: [], performance: [], variability: [] },
  components: [],
  slot,
  subjects: [],
  reversible: true,
})
type ProposalSketch = import('../../src/replica/acts.ts').ProposalInput

/** Shorthand. */
export type { CoalitionId, KeyId, OpCid }

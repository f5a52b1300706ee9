/**
 * Who may sign what (design §2.3): roots, the node keys that they delegated, revocations.
 *
 * 1. A root is known from the founding charter (rank 0) or from a counted amendment (rank 1, 2, …
 *    in the order in which counting discovers it).
 * 2. A root's words about keys hold only below its own cut; a delegation above it is *stray*: it
 *    makes the key known, frozen from its first operation. Of the stray delegations of a key by one
 *    root those count that for some capability have the lowest CID, so more of them can give a key
 *    more, never take anything away.
 * 3. A key belongs to the known root of the lowest rank that delegated it; two of one rank freeze
 *    it from its first operation. (So a root that a key's own amendment brought in cannot undo that
 *    key, and the counted set stays a function of the set of operations.)
 * 4. Of several revocations of a key the lowest holds.
 * 5. A key that an amendment names as a root stays the node key that a root of lower rank made it:
 *    nobody is silenced by being named. A root cannot be delegated by one of its rank or later.
 */
import type { CID } from 'multiformats/cid'
import { cidBytes } from '../op/cid.ts'
import type { CoalitionId, KeyId, OpCid } from '../op/ids.ts'
import { keyBytes, keyIdFromBytes } from '../op/key-id.ts'
import type { Op } from '../op/operation.ts'
import type { Verifier } from '../op/signature.ts'
import { type Capability, FIRST_PROTOCOL, readBody } from '../op/type.ts'
import { LayeredMap } from './layered-map.ts'
import { keyDelegate, keyRevoke } from './ops.ts'

/** One delegation of a node key by a root. */
export interface Delegation {
  readonly key: KeyId
  readonly root: KeyId
  readonly op: OpCid
  readonly seq: number
  readonly at: number
  readonly can: readonly Capability[]
  readonly box?: string
  readonly label?: string
  readonly notAfter?: number
  /** Said at or after the root's cut: the key is frozen from seq 0. */
  readonly stray: boolean
}

/** What a delegation says, wherever it stands. */
type Claim = Omit<Delegation, 'stray'>

/** One revocation. */
export interface Revocation {
  readonly key: KeyId
  readonly root: KeyId
  readonly op: OpCid
  readonly seq: number
  readonly lastGood: { readonly seq: number; readonly cid: CID } | null
  readonly reason: string
}

/** A keyring as plain data: roots by rank, and the operations that say something about keys. */
export interface KeyringMemory {
  readonly ranks: readonly (readonly [KeyId, number])[]
  readonly delegations: readonly (readonly [OpCid, boolean])[]
  readonly revocations: readonly OpCid[]
}

/** What follows from who delegated a key. */
interface Bond {
  /** The roots of the lowest rank that delegated it: more than one is a double claim. */
  readonly owners: readonly KeyId[]
  readonly claimants: readonly KeyId[]
  /** What each root lets it do. */
  readonly grants: ReadonlyMap<KeyId, ReadonlySet<Capability>>
}

const NO_GRANTS: ReadonlySet<Capability> = new Set()
const NO_DELEGATIONS: readonly Delegation[] = []
const NO_REVOCATIONS: readonly Revocation[] = []
const UNBOUND: Bond = { owners: [], claimants: [], grants: new Map() }

const COUNTERSIGN_DOMAIN = new TextEncoder().encode('folkmoot/delegate/v1\0')

/** What a node key signs to be delegated: domain ‖ coalition CID ‖ root key. */
export function countersignInput(coalition: CoalitionId, root: KeyId): Uint8Array {
  const parts = [COUNTERSIGN_DOMAIN, cidBytes(coalition), keyBytes(root)]
  const message = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    message.set(part, at)
    at += part.length
  }
  return message
}

/**
 * What was read of delegations by a verifier in a coalition. It is a function of the operation, so
 * the replicas of one process share it: where many hold the same operations each is read once.
 */
const claimsRead = new WeakMap<Verifier, Map<CoalitionId, WeakMap<Op, Claim | null>>>()

function claimsOf(verifier: Verifier, coalition: CoalitionId): WeakMap<Op, Claim | null> {
  const byCoalition = claimsRead.get(verifier) ?? new Map()
  claimsRead.set(verifier, byCoalition)
  const claims = byCoalition.get(coalition) ?? new WeakMap()
  byCoalition.set(coalition, claims)
  return claims
}

/** Roots, delegations and revocations of one counted set. */
export class Keyring {
  private readonly ranks: LayeredMap<KeyId, number>
  private readonly delegations: LayeredMap<KeyId, Delegation[]>
  private readonly revocations: LayeredMap<KeyId, Revocation[]>
  /** Asked for with every statement; of a key until something is said about it. */
  private readonly bonds: LayeredMap<KeyId, Bond>
  private readonly coalition: CoalitionId
  private readonly verifier: Verifier
  /** Delegations that were read before, null for false ones: a recount does not check them again. */
  private readonly claimed: WeakMap<Op, Claim | null>

  /** `like`: one that knows the same at first; what is learnt later is each one's own. */
  constructor(coalition: CoalitionId, verifier: Verifier, like?: Keyring) {
    this.ranks = like?.ranks.fork() ?? new LayeredMap()
    this.delegations = like?.delegations.fork() ?? new LayeredMap()
    this.revocations = like?.revocations.fork() ?? new LayeredMap()
    this.bonds = like?.bonds.fork() ?? new LayeredMap()
    this.coalition = coalition
    this.verifier = verifier
    this.claimed = claimsOf(verifier, coalition)
  }

  /** Forgets everything but the delegations that were checked. */
  reset(): void {
    this.ranks.clear()
    this.delegations.clear()
    this.revocations.clear()
    this.bonds.clear()
  }

  /** What it knows. */
  memory(): KeyringMemory {
    const words = (list: Delegation[]) => list.map(({ op, stray }) => [op, stray] as const)
    return {
      ranks: [...this.ranks],
      delegations: [...this.delegations.values()].flatMap(words),
      revocations: [...this.revocations.values()].flatMap((list) => list.map(({ op }) => op)),
    }
  }

  /** Knows again what another knew; `opOf` has the operations. */
  recall({ ranks, delegations, revocations }: KeyringMemory, opOf: (cid: OpCid) => Op): void {
    for (const [root, rank] of ranks) this.ranks.set(root, rank)
    for (const [cid, stray] of delegations) this.read(opOf(cid), stray)
    for (const cid of revocations) this.read(opOf(cid), false)
  }

  /** Makes a root known; the first rank stays. False when it was known or its key is unacceptable. */
  learnRoot(root: KeyId, rank: number): boolean {
    if (this.ranks.has(root) || !this.verifier.acceptsKey(root)) return false
    this.ranks.set(root, rank)
    this.bonds.clear()
    return true
  }

  isRoot(key: KeyId): boolean {
    return this.ranks.has(key)
  }

  rankOf(root: KeyId): number {
    return this.ranks.get(root) ?? Number.POSITIVE_INFINITY
  }

  /** Root keys in no particular order. */
  roots(): KeyId[] {
    return [...this.ranks.keys()]
  }

  /** A known key: a root, or delegated by a known root. */
  knows(key: KeyId): boolean {
    return this.ranks.has(key) || this.delegations.has(key)
  }

  /** Node keys that were ever delegated. */
  nodeKeys(): KeyId[] {
    return [...this.delegations.keys()]
  }

  /** Takes in a root's operation; returns the key that it speaks of, when it has effect. */
  read(op: Op, stray: boolean): { readonly key: KeyId; readonly isNew: boolean } | undefined {
    if (op.type === keyDelegate.type) return this.readDelegation(op, stray)
    if (op.type === keyRevoke.type && !stray) return this.readRevocation(op)
    return undefined
  }

  /** What an operation delegates, if its body is understood and the key has countersigned. */
  claimOf(op: Op): Claim | undefined {
    if (op.type !== keyDelegate.type) return undefined
    const known = this.claimed.get(op)
    if (known !== undefined) return known ?? undefined
    const claim = this.readClaim(op)
    this.claimed.set(op, claim ?? null)
    return claim
  }

  /** The key of which an operation speaks, if it is understood. */
  subjectOf(op: Op): KeyId | undefined {
    if (op.type !== keyRevoke.type) return this.claimOf(op)?.key
    const body = readBody(op, keyRevoke, FIRST_PROTOCOL)
    return body.ok ? keyIdFromBytes(body.value.key) : undefined
  }

  private readDelegation(op: Op, stray: boolean): { key: KeyId; isNew: boolean } | undefined {
    const claim = this.claimOf(op)
    if (!claim || this.rankOf(claim.key) <= this.rankOf(op.key)) return undefined
    const known = this.delegations.owned(claim.key, (list) => [...list]) ?? []
    known.push({ ...claim, stray })
    this.delegations.set(claim.key, known)
    this.bonds.delete(claim.key)
    return { key: claim.key, isNew: known.length === 1 }
  }

  private readClaim(op: Op): Claim | undefined {
    const body = readBody(op, keyDelegate, FIRST_PROTOCOL)
    if (!body.ok) return undefined
    const key = keyIdFromBytes(body.value.key)
    if (!this.verifier.acceptsKey(key)) return undefined
    const message = countersignInput(this.coalition, op.key)
    if (!this.verifier.verify(body.value.countersignature, message, key)) return undefined
    const { can, box, label, notAfter } = body.value
    return {
      key,
      root: op.key,
      op: op.cid,
      seq: op.seq,
      at: op.at,
      can,
      ...(box !== undefined && { box }),
      ...(label !== undefined && { label }),
      ...(notAfter !== undefined && { notAfter }),
    }
  }

  private readRevocation(op: Op): { key: KeyId; isNew: boolean } | undefined {
    const body = readBody(op, keyRevoke, FIRST_PROTOCOL)
    if (!body.ok) return undefined
    const key = keyIdFromBytes(body.value.key)
    if (!this.delegations.get(key)?.some((d) => d.root === op.key)) return undefined
    const { lastGood, reason } = body.value
    const known = this.revocations.owned(key, (list) => [...list]) ?? []
    known.push({ key, root: op.key, op: op.cid, seq: op.seq, lastGood, reason })
    this.revocations.set(key, known)
    return { key, isNew: false }
  }

  /** The root that a key belongs to (rule 3); for a root that nobody delegated, itself. */
  rootOf(key: KeyId): KeyId | undefined {
    return this.bond(key).owners[0] ?? (this.ranks.has(key) ? key : undefined)
  }

  private bond(key: KeyId): Bond {
    const known = this.bonds.get(key)
    if (known) return known
    const delegations = this.delegations.get(key)
    // Anybody may ask for a key that nobody delegated: that is not remembered.
    if (!delegations) return UNBOUND
    const bond = this.bindingOf(key, delegations)
    this.bonds.set(key, bond)
    return bond
  }

  private bindingOf(key: KeyId, delegations: readonly Delegation[]): Bond {
    const owners = [...new Set(this.claims(key).map(({ root }) => root))].sort()
    const [first] = owners
    const byRoot = Map.groupBy(delegations, ({ root }) => root)
    const claimants = [...byRoot.keys()].sort((a, b) =>
      a === first || (b !== first && a < b) ? -1 : 1,
    )
    const grants = new Map(
      [...byRoot].map(([root, own]) => [root, new Set(own.flatMap(({ can }) => can))]),
    )
    return { owners, claimants, grants }
  }

  /** The delegations that bind: of the lowest rank, and said below a cut where there are such. */
  private claims(key: KeyId): readonly Delegation[] {
    const list = this.delegations.get(key) ?? NO_DELEGATIONS
    if (list.length <= 1) return list
    const rank = Math.min(...list.map((d) => this.rankOf(d.root)))
    const first = list.filter((d) => this.rankOf(d.root) === rank)
    const sound = first.filter((d) => !d.stray)
    return sound.length > 0 ? sound : first
  }

  /** Delegations of a key by the root that it belongs to. */
  delegationsOf(key: KeyId): readonly Delegation[] {
    const root = this.rootOf(key)
    return this.claims(key).filter((d) => d.root === root)
  }

  /** Revocations of a key by the root that it belongs to. */
  revocationsOf(key: KeyId): readonly Revocation[] {
    const root = this.rootOf(key)
    return (this.revocations.get(key) ?? []).filter((r) => r.root === root)
  }

  /** Node keys of a root. */
  keysOf(root: KeyId): KeyId[] {
    return this.nodeKeys().filter((key) => this.rootOf(key) === root)
  }

  /** What a key may do: the union of its delegations (§2.3). */
  capabilitiesOf(key: KeyId): ReadonlySet<Capability> {
    return new Set(this.delegationsOf(key).flatMap((d) => d.can))
  }

  /** Every root that ever delegated a key, the one that it belongs to first. */
  claimantsOf(key: KeyId): readonly KeyId[] {
    return this.bond(key).claimants
  }

  /** What one root lets a key do: the union of its delegations. */
  grantsOf(key: KeyId, root: KeyId): ReadonlySet<Capability> {
    return this.bond(key).grants.get(root) ?? NO_GRANTS
  }

  /** Revocations of a key by one root. */
  revocationsBy(key: KeyId, root: KeyId): readonly Revocation[] {
    const list = this.revocations.get(key)
    return list ? list.filter((r) => r.root === root) : NO_REVOCATIONS
  }

  /** Stray delegations of a key, by whatever root. */
  strayDelegationsOf(key: KeyId): readonly Delegation[] {
    return (this.delegations.get(key) ?? []).filter(({ stray }) => stray)
  }

  /** First seq of a key that does not count because of what roots said; Infinity when all does. */
  cutOf(key: KeyId): number {
    const delegations = this.delegationsOf(key)
    if (delegations.length === 0) return Number.POSITIVE_INFINITY
    if (this.bond(key).owners.length > 1 || delegations.every((d) => d.stray)) return 0
    const cuts = this.revocationsOf(key).map((r) => (r.lastGood === null ? 0 : r.lastGood.seq + 1))
    return Math.min(Number.POSITIVE_INFINITY, ...cuts)
  }
}

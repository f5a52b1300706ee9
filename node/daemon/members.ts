/**
 * Whose keys may gossip and sync: the keys of the coalition's present and named future members, and
 * of members that left and are still needed or not told yet (§3.3).
 */
import type { KeyId, OpCid } from '../../src/op/ids.ts'
import { charterNote } from '../../src/replica/local.ts'
import type { Replica } from '../../src/replica/replica.ts'
import type { Touched } from '../../src/replica/topics.ts'
import { formerRoots, removalOf, rootsOf, rootsOnOpenBallots } from '../api/leaving.ts'

/** Longest that a member that left may connect to learn of it, in ms. */
export const FAREWELL_MS = 24 * 3_600_000

/** The member keys by what the replica holds, kept up to date. */
export class Members {
  private readonly replica: Replica
  private readonly onChange: () => void
  private keys: ReadonlySet<KeyId>
  private charter: OpCid | undefined
  /** When the last session with a leaver's key began that completed, in ms. */
  private readonly heardUs = new Map<KeyId, number>()

  /** `onChange` is told when a key came or went. */
  constructor(replica: Replica, onChange: () => void) {
    this.replica = replica
    this.onChange = onChange
    this.keys = this.memberKeys()
    replica.on('change', (touched) => this.look(touched))
  }

  /** A session with the key completed that began then (ms): it holds all that we held. */
  synced(key: KeyId, beganAt: number): void {
    if (this.isFormer(key)) this.heardUs.set(key, beganAt)
    this.check()
  }

  /** Call now and then: a leaver's time ends without any operation. */
  check(): void {
    if (formerRoots(this.replica).size > 0) this.renew()
  }

  /** True for a node key that may gossip and sync. */
  has(key: KeyId): boolean {
    return this.keys.has(key)
  }

  private look(touched: readonly Touched[]): void {
    const charter = this.replica.charter?.id
    const isSame = charter === this.charter && !touched.some((one) => this.mayMatter(one))
    this.charter = charter
    if (!isSame) this.renew()
  }

  private mayMatter(touched: Touched): boolean {
    if (touched.view !== 'proposal') return touched.view !== 'addresses'
    return this.replica.views.topics.amendments.has(touched.id)
  }

  private renew(): void {
    const keys = this.memberKeys()
    if (keys.size === this.keys.size && keys.isSubsetOf(this.keys)) return
    this.keys = keys
    this.onChange()
  }

  /**
   * Keys that the roots of the charter in force delegated and did not revoke; those of roots that an
   * amendment beyond it names, who may connect, delegate and accept before it is adopted; and those
   * of leavers to whom there is something left to say.
   */
  private memberKeys(): Set<KeyId> {
    const { keyring } = this.replica.ledger
    const roots: ReadonlySet<KeyId | undefined> = memberRoots(this.replica)
    const leaving = this.leavingKeys()
    const may = (key: KeyId) => roots.has(keyring.rootOf(key)) || leaving.has(key)
    return new Set(
      keyring.nodeKeys().filter((key) => may(key) && keyring.revocationsOf(key).length === 0),
    )
  }

  private leavingKeys(): ReadonlySet<KeyId> {
    const former = formerRoots(this.replica)
    if (former.size === 0) return former
    const needed = rootsOnOpenBallots(this.replica)
    const { keyring } = this.replica.ledger
    return new Set(
      [...former].flatMap((root) =>
        keyring.keysOf(root).filter((key) => needed.has(root) || this.mayHear(key, root)),
      ),
    )
  }

  /** A leaver's key that has not heard from us since, and may yet. */
  private mayHear(key: KeyId, root: KeyId): boolean {
    const { local, clock } = this.replica
    const removal = removalOf(this.replica, root)
    const since = removal && local.moment(charterNote(removal.id))
    if (since === undefined || clock.now() >= since + FAREWELL_MS) return false
    return (this.heardUs.get(key) ?? Number.NEGATIVE_INFINITY) < since
  }

  private isFormer(key: KeyId): boolean {
    const root = this.replica.ledger.keyring.rootOf(key)
    return root !== undefined && formerRoots(this.replica).has(root)
  }
}

function memberRoots({ charter, views }: Replica): Set<KeyId> {
  if (!charter) return new Set()
  const next = [...views.topics.amendments.values()].flatMap(({ amendment }) => amendment ?? [])
  const ahead = next.filter(({ version }) => version > charter.charter.version)
  return new Set([charter.charter, ...ahead].flatMap(rootsOf))
}

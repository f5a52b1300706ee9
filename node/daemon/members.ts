/** Who may gossip and sync: node keys of the coalition's present and named future members (§3.3). */
import type { Charter } from '../../src/charter/schema.ts'
import type { KeyId, OpCid } from '../../src/op/ids.ts'
import { keyIdFromBytes } from '../../src/op/key-id.ts'
import type { Replica } from '../../src/replica/replica.ts'
import type { Touched } from '../../src/replica/topics.ts'

/** The member keys by what the replica holds, kept up to date. */
export class Members {
  private readonly replica: Replica
  private readonly onChange: () => void
  private keys: ReadonlySet<KeyId>
  private charter: OpCid | undefined

  /** `onChange` is told when a key came or went. */
  constructor(replica: Replica, onChange: () => void) {
    this.replica = replica
    this.onChange = onChange
    this.keys = memberKeys(replica)
    replica.on('change', (touched) => this.look(touched))
  }

  /** True for a node key that may gossip and sync. */
  has(key: KeyId): boolean {
    return this.keys.has(key)
  }

  private look(touched: readonly Touched[]): void {
    const charter = this.replica.charter?.id
    if (charter === this.charter && !touched.some((one) => this.mayMatter(one))) return
    this.charter = charter
    const keys = memberKeys(this.replica)
    if (keys.size === this.keys.size && keys.isSubsetOf(this.keys)) return
    this.keys = keys
    this.onChange()
  }

  private mayMatter(touched: Touched): boolean {
    if (touched.view !== 'proposal') return touched.view !== 'addresses'
    const topic = this.replica.views.topics.proposals.get(touched.id)
    return topic?.proposal?.body.amendment !== undefined
  }
}

/**
 * Keys that the roots of the charter in force delegated and did not revoke; and those of roots that
 * an amendment beyond it names, who may connect, delegate and accept before it is adopted.
 */
function memberKeys(replica: Replica): Set<KeyId> {
  const { keyring } = replica.ledger
  const roots: ReadonlySet<KeyId | undefined> = memberRoots(replica)
  const delegated = keyring.nodeKeys().filter((key) => roots.has(keyring.rootOf(key)))
  return new Set(delegated.filter((key) => keyring.revocationsOf(key).length === 0))
}

function memberRoots({ charter, views }: Replica): Set<KeyId> {
  if (!charter) return new Set()
  const next = [...views.topics.proposals.values()].flatMap(
    ({ proposal }) => proposal?.body.amendment ?? [],
  )
  const ahead = next.filter(({ version }) => version > charter.charter.version)
  return new Set([charter.charter, ...ahead].flatMap(rootsOf))
}

const rootsOf = ({ stakeholders }: Charter): KeyId[] =>
  stakeholders.map(({ root }) => keyIdFromBytes(root))

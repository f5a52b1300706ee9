/**
 * A replica's frontier: what counts of each key, exactly (design §2.6). A sound key is its length
 * and head; a forked one its cut and the two operations that prove it; a key that only the broken
 * part of a root's chain delegates also has those delegations. What else is pulled out of a frozen
 * chain follows from these, and is asked for by name.
 */
import type { Chain, Held } from '../chain/held.ts'
import { proofsOf } from '../chain/recount.ts'
import { CID_BYTES, cidBytes } from '../op/cid.ts'
import type { OpCid } from '../op/ids.ts'
import { keyBytes } from '../op/key-id.ts'
import type { Op } from '../op/operation.ts'
import type { Replica } from '../replica/replica.ts'

/** What a replica counts of one key. */
export interface FrontierEntry {
  readonly chain: Chain
  /** Counted operations of the gap-free chain: seqs 0 … length − 1. */
  readonly length: number
  /** `cut` by a revocation, a double claim or a broken root; a fork is proven by `proofs`. */
  readonly state: ChainState
  /** The CIDs that prove a fork; none otherwise. */
  readonly proofs: readonly OpCid[]
  /** Operations on the broken part of a root's chain that delegate the key. */
  readonly delegations: readonly OpCid[]
  /** Everything that counts of the key, as bytes to hash. */
  readonly bytes: Uint8Array
}

/** Why a key's counted chain ends where it ends. */
export type ChainState = 'open' | 'cut' | 'forked'

/** The frontier, ordered by key; keys of which nothing counts are not in it. */
export function frontierOf({ ledger }: Replica): FrontierEntry[] {
  const entries: FrontierEntry[] = []
  for (const chain of ledger.chains.values()) {
    if (!ledger.keyring.knows(chain.key)) continue
    const delegations = ledger.keyring.strayDelegationsOf(chain.key).map(({ op }) => op)
    const isSound = delegations.length === 0 && !Number.isFinite(chain.cut)
    const entry = isSound ? soundEntry(chain) : entryOf(chain, delegations.sort())
    if (entry.length > 0 || !isPlain(entry)) entries.push(entry)
  }
  return entries.sort((a, b) => (a.chain.key < b.chain.key ? -1 : 1))
}

/** Where an entry's bytes say its length, and where its first CID begins. */
const LENGTH_AT = 32
const CIDS_AT = LENGTH_AT + 8 + 1

/** The key of an entry, as bytes. */
export const keyOf = ({ bytes }: FrontierEntry): Uint8Array => bytes.subarray(0, LENGTH_AT)

/** The CID of its last counted operation, as bytes; undefined where none counts. */
export const headOf = ({ bytes, length }: FrontierEntry): Uint8Array | undefined =>
  length === 0 ? undefined : bytes.subarray(CIDS_AT, CIDS_AT + CID_BYTES)

/** True for a key of which length and head say everything. */
export const isPlain = ({ state, delegations }: FrontierEntry): boolean =>
  state === 'open' && delegations.length === 0

/** Length and head say everything of a sound key: as bytes they follow from the head alone. */
const soundBytes = new WeakMap<Op, Uint8Array>()

function soundEntry(chain: Chain): FrontierEntry {
  const { length } = chain.main
  const head = chain.main[length - 1]?.op
  const known = head && soundBytes.get(head)
  if (known) return { chain, length, state: 'open', proofs: [], delegations: [], bytes: known }
  const entry = entryOf(chain, [])
  if (head) soundBytes.set(head, entry.bytes)
  return entry
}

function entryOf(chain: Chain, delegations: readonly OpCid[]): FrontierEntry {
  const length = Math.min(chain.main.length, chain.cut)
  const state = stateOf(chain)
  const proofs = state === 'forked' ? proofsOf(chain).map(({ op }) => op.cid) : []
  const head = chain.main[length - 1]?.op.cid
  const cids = [...(head ? [head] : []), ...proofs, ...pulled(chain), ...delegations]
  const bytes = new Uint8Array(CIDS_AT + CID_BYTES * cids.length)
  bytes.set(keyBytes(chain.key))
  new DataView(bytes.buffer).setBigUint64(LENGTH_AT, BigInt(length))
  bytes[CIDS_AT - 1] = STATE_BYTES[state]
  cids.forEach((cid, i) => {
    bytes.set(cidBytes(cid), CIDS_AT + CID_BYTES * i)
  })
  return { chain, length, state, proofs, delegations, bytes }
}

const STATE_BYTES: Readonly<Record<ChainState, number>> = { open: 0, cut: 1, forked: 2 }

function stateOf({ cut, forkedAt }: Chain): ChainState {
  if (!Number.isFinite(cut)) return 'open'
  return forkedAt > cut ? 'cut' : 'forked'
}

/** CIDs above the cut that operations of the counted set build on, sorted. */
function pulled(chain: Chain): OpCid[] {
  if (!Number.isFinite(chain.cut)) return []
  const above: Held[] = [...chain.main.slice(chain.cut), ...chain.strays.values()]
  return above
    .filter((held) => held.standing === 'pulled')
    .map(({ op }) => op.cid)
    .sort()
}

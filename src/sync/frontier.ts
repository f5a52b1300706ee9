/**
 * A replica's frontier: what it has of each key, exactly (design §2.6). A sound key is its length
 * and head; a forked one its cut and the two operations that prove it; what is pulled out of a
 * frozen chain shows in the digest and is asked for by name.
 */
import type { Chain, Held } from '../chain/held.ts'
import { proofsOf } from '../chain/recount.ts'
import { cidBytes } from '../op/cid.ts'
import type { KeyId, OpCid } from '../op/ids.ts'
import { keyBytes } from '../op/key-id.ts'
import type { Replica } from '../replica/replica.ts'

/** What a replica has of one key. */
export interface FrontierEntry {
  readonly key: KeyId
  /** Counted operations of the gap-free chain: seqs 0 … length − 1. */
  readonly length: number
  /** `open`; `cut` by a revocation or a double claim; or the two CIDs that prove a fork. */
  readonly state: 'open' | 'cut' | readonly OpCid[]
  readonly chain: Chain
}

/** The frontier, ordered by key; keys of which nothing is held are not in it. */
export function frontierOf({ ledger }: Replica): FrontierEntry[] {
  const entries: FrontierEntry[] = []
  for (const chain of ledger.chains.values()) {
    if (!ledger.keyring.knows(chain.key)) continue
    const entry = entryOf(chain)
    if (entry.length > 0 || entry.state !== 'open' || chain.strays.size > 0) entries.push(entry)
  }
  return entries.sort((a, b) => (a.key < b.key ? -1 : 1))
}

function entryOf(chain: Chain): FrontierEntry {
  const { key, main, cut, forkedAt } = chain
  const length = Math.min(main.length, cut)
  if (!Number.isFinite(cut)) return { key, length, state: 'open', chain }
  if (forkedAt > cut) return { key, length, state: 'cut', chain }
  return { key, length, state: proofsOf(chain).map(({ op }) => op.cid), chain }
}

/** Everything that counts of one key, as bytes to hash. */
export function entryBytes({ key, length, state, chain }: FrontierEntry): Uint8Array {
  const head = chain.main[length - 1]?.op.cid
  const cids = [...(head ? [head] : []), ...(Array.isArray(state) ? state : []), ...pulled(chain)]
  const bytes = new Uint8Array(32 + 8 + 1 + 36 * cids.length)
  bytes.set(keyBytes(key))
  new DataView(bytes.buffer).setBigUint64(32, BigInt(length))
  bytes[40] = state === 'open' ? 0 : state === 'cut' ? 1 : 2
  cids.forEach((cid, i) => {
    bytes.set(cidBytes(cid), 41 + 36 * i)
  })
  return bytes
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

/** Which operations of a bundle are good: decoded, of this coalition, vouched for (design §2.2). */
import type { OpCid } from '../../../src/op/ids.ts'
import { decodeOp, type Op, signingInput } from '../../../src/op/operation.ts'
import type { Verifier } from '../../../src/op/signature.ts'
import type { StoredOp } from '../../../src/replica/store.ts'
import type { Bundle, BundledOp } from '../../api/bundle.ts'
import { nodeSha256 } from '../../crypto/node-sha256.ts'

/** Something that is wrong with a bundle. */
export interface AuditFault {
  readonly code:
    | 'damaged'
    | 'malformed'
    | 'foreign'
    | 'bad-signature'
    | 'unvouched'
    | 'gap'
    | 'missing'
    | 'no-founding'
    | 'violation'
    | 'unjustified'
  readonly what: string
}

/** The good operations, ready for a store, and what is wrong with the rest. */
export interface Vouched {
  readonly ops: readonly StoredOp[]
  readonly faults: readonly AuditFault[]
}

/** Verifies every signature and keeps what one of them vouches for. */
export function vouchedOps(
  bundle: Bundle,
  verifier: Verifier,
  progress: (done: number, total: number) => void,
): Vouched {
  const faults: AuditFault[] = bundle.damaged.map(({ cid, what }) => ({
    code: 'damaged',
    what: `${cid}: ${what}`,
  }))
  const decoded = decodeAll(bundle, faults)
  const vouched = new Set<OpCid>()
  let done = 0
  for (const item of decoded.values()) {
    progress(++done, decoded.size)
    if (item.bundled.sig === null) continue
    if (isSigned(item, verifier)) vouchBack(item, decoded, vouched)
    else
      faults.push({ code: 'bad-signature', what: `${item.op.cid}: its signature does not match` })
  }
  for (const { op } of decoded.values())
    if (!vouched.has(op.cid))
      faults.push({ code: 'unvouched', what: `${op.cid}: no signature vouches for it` })
  const good = [...decoded.values()].filter(({ op }) => vouched.has(op.cid))
  return { ops: good.map(stored), faults: [...faults, ...gaps(good)] }
}

interface Item {
  readonly op: Op
  readonly bundled: BundledOp
}

function decodeAll({ ops, coalition }: Bundle, faults: AuditFault[]): Map<OpCid, Item> {
  const decoded = new Map<OpCid, Item>()
  for (const bundled of ops) {
    const op = decodeOp(bundled.bytes, nodeSha256)
    if (!op.ok) faults.push({ code: 'malformed', what: `${bundled.cid}: ${op.message}` })
    else if ((op.value.coalition ?? op.value.cid) !== coalition)
      faults.push({ code: 'foreign', what: `${bundled.cid}: of another coalition` })
    else decoded.set(bundled.cid, { op: op.value, bundled })
  }
  return decoded
}

const isSigned = ({ op, bundled }: Item, verifier: Verifier): boolean =>
  bundled.sig?.length === 64 &&
  verifier.acceptsKey(op.key) &&
  verifier.verify(bundled.sig, signingInput(bundled.bytes), op.key)

/** A signature vouches for all that its operation chains to. */
function vouchBack(last: Item, all: ReadonlyMap<OpCid, Item>, vouched: Set<OpCid>): void {
  for (let item: Item | undefined = last; item && !vouched.has(item.op.cid); ) {
    vouched.add(item.op.cid)
    const before: Item | undefined = item.op.prev === null ? undefined : all.get(item.op.prev)
    const follows: boolean = before?.op.key === item.op.key && before.op.seq === item.op.seq - 1
    item = follows ? before : undefined
  }
}

/**
 * Chains without a fork are whole. Above a fork only what counted operations build on is kept, so
 * there a predecessor may be absent (§2.2).
 */
function gaps(items: readonly Item[]): AuditFault[] {
  const held = new Set(items.map(({ op }) => op.cid))
  const byPlace = new Set<string>()
  const forked = new Set<string>()
  for (const { op } of items) {
    const place = `${op.key}/${op.seq}`
    if (byPlace.has(place)) forked.add(op.key)
    byPlace.add(place)
  }
  return items
    .filter(({ op }) => op.prev !== null && !held.has(op.prev) && !forked.has(op.key))
    .map(({ op }) => ({ code: 'gap', what: `${op.cid} follows ${op.prev}, which is missing` }))
}

/** Nobody saw these arrive: the author's clock stands in for first sight, which no verdict reads. */
const stored = ({ op, bundled }: Item): StoredOp => ({
  cid: op.cid,
  key: op.key,
  seq: op.seq,
  bytes: bundled.bytes,
  sig: bundled.sig,
  seenAt: op.at,
})

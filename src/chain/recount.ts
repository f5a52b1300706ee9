/**
 * The counted set from scratch (design §2.2): the least set such that
 * 1. the operations of known keys below their cuts are in it;
 * 2. so are, of a forked key, the two operations with the lowest CIDs at the lowest forked seq, as
 *    evidence: they neither pull nor have effect;
 * 3. whatever an operation of the set names in `refs` is in it, with the chain that leads to it;
 *    seal and settle operations come alone;
 * 4. an operation pulled from a key that only a broken root delegated brings that delegation.
 * Roots named by counted amendments are learned rank by rank, lowest first; a later rank cannot
 * take anything away from an earlier one, so the order of arrival never shows.
 */
import type { OpCid } from '../op/ids.ts'
import { isSettleType } from '../op/operation.ts'
import { type Chain, type Held, hasEffect, pullingRefs } from './held.ts'
import type { LedgerState } from './ledger-state.ts'
import { MAX_STRAY_DELEGATIONS } from './limits.ts'
import { keyDelegate } from './ops.ts'

/** Derives every standing, the keyring and what waits anew, then drops what nothing needs. */
export function recount(ledger: LedgerState): void {
  const pulledBefore = new Set<Held>()
  for (const held of ledger.byCid.values()) {
    if (held.standing === 'pulled') pulledBefore.add(held)
    held.standing = 'support'
    held.complete = false
    held.waitsFor = 0
  }
  ledger.keyring.reset()
  ledger.waiters.clear()
  ledger.wantedPrevs.clear()
  new Recount(ledger, pulledBefore).run()
}

class Recount {
  private readonly ledger: LedgerState
  private readonly pulledBefore: ReadonlySet<Held>
  private readonly queue: Held[] = []
  /** Counted with the whole chain that leads to them; settle operations are not, they come alone. */
  private readonly rooted = new Set<Held>()
  /** Ends of paths with a gap: not counted yet, but asked for, so not to be dropped meanwhile. */
  private readonly gapped = new Set<Held>()

  constructor(ledger: LedgerState, pulledBefore: ReadonlySet<Held>) {
    this.ledger = ledger
    this.pulledBefore = pulledBefore
  }

  run(): void {
    const { ledger } = this
    const founding = ledger.byCid.get(ledger.options.coalition)
    let roots = new Set(founding ? ledger.options.rootsNamedBy(founding.op) : [])
    for (let rank = 0; roots.size > 0; rank++) {
      for (const root of roots) ledger.keyring.learnRoot(root, rank)
      this.readRoots([...roots].map((root) => ledger.chain(root)))
      this.countKnown()
      this.pullAll()
      roots = this.newRoots()
    }
    for (const chain of ledger.chains.values()) this.markEvidence(chain)
    this.resolveWaiting()
    for (const chain of ledger.chains.values()) this.prune(chain)
  }

  private readRoots(roots: readonly Chain[]): void {
    for (const chain of roots) {
      for (const held of chain.main) this.ledger.keyring.read(held.op, false)
      for (const held of strayDelegations(chain)) this.ledger.keyring.read(held.op, true)
    }
  }

  /** Rule 1, for the keys that became known with this rank. */
  private countKnown(): void {
    const { keyring } = this.ledger
    // A key of which nothing is held yet needs its cut too: its first operation must not slip past.
    for (const key of keyring.nodeKeys()) this.ledger.chain(key)
    for (const chain of this.ledger.chains.values()) {
      if (!keyring.knows(chain.key)) continue
      chain.cut = Math.min(chain.forkedAt, keyring.cutOf(chain.key))
      for (const held of chain.main) {
        if (held.op.seq >= chain.cut) break
        if (held.standing === 'regular') continue
        held.standing = 'regular'
        this.queue.push(held)
      }
    }
  }

  /** Rule 3, to its end. */
  private pullAll(): void {
    for (let held = this.queue.pop(); held; held = this.queue.pop())
      for (const ref of pullingRefs(held.op)) this.pull(ref, held)
  }

  private pull(cid: OpCid, referrer: Held): void {
    const target = this.ledger.byCid.get(cid)
    if (!target || target.standing === 'regular' || !this.ledger.keyring.knows(target.op.key)) return
    const alone = isSettleType(target.op.type)
    if (alone && this.ledger.options.pullsSettleOps === false) return
    const path = alone ? [target] : this.pathTo(target)
    if (!path) return
    for (const held of path) {
      this.take(held, referrer)
      if (!alone) this.rooted.add(held)
    }
    for (const held of this.delegationsBehind(target)) this.take(held, referrer)
  }

  private take(held: Held, referrer: Held): void {
    if (hasEffect(held)) return
    held.standing = 'pulled'
    this.queue.push(held)
    if (!this.pulledBefore.has(held) && !isSettleType(held.op.type))
      this.ledger.rate.spendPulled(referrer.op.key, 1)
  }

  /** From the cut to the target; undefined, and the gap is asked for, while a part is not held. */
  private pathTo(target: Held): Held[] | undefined {
    const path: Held[] = []
    for (let held = target; held.standing !== 'regular' && !this.rooted.has(held); ) {
      path.push(held)
      if (held.op.prev === null) break
      const before = this.ledger.byCid.get(held.op.prev)
      if (!before) {
        this.ledger.wantedPrevs.add(held.op.prev)
        for (const part of path) this.gapped.add(part)
        return undefined
      }
      held = before
    }
    return path
  }

  /** Rule 4. */
  private delegationsBehind(target: Held): Held[] {
    const delegations = this.ledger.keyring.delegationsOf(target.op.key)
    if (delegations.some((d) => !d.stray)) return []
    return delegations.flatMap((d) => this.ledger.byCid.get(d.op) ?? [])
  }

  private newRoots(): Set<Held['op']['key']> {
    const { options, keyring } = this.ledger
    const named = new Set<Held['op']['key']>()
    for (const held of this.ledger.byCid.values())
      if (hasEffect(held))
        for (const root of options.rootsNamedBy(held.op))
          if (!keyring.isRoot(root) && options.verifier.acceptsKey(root)) named.add(root)
    return named
  }

  /** Rule 2; evidence of a fork above a revocation proves nothing that counts. */
  private markEvidence(chain: Chain): void {
    if (chain.forkedAt > chain.cut || !this.ledger.keyring.knows(chain.key)) return
    for (const held of proofsOf(chain)) if (!hasEffect(held)) held.standing = 'evidence'
  }

  private resolveWaiting(): void {
    const { ledger } = this
    const ready: Held[] = []
    for (const held of ledger.byCid.values()) {
      if (!hasEffect(held)) continue
      const refs = pullingRefs(held.op)
      held.waitsFor = refs.length
      if (refs.length === 0) ready.push(held)
      for (const ref of refs) {
        const waiting = ledger.waiters.get(ref)
        if (waiting) waiting.add(held)
        else ledger.waiters.set(ref, new Set([held]))
      }
    }
    for (let held = ready.pop(); held; held = ready.pop()) {
      held.complete = true
      for (const waiter of ledger.waiters.get(held.op.cid) ?? [])
        if (--waiter.waitsFor === 0) ready.push(waiter)
      ledger.waiters.delete(held.op.cid)
    }
  }

  /** Keeps of the strays what counts, what vouches for it, and what proves; drops the rest. */
  private prune(chain: Chain): void {
    if (chain.strays.size === 0) return
    const keep = new Set<Held>([...proofsOf(chain), ...strayDelegations(chain)])
    for (const held of chain.strays.values())
      if (held.standing !== 'support' || this.gapped.has(held)) keep.add(held)
    const last = chain.main.at(-1)
    const children = childrenOf(chain)
    for (const held of last ? [last, ...keep] : [...keep])
      for (const voucher of vouchersOf(held, children)) keep.add(voucher)
    for (const held of chain.strays.values()) if (!keep.has(held)) this.drop(chain, held)
  }

  private drop(chain: Chain, held: Held): void {
    chain.strays.delete(held.op.cid)
    this.ledger.byCid.delete(held.op.cid)
    this.ledger.listener.dropped(held)
  }
}

/** The two operations with the lowest CIDs at the forked seq. */
export function proofsOf(chain: Chain): Held[] {
  const proofs = [...chain.strays.values()].filter((held) => held.op.seq === chain.forkedAt)
  return proofs.sort((a, b) => (a.op.cid < b.op.cid ? -1 : 1)).slice(0, 2)
}

/** Delegations on the broken part of a root's chain: for each key the one with the lowest CID. */
function strayDelegations(chain: Chain): Held[] {
  const lowest = new Map<string, Held>()
  for (const held of chain.strays.values()) {
    if (held.op.type !== keyDelegate.type) continue
    const key = String(held.op.body.key)
    const other = lowest.get(key)
    if (!other || held.op.cid < other.op.cid) lowest.set(key, held)
  }
  const sorted = [...lowest.values()].sort((a, b) => (a.op.cid < b.op.cid ? -1 : 1))
  return sorted.slice(0, MAX_STRAY_DELEGATIONS)
}

function childrenOf(chain: Chain): Map<OpCid, Held[]> {
  const children = new Map<OpCid, Held[]>()
  for (const held of chain.strays.values()) {
    if (held.op.prev === null) continue
    const siblings = children.get(held.op.prev)
    if (siblings) siblings.push(held)
    else children.set(held.op.prev, [held])
  }
  return children
}

/** The shortest chain of strays from an unsigned operation to a signed one. */
function vouchersOf(held: Held, children: ReadonlyMap<OpCid, Held[]>): Held[] {
  if (held.signed) return []
  const cameFrom = new Map<Held, Held>()
  const queue = [held]
  for (let at = queue.shift(); at; at = queue.shift()) {
    if (at.signed) return pathBack(at, held, cameFrom)
    for (const child of children.get(at.op.cid) ?? []) {
      cameFrom.set(child, at)
      queue.push(child)
    }
  }
  return []
}

function pathBack(from: Held, to: Held, cameFrom: ReadonlyMap<Held, Held>): Held[] {
  const path: Held[] = []
  for (let at: Held | undefined = from; at && at !== to; at = cameFrom.get(at)) path.push(at)
  return path
}

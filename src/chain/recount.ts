/**
 * The counted set from scratch (design §2.2): the least set such that
 * 0. the founding operation is in it, whatever its author does: every other one names it;
 * 1. the operations of known keys below their cuts are in it;
 * 2. so are, of a forked key, the two operations with the lowest CIDs at the lowest forked seq, as
 *    evidence: they neither pull nor have effect;
 * 3. whatever an operation of the set names in `refs` is in it, with the chain that leads to it;
 *    seal and settle operations come alone;
 * 4. an operation pulled from a key that only a broken root delegated brings those delegations.
 * Roots named by counted amendments are learned rank by rank, lowest first; a later rank cannot
 * take anything away from an earlier one, so the order of arrival never shows.
 */
import type { KeyId, OpCid } from '../op/ids.ts'
import { isSettleType } from '../op/operation.ts'
import type { Capability } from '../op/type.ts'
import { completeAll } from './completeness.ts'
import { areRegular, type Chain, type Held, hasEffect } from './held.ts'
import type { Keyring } from './keyring.ts'
import type { LedgerState } from './ledger-state.ts'
import { isStranger } from './links.ts'
import { unshare } from './sharing.ts'
import { Vouchers } from './vouchers.ts'

/**
 * Derives every standing, the keyring and what waits anew, then drops what nothing needs. True where
 * each operation that is held counts by itself.
 */
export function recount(ledger: LedgerState): boolean {
  unshare(ledger)
  ledger.recounts++
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
  ledger.stuck.clear()
  new Recount(ledger, pulledBefore).run()
  return areRegular(ledger.byCid.values())
}

/**
 * Another operation at a forked seq: only what is evidence may change, and evidence neither pulls
 * nor has effect, so nothing else is counted anew. (Who forks a key a thousand times, with ever
 * lower CIDs, must not make everybody count a thousand times.)
 */
export function renewEvidence(ledger: LedgerState, chain: Chain): void {
  unshare(ledger)
  ledger.recounts++
  for (const held of chain.strays.values())
    if (held.standing === 'evidence') held.standing = 'support'
  markEvidence(ledger, chain)
  prune(ledger, chain)
}

/** A reference of a counted operation. */
interface Reference {
  readonly target: Held
  readonly referrer: Held
}

class Recount {
  private readonly ledger: LedgerState
  private readonly pulledBefore: ReadonlySet<Held>
  private readonly queue: Held[] = []
  /** References to operations of keys that no rank so far has made known. */
  private ofUnknownKeys: Reference[] = []
  private readonly named = new Set<KeyId>()
  /** Pulled with all that leads to them. */
  private readonly chained = new Set<Held>()

  constructor(ledger: LedgerState, pulledBefore: ReadonlySet<Held>) {
    this.ledger = ledger
    this.pulledBefore = pulledBefore
  }

  run(): void {
    const { ledger } = this
    const founding = ledger.byCid.get(ledger.options.coalition)
    if (founding) this.gain(founding, 'pulled')
    this.pullAll()
    for (let rank = 0; this.named.size > 0; rank++) {
      this.learnRoots(rank)
      this.countKnown()
      for (const { target, referrer } of this.ofUnknownKeys.splice(0)) this.pull(target, referrer)
      this.pullAll()
    }
    for (const chain of ledger.chains.values()) markEvidence(ledger, chain)
    completeAll(ledger, ledger.byCid.values())
    for (const chain of ledger.chains.values()) prune(ledger, chain)
  }

  private learnRoots(rank: number): void {
    const { ledger } = this
    const roots = [...this.named].filter((root) => ledger.keyring.learnRoot(root, rank))
    this.named.clear()
    for (const root of roots) {
      const chain = ledger.chain(root)
      // Only what lower ranks said can cut a root's chain, and that is known by now.
      chain.cut = Math.min(chain.forkedAt, ledger.keyring.cutOf(root))
      for (const held of chain.main.slice(0, chain.cut)) ledger.keyring.read(held.op, false)
      for (const held of strayDelegations(chain, ledger.keyring)) ledger.keyring.read(held.op, true)
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
      for (const [seq, held] of chain.main.entries()) {
        if (seq >= chain.cut) break
        if (held.standing !== 'regular') this.gain(held, 'regular')
      }
    }
  }

  private gain(held: Held, standing: 'regular' | 'pulled'): void {
    if (!hasEffect(held)) this.queue.push(held)
    held.standing = standing
  }

  /** Rule 3, to its end; the roots that are named on the way are the next rank's. */
  private pullAll(): void {
    const { keyring, options } = this.ledger
    for (let held = this.queue.pop(); held; held = this.queue.pop()) {
      for (const target of this.ledger.byCid.targetsOf(held))
        if (typeof target !== 'string') this.pull(target, held)
      for (const root of held.roots)
        if (!keyring.isRoot(root) && options.verifier.acceptsKey(root)) this.named.add(root)
    }
  }

  private pull(target: Held, referrer: Held): void {
    if (target.standing === 'regular') return
    if (!this.ledger.keyring.knows(target.op.key)) {
      this.ofUnknownKeys.push({ target, referrer })
      return
    }
    const alone = isSettleType(target.op.type)
    if (alone && this.ledger.options.pullsSettleOps === false) return
    const path = alone ? [target] : this.pathTo(target, referrer)
    for (const held of path) this.take(held, referrer)
    if (path.length > 0)
      for (const held of this.delegationsBehind(target)) this.take(held, referrer)
  }

  private take(held: Held, referrer: Held): void {
    if (hasEffect(held)) return
    this.gain(held, 'pulled')
    if (!this.pulledBefore.has(held) && !isSettleType(held.op.type))
      this.ledger.rate.charge(referrer.op.key, 1)
  }

  /**
   * From what counts by itself to the target. Empty, and the next lacking operation is asked for,
   * while a part is not held. That a seal on the way was pulled alone does not end the way: else
   * the order in which references are followed would show.
   */
  private pathTo(target: Held, referrer: Held): Held[] {
    const path: Held[] = []
    let lacking: OpCid | undefined
    for (let at = target; at.standing !== 'regular' && !this.chained.has(at); ) {
      lacking = this.ledger.stuck.get(at)
      if (lacking) break
      path.push(at)
      if (at.op.prev === null) break
      const before = this.ledger.byCid.get(at.op.prev)
      if (!before) lacking = at.op.prev
      if (!before) break
      at = before
    }
    if (lacking === undefined) {
      for (const held of path) this.chained.add(held)
      return path
    }
    const { wantedPrevs, stuck } = this.ledger
    for (const held of path) stuck.set(held, lacking)
    wantedPrevs.set(lacking, (wantedPrevs.get(lacking) ?? new Set()).add(referrer))
    return []
  }

  /** Rule 4. */
  private delegationsBehind(target: Held): Held[] {
    const delegations = this.ledger.keyring.delegationsOf(target.op.key)
    if (delegations.some((d) => !d.stray)) return []
    return delegations.flatMap((d) => this.ledger.byCid.get(d.op) ?? [])
  }
}

/** Rule 2; evidence of a fork above a revocation proves nothing that counts. */
function markEvidence(ledger: LedgerState, chain: Chain): void {
  const { cut, forkedAt } = chain
  if (!Number.isFinite(forkedAt) || forkedAt > cut || !ledger.keyring.knows(chain.key)) return
  for (const held of proofsOf(chain)) if (!hasEffect(held)) held.standing = 'evidence'
}

/** Keeps of the strays what counts or will, what vouches for it, what proves; drops the rest. */
function prune(ledger: LedgerState, chain: Chain): void {
  if (chain.strays.size === 0) return
  const keep = new Set([...proofsOf(chain), ...strayDelegations(chain, ledger.keyring)])
  for (const held of chain.strays.values())
    if (held.standing !== 'support' || ledger.stuck.has(held) || isStranger(chain, held.op))
      keep.add(held)
  const vouchers = new Vouchers(chain.strays.values())
  const last = chain.main.at(-1)
  for (const held of [...(last ? [last] : []), ...keep]) vouchers.addTo(keep, held)
  for (const held of chain.strays.values()) if (!keep.has(held)) drop(ledger, chain, held)
}

function drop(ledger: LedgerState, chain: Chain, held: Held): void {
  chain.strays.delete(held.op.cid)
  ledger.byCid.delete(held.op.cid)
  ledger.listener.dropped(held)
}

/** The two operations with the lowest CIDs where the chain splits. */
export function proofsOf(chain: Chain): Held[] {
  const proofs = [...chain.strays.values()].filter((held) => held.op.seq === chain.splitAt)
  return proofs.sort(byCid).slice(0, 2)
}

const byCid = (a: Held, b: Held): number => (a.op.cid < b.op.cid ? -1 : 1)

/**
 * Good delegations on the broken part of a root's chain: for each key and capability the one with
 * the lowest CID (rule 2 of the keyring). They are kept of any key, as it may be named as a root.
 */
function strayDelegations(chain: Chain, keyring: Keyring): Set<Held> {
  const above = Number.isFinite(chain.cut) ? chain.main.slice(chain.cut) : []
  const lowest = new Map<KeyId, Map<Capability, Held>>()
  for (const held of [...above, ...chain.strays.values()].sort(byCid)) {
    const claim = keyring.claimOf(held.op)
    if (!claim) continue
    const ofKey = lowest.get(claim.key) ?? new Map<Capability, Held>()
    lowest.set(claim.key, ofKey)
    for (const can of claim.can) if (!ofKey.has(can)) ofKey.set(can, held)
  }
  return new Set([...lowest.values()].flatMap((ofKey) => [...ofKey.values()]))
}

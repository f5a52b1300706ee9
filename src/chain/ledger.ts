/**
 * The ledger: every key's operations, placed in chains, with forks as evidence (design §2.2).
 * It may know envelopes, signatures and the keyring; it knows nothing of charters or ballots.
 *
 *   main     0 ── 1 ── 2 ── 3 ── 4          gap-free; above the cut held, but not counted
 *                       \
 *   strays               3' ── 4'           two operations at seq 3: the fork is its own proof
 *
 * What arrives in the common case (the next operation of a sound key) is counted at once. All else
 * (a fork, a revocation, a double claim, a reference into a broken chain, a new root) marks the set
 * dirty, and `recount` derives every standing anew at the end of the batch.
 */
import type { KeyId, OpCid } from '../op/ids.ts'
import { type Op, signingInput } from '../op/operation.ts'
import { invariant, type Refusal, refuse } from '../op/refusal.ts'
import {
  type Chain,
  chainCopy,
  emptyChain,
  freshHeld,
  type Held,
  hasEffect,
  isAllBelow,
  pullingRefs,
  strayInto,
} from './held.ts'
import { Keyring } from './keyring.ts'
import { LayeredMap } from './layered-map.ts'
import type { LedgerListener, LedgerOptions, LedgerState } from './ledger-state.ts'
import { MAX_RUN_BYTES, RECOUNT_OPS } from './limits.ts'
import { absorb, follows, hasTwin, isProof, isStranger, recognise, setAside } from './links.ts'
import { missingOf } from './missing.ts'
import { OpIndex } from './op-index.ts'
import { keyRevoke } from './ops.ts'
import { FULL, Pending } from './pending.ts'
import { RateMeter } from './rate.ts'
import { recount, renewEvidence } from './recount.ts'
import { emptyReport, type IngestContext, type IngestReport, type Restored } from './report.ts'
import { cidOfLast, type Decoded, freshOf, type Incoming, type Run, runsOf } from './run.ts'
import { isAtRest, unshare } from './sharing.ts'
import { dueAt, hasGap, isFounding, isWanted } from './waiting.ts'

/** All chains of one coalition. */
export class Ledger implements LedgerState {
  readonly keyring: Keyring
  readonly chains: LayeredMap<KeyId, Chain>
  readonly byCid: OpIndex
  readonly pending: Pending
  readonly rate: RateMeter
  readonly waiters = new Map<OpCid, Set<Held>>()
  readonly wantedPrevs = new Map<OpCid, Set<Held>>()
  readonly stuck = new Map<Held, OpCid>()
  readonly options: LedgerOptions
  readonly listener: LedgerListener
  recounts = 0
  private dirty = false
  /** Every operation that is held counts by itself; false where nobody has looked. */
  private isRegular = false
  private readonly newKeys = new Set<KeyId>()
  private evidence: KeyId[] = []
  private report: IngestReport = emptyReport()
  private reportTo = ''
  private isDraining = false

  /** `like`: one that holds the same at first, all of it complete; what comes later is each one's own. */
  constructor(options: LedgerOptions, listener: LedgerListener, like?: Ledger) {
    invariant(like === undefined || isAtRest(like), 'nothing waits where a ledger is forked')
    this.options = options
    this.listener = listener
    this.chains = like?.chains.fork() ?? new LayeredMap()
    this.byCid = like?.byCid.fork() ?? new OpIndex()
    this.rate = new RateMeter(like?.rate)
    this.keyring = new Keyring(options.coalition, options.verifier, like?.keyring)
    this.isRegular = like?.isRegular ?? false
    this.pending = new Pending(options.pendingLimits)
  }

  /** Takes in operations; order, duplication and interleaving never matter (§2.6). */
  ingest(incoming: Iterable<Incoming>, context: IngestContext): IngestReport {
    this.report = emptyReport()
    this.reportTo = context.from
    for (const run of runsOf(incoming, this.options.hash))
      if (run.ok) this.place(run.value, context)
      else this.report.refused.push({ cid: null, reason: run })
    this.settle(context)
    return this.report
  }

  /** Lets in what waited for its time. */
  tick(now: number): IngestReport {
    this.report = emptyReport()
    this.reportTo = ''
    for (const key of this.pending.keys())
      if (this.keyring.knows(key) && this.mayBeDue(key, now)) this.drain(key, now)
    this.settle({ now, from: '' })
    return this.report
  }

  /** Puts back operations from the store, ordered by key and seq, then counts them once. */
  restore(stored: Iterable<Restored>): void {
    for (const item of stored) this.restoreOne(item)
    this.recount()
  }

  /**
   * Puts back operations from the store that came after what is held (`archive/ledger-image.ts`),
   * ordered by key and seq. What plainly follows is counted as it came; anything else asks for a
   * recount, which sees the same chains as if all had been restored.
   */
  resume(stored: Iterable<Restored>): void {
    for (const item of stored) {
      const chain = this.chain(item.op.key)
      if (hasTwin(chain, item.op) || !follows(chain, item.op)) {
        this.restoreOne(item)
        this.dirty = true
      } else {
        this.rate.spend(chain.key, [item], item.seenAt)
        this.join(chain, this.hold(item, item.signed, item.seenAt))
      }
    }
    if (this.dirty) this.recount()
    this.newKeys.clear()
    this.evidence = []
  }

  /** CIDs that counted operations build on and that are not held (`missing.ts`). */
  missing(): OpCid[] {
    return missingOf(this)
  }

  /** The chain of a key, made when it is first spoken of. */
  chain(key: KeyId): Chain {
    const known = this.chains.owned(key, chainCopy)
    if (known) return known
    const chain = emptyChain(key)
    this.chains.set(key, chain)
    return chain
  }

  /** Counted operations with effect whose references are all held. */
  *all(): Generator<Held, void, void> {
    for (const held of this.byCid.values()) if (held.complete && hasEffect(held)) yield held
  }

  private settle(context: IngestContext): void {
    while (this.dirty || this.newKeys.size > 0) {
      const isRecounted = this.dirty
      if (isRecounted) this.recount()
      const due = isRecounted ? this.pending.keys() : [...this.newKeys]
      this.newKeys.clear()
      for (const key of due) if (this.keyring.knows(key)) this.drain(key, context.now)
    }
    this.report.evidence.push(...new Set(this.evidence))
    this.evidence = []
  }

  private recount(): void {
    this.dirty = false
    this.isRegular = recount(this)
    this.listener.reset()
  }

  /** Its time has come, or it is of a broken chain: what others refer to need not wait any more. */
  private mayBeDue(key: KeyId, now: number): boolean {
    return this.pending.isDue(key, now) || Number.isFinite(this.chain(key).cut)
  }

  private drain(key: KeyId, now: number): void {
    const { isDraining } = this
    this.isDraining = true
    for (const { run, from } of this.pending.take(key)) this.place(run, { now, from })
    this.isDraining = isDraining
  }

  private place(run: Run, context: IngestContext): void {
    const fresh = freshOf(run, this.byCid)
    if (fresh.length === 0) this.learnSignature(run)
    else if (run.sizeBytes > MAX_RUN_BYTES)
      this.refuseRun(run, refuse('run-too-large', `over ${MAX_RUN_BYTES} bytes`), context.from)
    else if (!this.keyring.knows(run.key) && !isFounding(this, run)) this.wait(run, context.from)
    else this.placeKnown(run, fresh, context)
  }

  private placeKnown(run: Run, fresh: readonly Decoded[], context: IngestContext): void {
    const due = dueAt(this, run, fresh, context.now)
    const isEarly = due > context.now || hasGap(this, run, fresh)
    const { from } = context
    // Before its signature is looked at: whoever has filled its room costs no more than that.
    if (isEarly && this.pending.isFull(from, run.sizeBytes)) this.refuseRun(run, FULL, from)
    else if (!this.isVouched(run))
      this.refuseRun(run, refuse('bad-signature', `of ${cidOfLast(run)}`), from)
    else if (isEarly)
      this.wait({ ...run, verified: true }, from, due > context.now ? due : undefined)
    else this.take(run, fresh, context)
  }

  private take(run: Run, fresh: readonly Decoded[], context: IngestContext): void {
    this.rate.spend(run.key, fresh, context.now)
    this.insert(run, fresh, context)
    const { length } = this.chain(run.key).main
    if (this.pending.hasUpTo(run.key, length)) this.drain(run.key, context.now)
  }

  private wait(run: Run, from: string, dueAt?: number): void {
    const kept = this.pending.add(run, from, dueAt)
    if (kept && !this.isDraining) this.report.waiting.push(...run.ops.map(({ op }) => op.cid))
    if (!kept) this.refuseRun(run, FULL, from)
  }

  private isVouched(run: Run): boolean {
    const foreign = run.ops.some(({ op }) => (op.coalition ?? op.cid) !== this.options.coalition)
    if (foreign) return false
    if (run.verified) return true
    const last = run.ops.at(-1)
    if (!last || !this.options.verifier.acceptsKey(run.key)) return false
    return this.options.verifier.verify(run.sig, signingInput(last.bytes), run.key)
  }

  /** What waited on behalf of another peer is not this one's fault. */
  private refuseRun(run: Run, reason: Refusal, from: string): void {
    if (!this.isDraining || from === this.reportTo)
      this.report.refused.push({ cid: cidOfLast(run), reason })
  }

  /** A signature over an operation that until now only a later one vouched for. */
  private learnSignature(run: Run, isVerified = false): void {
    const cid = cidOfLast(run)
    const isUnsigned = this.byCid.get(cid)?.signed === false
    if (!isUnsigned || !(isVerified || this.isVouched(run))) return
    unshare(this)
    const held = this.byCid.get(cid)
    if (held) held.signed = true
    this.listener.signed(cid, run.sig)
  }

  private insert(run: Run, fresh: readonly Decoded[], context: IngestContext): void {
    const chain = this.chain(run.key)
    const stray: Decoded[] = []
    for (const item of fresh) {
      const sig = item === run.ops.at(-1) ? run.sig : null
      if (this.byCid.has(item.op.cid)) continue
      if (hasTwin(chain, item.op)) this.fork(chain, item.op.seq)
      if (follows(chain, item.op)) this.append(chain, item, sig, context.now)
      else stray.push(item)
    }
    // Where the run crosses the fork, its strays vouch for the operations before it.
    const vouches = stray.length > 0 && chain.main.at(-1)?.signed === false
    if (vouches || this.isWorthKeeping(chain, stray)) this.keepStrays(chain, stray, run, context)
    this.learnSignature(run, true)
  }

  /** Two operations at one seq: all from there on is set aside, and counting begins anew. */
  private fork(chain: Chain, seq: number): void {
    setAside(chain, seq)
    this.evidence.push(chain.key)
    this.upset(chain.key)
  }

  /** Counting begins anew, once for a batch, because of a key: that takes of its root's rate. */
  private upset(key: KeyId): void {
    if (this.dirty) return
    this.dirty = true
    this.rate.charge(this.keyring.rootOf(key) ?? key, RECOUNT_OPS)
  }

  private append(chain: Chain, item: Decoded, sig: Uint8Array | null, now: number): void {
    const held = this.hold(item, sig !== null, now)
    this.listener.stored(held, item.bytes, sig)
    this.report.accepted.push(item.op)
    this.join(chain, held)
  }

  /** The next operation of a gap-free chain. */
  private join(chain: Chain, held: Held): void {
    chain.main.push(held)
    if (chain.strays.size > 0 && absorb(chain)) this.dirty = true
    if (this.wantedPrevs.has(held.op.cid)) this.dirty = true
    if (held.op.seq < chain.cut) this.count(held)
    else if (this.keyring.claimOf(held.op)) this.upset(chain.key)
    else if (isWanted(this, held.op)) this.dirty = true
    else this.isRegular = false
  }

  /** Strays are kept only where they prove a fork, or where a counted operation asks for them. */
  private isWorthKeeping(chain: Chain, stray: readonly Decoded[]): boolean {
    return stray.some(
      ({ op }) =>
        isProof(chain, op) ||
        isStranger(chain, op) ||
        isWanted(this, op) ||
        this.keyring.claimOf(op) !== undefined,
    )
  }

  private keepStrays(chain: Chain, stray: Decoded[], run: Run, { now }: IngestContext): void {
    const isMoreEvidence =
      !this.dirty &&
      Number.isFinite(chain.forkedAt) &&
      !stray.some(({ op }) => isWanted(this, op) || this.keyring.claimOf(op) !== undefined)
    for (const item of stray) this.keepStray(chain, item, run, now)
    if (isMoreEvidence) renewEvidence(this, chain)
    else if (stray.some(({ op }) => this.keyring.claimOf(op))) this.upset(chain.key)
    else this.dirty = true
  }

  private keepStray(chain: Chain, item: Decoded, run: Run, now: number): void {
    const sig = item === run.ops.at(-1) ? run.sig : null
    const held = this.hold(item, sig !== null, now)
    strayInto(chain, held)
    this.listener.stored(held, item.bytes, sig)
    this.report.accepted.push(item.op)
  }

  private hold({ op, bytes }: Decoded, signed: boolean, seenAt: number): Held {
    const roots = this.options.rootsNamedBy(op)
    const held = freshHeld(op, { sizeBytes: bytes.length, seenAt, roots, signed })
    this.byCid.set(op.cid, held)
    return held
  }

  /** The common case: the next operation of a sound key. */
  private count(held: Held): void {
    held.standing = 'regular'
    // Then whatever is held is complete: a settlement names hundreds, and none need be looked at.
    const isWhole = this.isRegular && !this.dirty && this.waiters.size === 0
    let lacking = 0
    for (const ref of pullingRefs(held.op))
      if (!isWhole || !this.byCid.has(ref)) lacking += this.await(held, ref) ? 0 : 1
    this.rate.chargeLacking(held.op, lacking)
    if (held.waitsFor === 0) this.complete(held)
    this.learnKeys(held)
  }

  /** Waits for a reference that is not complete; false where it is not held at all. */
  private await(held: Held, ref: OpCid): boolean {
    const target = this.byCid.get(ref)
    // A delegation may have been pulled without the chain that leads to it (rule 4 of counting).
    if (target?.standing === 'pulled' && this.keyring.claimOf(target.op)) this.dirty = true
    if (target?.complete && hasEffect(target)) return true
    held.waitsFor++
    const waiting = this.waiters.get(ref)
    if (waiting) waiting.add(held)
    else this.waiters.set(ref, new Set([held]))
    if (target && !hasEffect(target)) this.dirty = true
    return target !== undefined
  }

  private complete(first: Held): void {
    const ready = [first]
    for (let held = ready.pop(); held; held = ready.pop()) {
      held.complete = true
      this.rate.forgiveLacking(held.op)
      this.listener.completed(held)
      for (const waiter of this.waiters.get(held.op.cid) ?? [])
        if (--waiter.waitsFor === 0 && hasEffect(waiter)) ready.push(waiter)
      this.waiters.delete(held.op.cid)
    }
  }

  /** What a freshly counted operation says about keys; what is not plainly new asks for a recount. */
  private learnKeys({ op, roots, waitsFor }: Held): void {
    const { keyring, options } = this
    const rank = keyring.rankOf(keyring.rootOf(op.key) ?? op.key)
    const isLearned = (root: KeyId): boolean =>
      keyring.rankOf(root) > rank + 1 && options.verifier.acceptsKey(root)
    if (op.cid === options.coalition || roots.some(isLearned)) this.dirty = true
    if (keyring.isRoot(op.key)) this.learnKey(op, waitsFor === 0)
  }

  private learnKey(op: Op, isComplete: boolean): void {
    const { keyring } = this
    const claimed = keyring.claimOf(op)?.key
    const rootBefore = claimed && keyring.rootOf(claimed)
    const known = keyring.read(op, false)
    if (!known) return
    const chain = this.chain(known.key)
    const cut = Math.min(chain.forkedAt, keyring.cutOf(known.key))
    // A revocation after all that is held of a key takes nothing away: it costs no recount.
    const isAtEnd = isComplete && op.type === keyRevoke.type && isAllBelow(chain, cut)
    if (known.isNew ? isAllBelow(chain, 0) : isAtEnd) {
      chain.cut = cut
      this.newKeys.add(known.key)
    } else if (cut !== chain.cut || (claimed && keyring.rootOf(claimed) !== rootBefore))
      this.upset(op.key)
  }

  private restoreOne(item: Restored): void {
    const { op } = item
    const chain = this.chain(op.key)
    const held = this.hold(item, item.signed, item.seenAt)
    this.rate.spend(op.key, [item], item.seenAt)
    if (hasTwin(chain, op)) setAside(chain, op.seq)
    if (follows(chain, op)) chain.main.push(held)
    else strayInto(chain, held)
    recognise(chain)
  }
}

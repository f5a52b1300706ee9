/**
 * A ledger as it stands, to be put back without reading its operations: the index of its chains and
 * what counting had come to. A ledger that is put back goes on as the one that it was taken of.
 */
import type { KeyId, OpCid } from '../../op/ids.ts'
import { decodeOp } from '../../op/operation.ts'
import { invariant, unwrap } from '../../op/refusal.ts'
import { awaitTargets } from '../completeness.ts'
import { freshHeld, type Held, hasEffect, type Standing, strayInto } from '../held.ts'
import type { KeyringMemory } from '../keyring.ts'
import type { LedgerState } from '../ledger-state.ts'
import type { RateMemory } from '../rate.ts'
import { Archive, type ArchiveSource } from './archive.ts'
import { archived, type Turns } from './archiving.ts'
import { COMPLETE, type Columns, STANDING_BITS } from './columns.ts'

/** A chain, without its operations; `null` stands for infinity. */
interface ChainImage {
  readonly key: KeyId
  readonly splitAt: number | null
  readonly forkedAt: number | null
  readonly cut: number | null
}

/** An operation that is in no gap-free chain. */
interface StrayImage {
  readonly cid: OpCid
  readonly seenAt: number
  readonly signed: boolean
  readonly standing: Standing
  readonly complete: boolean
}

/** What beside the columns. */
export interface LedgerHeader {
  readonly chains: readonly ChainImage[]
  readonly strays: readonly StrayImage[]
  readonly keyring: KeyringMemory
  readonly rate: RateMemory
  readonly stuck: readonly (readonly [OpCid, OpCid])[]
  readonly wantedPrevs: readonly (readonly [OpCid, readonly OpCid[]])[]
}

/** A ledger as it stood. */
export interface LedgerImage extends LedgerHeader {
  readonly columns: Columns
}

/** Takes the image of a ledger; undefined where it was counted anew meanwhile. */
export function* imageOf(ledger: LedgerState): Turns<LedgerImage | undefined> {
  const header = headerOf(ledger)
  const { recounts } = ledger
  const columns = yield* archived(ledger.chains.values(), ledger.byCid.archive)
  return ledger.recounts === recounts ? { ...header, columns } : undefined
}

function headerOf({ chains, keyring, rate, stuck, wantedPrevs }: LedgerState): LedgerHeader {
  return {
    chains: [...chains.values()].map(({ key, splitAt, forkedAt, cut }) => ({
      key,
      splitAt: finite(splitAt),
      forkedAt: finite(forkedAt),
      cut: finite(cut),
    })),
    strays: [...chains.values()].flatMap(({ strays }) =>
      [...strays.values()].map(({ op: { cid }, seenAt, signed, standing, complete }) => ({
        ...{ cid, seenAt, signed, standing, complete },
      })),
    ),
    keyring: keyring.memory(),
    rate: rate.memory(),
    stuck: [...stuck].map(([{ op }, lacking]) => [op.cid, lacking]),
    wantedPrevs: [...wantedPrevs].map(([cid, held]) => [cid, [...held].map(({ op }) => op.cid)]),
  }
}

const finite = (seq: number): number | null => (Number.isFinite(seq) ? seq : null)

/** Puts an image back into a ledger that holds nothing. */
export function recall(ledger: LedgerState, image: LedgerImage, source: ArchiveSource): void {
  invariant(ledger.byCid.size === 0, 'an image is put back into an empty ledger')
  const archive = new Archive(image.columns, source)
  ledger.byCid.archive = archive
  for (const { key, splitAt, forkedAt, cut } of image.chains) {
    const chain = ledger.chain(key)
    chain.splitAt = splitAt ?? Number.POSITIVE_INFINITY
    chain.forkedAt = forkedAt ?? Number.POSITIVE_INFINITY
    chain.cut = cut ?? Number.POSITIVE_INFINITY
  }
  for (const { key, start, length } of image.columns.spans) {
    const { main } = ledger.chain(key)
    for (const held of archive.helds.slice(start, start + length)) main.push(held)
  }
  for (const stray of image.strays) {
    const held = strayOf(stray, source)
    ledger.byCid.set(stray.cid, held)
    strayInto(ledger.chain(held.op.key), held)
  }
  const opOf = (cid: OpCid) => {
    const held = ledger.byCid.get(cid)
    invariant(held, 'an image is whole')
    return held
  }
  ledger.keyring.recall(image.keyring, (cid) => opOf(cid).op)
  ledger.rate.recall(image.rate)
  for (const [cid, lacking] of image.stuck) ledger.stuck.set(opOf(cid), lacking)
  for (const [cid, referrers] of image.wantedPrevs)
    ledger.wantedPrevs.set(cid, new Set(referrers.map(opOf)))
  for (const held of incomplete(ledger, archive)) awaitTargets(ledger, held)
}

function strayOf(stray: StrayImage, { bytesOf, rootsNamedBy, hash }: ArchiveSource): Held {
  const bytes = bytesOf(stray.cid)
  invariant(bytes, 'what is in the image is in the store')
  const op = unwrap(decodeOp(bytes, hash))
  const { seenAt, signed, standing, complete } = stray
  const known = { sizeBytes: bytes.length, seenAt, roots: rootsNamedBy(op), signed }
  return Object.assign(freshHeld(op, known), { standing, complete })
}

function* incomplete(ledger: LedgerState, archive: Archive): Generator<Held, void, void> {
  const { flags } = archive.columns
  for (let row = 0; row < flags.length; row++) {
    const isEffective = ((flags[row] ?? 0) & STANDING_BITS) <= 1
    const held = isEffective && !((flags[row] ?? 0) & COMPLETE) ? archive.helds[row] : undefined
    if (held) yield held
  }
  for (const { strays } of ledger.chains.values())
    for (const held of strays.values()) if (hasEffect(held) && !held.complete) yield held
}

/**
 * Holds as rows what a ledger holds as objects, from an image of it that was just taken. What came
 * since stays as it is.
 */
export function shelve(ledger: LedgerState, columns: Columns, source: ArchiveSource): void {
  const archive = new Archive(columns, source)
  const loose: Held[] = []
  for (const chain of ledger.chains.values()) {
    const { start = 0, length = 0 } = archive.spanOf(chain.key) ?? {}
    for (let seq = 0; seq < length; seq++) {
      const [held, row] = [chain.main[seq], archive.helds[start + seq]]
      invariant(held && row, 'an image is of the ledger that it is put into')
      // What was learnt while the image was taken.
      row.signed = held.signed
      row.complete = held.complete
      row.waitsFor = held.waitsFor
      chain.main[seq] = row
    }
    loose.push(...chain.main.slice(length), ...chain.strays.values())
  }
  ledger.byCid.shelve(archive, loose)
  for (const waiting of [...ledger.waiters.values(), ...ledger.wantedPrevs.values()])
    for (const held of [...waiting]) {
      const row = archive.get(held.op.cid)
      if (row && waiting.delete(held)) waiting.add(row)
    }
  for (const [held, lacking] of [...ledger.stuck]) {
    const row = archive.get(held.op.cid)
    if (row && ledger.stuck.delete(held)) ledger.stuck.set(row, lacking)
  }
}

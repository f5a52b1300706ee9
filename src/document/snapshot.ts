/**
 * A derived document as bytes, so that opening it again derives only what is new. A convenience of
 * one node: never sent, and what is damaged or does not fit any more is derived anew (design §2.5).
 */
import { decode } from '@ipld/dag-cbor'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { decodeValue, encodeValue } from '../op/cbor.ts'
import { cidBytes, isOpCidBytes, opCidFromBytes } from '../op/cid.ts'
import type { OpCid, Value } from '../op/ids.ts'
import { loadHandle } from './content.ts'
import type { Outcome, Restored, Summary } from './derivation.ts'
import { isValueList, isValueMap } from './value.ts'

/** Keeps snapshots by document; every method synchronous, none may throw. */
export interface SnapshotStore {
  get(id: OpCid): Uint8Array | undefined
  put(id: OpCid, bytes: Uint8Array): void
}

/** A store that keeps nothing. */
export const NO_SNAPSHOTS: SnapshotStore = { get: () => undefined, put: () => {} }

const VERSION = 1
const DIGEST_BYTES = 32

/** What a snapshot is of. */
export interface SnapshotParts {
  readonly id: OpCid
  readonly members: ReadonlySet<OpCid>
  readonly outcomes: ReadonlyMap<OpCid, Outcome>
  readonly summary: Summary
  /** What Automerge's `save` gave. */
  readonly saved: Uint8Array
}

/** The bytes of a snapshot, their digest before them. */
export function encodeSnapshot(parts: SnapshotParts): Uint8Array {
  const { id, members, outcomes, summary, saved } = parts
  const rows: Value[] = [...outcomes].map(([cid, outcome]) =>
    'hash' in outcome
      ? [cidBytes(cid), hexToBytes(outcome.hash), members.has(cid)]
      : [cidBytes(cid), outcome.fault, outcome.detail],
  )
  const { hasConflicts } = summary
  // As bytes: text that people wove together need not be in normal form, which values must be.
  const value = encodeValue(summary.value)
  const body = encodeValue({ v: VERSION, id, rows, saved, value, hasConflicts })
  const bytes = new Uint8Array(DIGEST_BYTES + body.length)
  bytes.set(sha256(body))
  bytes.set(body, DIGEST_BYTES)
  return bytes
}

/** Opens a snapshot of a document; undefined for one that is damaged, or of something else. */
export function restoreSnapshot(id: OpCid, bytes: Uint8Array): Restored | undefined {
  const body = bytes.subarray(DIGEST_BYTES)
  const digest = sha256(body)
  if (bytes.length < DIGEST_BYTES || digest.some((byte, i) => byte !== bytes[i])) return undefined
  const decoded = decodeValue(body)
  const value = decoded.ok ? decoded.value : undefined
  if (!isValueMap(value) || value.v !== VERSION || value.id !== id) return undefined
  const { rows, saved, value: content, hasConflicts } = value
  if (!isValueList(rows) || typeof hasConflicts !== 'boolean') return undefined
  if (!(saved instanceof Uint8Array) || !(content instanceof Uint8Array)) return undefined
  const outcomes = new Map<OpCid, Outcome>()
  const members = new Set<OpCid>()
  for (const row of rows) {
    const read = readRow(row)
    if (!read) return undefined
    outcomes.set(read.cid, read.outcome)
    if (read.isMember) members.add(read.cid)
  }
  const summary = { value: decode<Value>(content), hasConflicts }
  return { load: () => loadHandle(saved), summary, members, outcomes }
}

function readRow(row: Value): { cid: OpCid; outcome: Outcome; isMember: boolean } | undefined {
  if (!isValueList(row)) return undefined
  const [name, what, more] = row
  if (!(name instanceof Uint8Array) || !isOpCidBytes(name)) return undefined
  const cid = opCidFromBytes(name)
  if (what instanceof Uint8Array && typeof more === 'boolean')
    return { cid, outcome: { hash: bytesToHex(what) }, isMember: more }
  if ((what !== 'does-not-fit' && what !== 'too-large') || typeof more !== 'string')
    return undefined
  return { cid, outcome: { fault: what, detail: more }, isMember: false }
}

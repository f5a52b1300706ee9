/** Attestations as gates read them: who speaks, about what, and which words still stand. */
import type { KeyId, OpCid, StakeholderId } from '../../op/ids.ts'
import type { Claim } from './claim.ts'
import type { ClaimKind, ClaimResult } from './kinds.ts'
import type { Evidence } from './ops.ts'

/** An attestation that counts, with its references resolved. */
export interface AttestationRecord {
  readonly cid: OpCid
  readonly key: KeyId
  readonly seq: number
  /** The author's clock in ms; shown, never judged by. */
  readonly at: number
  readonly stakeholder: StakeholderId
  readonly claim: Claim
  readonly evidence: Evidence
  /** Outer keys, as the DER of their SubjectPublicKeyInfo. */
  readonly keys: readonly Uint8Array[]
  readonly supersedes: readonly OpCid[]
  /** All operations that it refers to: freezes of what it was made from among them. */
  readonly refs: readonly OpCid[]
}

/** What one stakeholder's standing words on one question come to. */
export interface Word {
  readonly stakeholder: StakeholderId
  /** The worst of them: who says two things at once is not believed the better one. */
  readonly result: ClaimResult
  readonly records: readonly AttestationRecord[]
}

/** How grave a result is. */
const GRAVITY: Readonly<Record<ClaimResult, number>> = { passed: 0, warned: 1, failed: 2 }

/**
 * Each stakeholder's word on one question, by stakeholder. Of the records of one stakeholder on it,
 * one that is later in the same chain, or that names an earlier one, replaces that.
 */
export function wordsOn(
  records: readonly AttestationRecord[],
  kind: ClaimKind,
  isOn: (claim: Claim) => boolean,
): Word[] {
  const on = records.filter(({ claim }) => claim.kind === kind && isOn(claim))
  const words = [...Map.groupBy(on, ({ stakeholder }) => stakeholder)].map(([stakeholder, own]) => {
    const standing = own.filter((record) => !own.some((other) => replaces(other, record)))
    return { stakeholder, result: worst(standing), records: standing.sort(byCid) }
  })
  return words.sort((a, b) => (a.stakeholder < b.stakeholder ? -1 : 1))
}

/** True when the first of two records of one stakeholder takes the place of the second. */
const replaces = (later: AttestationRecord, earlier: AttestationRecord): boolean =>
  (later.key === earlier.key && later.seq > earlier.seq) ||
  (later.cid !== earlier.cid && later.supersedes.includes(earlier.cid))

const worst = (records: readonly AttestationRecord[]): ClaimResult =>
  records
    .map(({ claim }) => claim.result)
    .reduce((a, b) => (GRAVITY[b] > GRAVITY[a] ? b : a), 'passed')

const byCid = (a: AttestationRecord, b: AttestationRecord): number => (a.cid < b.cid ? -1 : 1)

/**
 * What goes when the disk quota of a home is reached: pinned artefacts never, of the others the one
 * that was used longest ago first. What is pinned, and why, is said in `src/replica/pins.ts`.
 */
import { accept, type Result, refuse } from '../op/refusal.ts'
import type { ContentDigest } from './digest.ts'

/** A local copy, whole or in part. */
export interface LocalCopy {
  readonly digest: ContentDigest
  /** What it takes when it is whole. */
  readonly sizeBytes: number
  /** When it was last read or served, in ms. */
  readonly usedAt: number
  readonly isPinned: boolean
}

/**
 * Which copies go so that `neededBytes` more fit into the quota; none when they fit already. Refuses
 * (`artefact-quota`) when what is pinned leaves no room: then nothing goes.
 */
export function planEviction(
  copies: readonly LocalCopy[],
  neededBytes: number,
  quotaBytes: number,
): Result<readonly ContentDigest[]> {
  const sum = (list: readonly LocalCopy[]) => list.reduce((n, { sizeBytes }) => n + sizeBytes, 0)
  let excess = sum(copies) + neededBytes - quotaBytes
  const leaving: ContentDigest[] = []
  for (const copy of evictable(copies)) {
    if (excess <= 0) break
    leaving.push(copy.digest)
    excess -= copy.sizeBytes
  }
  if (excess <= 0) return accept(leaving)
  const pinned = sum(copies.filter(({ isPinned }) => isPinned))
  return refuse(
    'artefact-quota',
    `${neededBytes} bytes do not fit: ${pinned} of ${quotaBytes} bytes are pinned`,
    'folkmoot artefact unpin <id>, or a larger artefacts.maxMib: folkmoot config set',
  )
}

/** Longest unused first; of those alike the lower digest, so that the order is no accident. */
const evictable = (copies: readonly LocalCopy[]): LocalCopy[] =>
  copies
    .filter(({ isPinned }) => !isPinned)
    .sort((a, b) => a.usedAt - b.usedAt || (a.digest < b.digest ? -1 : 1))

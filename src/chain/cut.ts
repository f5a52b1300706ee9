/** Why a key does not count from some seq on (design §2.2, §2.3). */
import type { Chain } from './held.ts'
import type { Keyring } from './keyring.ts'

/** `forked`: the key said two things at one place, or its root did. */
export type CutReason = 'forked' | 'revoked' | 'claimed twice'

/** Why a chain ends; undefined where it does not. Its own fork, or its root's, comes before a root's word. */
export function cutReason(keyring: Keyring, { key, cut, forkedAt }: Chain): CutReason | undefined {
  if (!Number.isFinite(cut)) return undefined
  const revoked = keyring
    .revocationsOf(key)
    .some(({ lastGood }) => (lastGood === null ? 0 : lastGood.seq + 1) === cut)
  const byRoot = keyring.delegationsOf(key).every(({ stray }) => stray) && !keyring.isRoot(key)
  if (forkedAt === cut || byRoot) return 'forked'
  return revoked ? 'revoked' : 'claimed twice'
}

/** Peers that the operator blocked: a local fact that survives a restart, in no digest. */
import { z } from 'zod'
import type { KeyId } from '../../src/op/ids.ts'
import { isKeyId } from '../../src/op/key-id.ts'
import type { Replica } from '../../src/replica/replica.ts'

const NOTE = 'blocked-peers'
const keysSchema = z.array(z.string())

/** The blocked node keys. */
export function blockedKeys(replica: Replica): ReadonlySet<KeyId> {
  const note = replica.local.get(NOTE)
  return new Set(note === undefined ? [] : keysSchema.parse(JSON.parse(note)).filter(isKeyId))
}

/** Remembers exactly these as blocked, durably. Throws what the store throws. */
export function saveBlocked(replica: Replica, keys: ReadonlySet<KeyId>): void {
  replica.note([[NOTE, keys.size === 0 ? null : JSON.stringify([...keys].sort())]])
  replica.flush()
}

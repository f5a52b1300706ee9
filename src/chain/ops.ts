/** Operations of the keyring, checkpoints and addresses (design §2.3, §2.4, §6.3). */
import { z } from 'zod'
import { bytesOf, CAPABILITIES, defineOp, looseCid, millis, text } from '../op/type.ts'

/** Most entries of one checkpoint. */
export const MAX_CHECKPOINT_ENTRIES = 1000
/** Most addresses in one statement. */
export const MAX_ADDRESSES = 16

/** A root gives a node key capabilities; the key countersigns coalition ‖ root. */
export const keyDelegate = defineOp('key.delegate', 'root', {
  key: bytesOf(32),
  countersignature: bytesOf(64),
  can: z.array(z.enum(CAPABILITIES)).min(1).max(CAPABILITIES.length),
  box: text(256).optional(),
  label: text(128).optional(),
  notAfter: millis.optional(),
})

/** A root ends a node key; everything after `lastGood` is cut, whenever it arrives. */
export const keyRevoke = defineOp('key.revoke', 'root', {
  key: bytesOf(32),
  lastGood: z.strictObject({ seq: z.int().min(0), cid: looseCid }).nullable(),
  reason: text(1024),
})

/** "I have all this": key, last seq, its CID. Unless `full`, a delta to the author's previous one. */
export const checkpoint = defineOp('checkpoint', 'any', {
  full: z.boolean(),
  frontier: z.array(z.tuple([bytesOf(32), z.int().min(0), looseCid])).max(MAX_CHECKPOINT_ENTRIES),
})

/** Where this node can be dialled: multiaddrs, the latest statement of a key holds (§6.3). */
export const nodeAddress = defineOp('node.address', 'any', {
  addresses: z.array(text(256)).max(MAX_ADDRESSES),
})

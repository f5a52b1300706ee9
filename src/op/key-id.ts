/** Keys as text: 64 lowercase hex digits, fast both ways. */
import type { KeyId } from './ids.ts'

const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'))

/** Most ids that are remembered; a coalition has a few thousand keys. */
const MAX_KNOWN = 8192
/** Ids by their first six bytes as a number: an id that is one object costs maps no new hash. */
const known = new Map<number, { readonly bytes: Uint8Array; readonly id: KeyId }>()

/** The id of 32 public key bytes. */
export function keyIdFromBytes(bytes: Uint8Array): KeyId {
  const prefix = prefixOf(bytes)
  const before = known.get(prefix)
  if (before && equal(before.bytes, bytes)) return before.id
  let id = ''
  for (const byte of bytes) id += HEX[byte]
  if (known.size >= MAX_KNOWN) known.clear()
  known.set(prefix, { bytes: new Uint8Array(bytes), id: id as KeyId })
  return id as KeyId
}

function prefixOf(bytes: Uint8Array): number {
  let prefix = 0
  for (let i = 0; i < 6; i++) prefix = prefix * 256 + (bytes[i] ?? 0)
  return prefix
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** The 32 bytes of a key. */
export function keyBytes(key: KeyId): Uint8Array {
  const bytes = new Uint8Array(key.length / 2)
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(key.slice(2 * i, 2 * i + 2), 16)
  return bytes
}

/** True for the one spelling of a key that we use. */
export const isKeyId = (text: string): text is KeyId => /^[0-9a-f]{64}$/.test(text)

/** Keys as text: 64 lowercase hex digits, fast both ways. */
import { byteMemo } from './byte-memo.ts'
import type { KeyId } from './ids.ts'

const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'))

/** Most ids that are remembered; a coalition has a few thousand keys. */
const MAX_KNOWN = 8192

/** The id of 32 public key bytes; for the same key the same string object. */
export const keyIdFromBytes: (bytes: Uint8Array) => KeyId = byteMemo(MAX_KNOWN, (bytes) => {
  let text = ''
  for (const byte of bytes) text += HEX[byte]
  return text as KeyId
})

/** The 32 bytes of a key. */
export function keyBytes(key: KeyId): Uint8Array {
  const bytes = new Uint8Array(key.length / 2)
  for (let i = 0; i < bytes.length; i++)
    bytes[i] = (digitOf(key.charCodeAt(2 * i)) << 4) | digitOf(key.charCodeAt(2 * i + 1))
  return bytes
}

/** The value of a hex digit by its character code: `0` is 48, `a` is 97. */
const digitOf = (code: number): number => (code < 58 ? code - 48 : code - 87)

/** True for the one spelling of a key that we use. */
export const isKeyId = (text: string): text is KeyId => /^[0-9a-f]{64}$/.test(text)

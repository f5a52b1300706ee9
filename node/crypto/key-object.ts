/** Raw ed25519 keys as `KeyObject`s of `node:crypto`. */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'

/** DER prefix of an ed25519 SubjectPublicKeyInfo (RFC 8410 §4); the 32 key bytes follow. */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')
/** DER prefix of an ed25519 PKCS #8 private key (RFC 8410 §7); the 32 seed bytes follow. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')

/** The public key object of 32 raw bytes. OpenSSL takes any 32 bytes here and decodes them later. */
export const publicKeyObject = (bytes: Uint8Array): KeyObject =>
  createPublicKey({ key: Buffer.concat([SPKI_PREFIX, bytes]), format: 'der', type: 'spki' })

/** The private key object of a 32-byte seed (RFC 8032 §5.1.5). */
export const privateKeyObject = (seed: Uint8Array): KeyObject =>
  createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' })

/** The 32 raw public bytes that belong to a private key object. */
export const publicBytesOf = (key: KeyObject): Uint8Array =>
  new Uint8Array(
    createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.length),
  )

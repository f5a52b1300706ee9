/**
 * Signatures inside DSSE envelopes (design §3.4): made by other tools with keys of their own, ed25519
 * or ECDSA on P-256 with SHA-256. They are evidence, no operation counts by them; so OpenSSL alone
 * judges them, and of ECDSA both spellings are taken: DER as sigstore writes it, and r ‖ s.
 */
import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto'
import { isKeyId, keyBytes } from '../../src/op/key-id.ts'
import { accept, type Refusal, type Result, refuse } from '../../src/op/refusal.ts'
import {
  type DsseEnvelope,
  type EnvelopeSignature,
  preAuthEncoding,
} from '../../src/proposal/attestation/dsse.ts'
import { publicKeyObject } from './key-object.ts'

/** Kinds of key that are understood. */
export type OuterAlgorithm = 'ed25519' | 'ecdsa-p256'

/** A key that signs envelopes. */
export interface OuterKey {
  readonly algorithm: OuterAlgorithm
  /** The DER of its SubjectPublicKeyInfo. */
  readonly spki: Uint8Array
  /** Hex sha256 of `spki`: what people compare. */
  readonly fingerprint: string
}

/**
 * Reads a public key: PEM (a key, or a certificate that holds one), 64 hex digits of a raw ed25519
 * key, or the DER of a SubjectPublicKeyInfo. Refuses `bad-key`, `private-key` and, for RSA and others, `key-kind`.
 */
export function readOuterKey(content: Uint8Array): Result<OuterKey> {
  if (PRIVATE.test(Buffer.from(content).toString('latin1'))) return SECRET
  const object = keyObjectOf(content)
  if (object === undefined)
    return refuse('bad-key', 'this is no public key', 'give it as PEM, or an ed25519 key as hex')
  const algorithm = algorithmOf(object)
  if (algorithm === undefined)
    return refuse(
      'key-kind',
      `a key of kind ${object.asymmetricKeyType ?? 'unknown'} is not understood`,
      'sign with ed25519, or with ECDSA on P-256',
    )
  const spki = new Uint8Array(object.export({ format: 'der', type: 'spki' }))
  return accept({ algorithm, spki, fingerprint: hash('sha256', spki) })
}

/** OpenSSL would take the public half of one. */
const PRIVATE = /-----BEGIN [A-Z ]*PRIVATE KEY-----/
const SECRET: Refusal = refuse(
  'private-key',
  'this is a private key',
  'give the public one, and keep this where only its owner reads it: openssl pkey -in ci.key -pubout -out ci.pub',
)

/** The PEM of a key, as other tools read it. */
export const outerKeyPem = ({ spki }: Pick<OuterKey, 'spki'>): string =>
  spkiObject(spki).export({ format: 'pem', type: 'spki' }).toString()

/** The keys of these that signed the envelope; each at most once, whatever its `keyid`s say. */
export function verifiedBy(envelope: DsseEnvelope, keys: readonly OuterKey[]): OuterKey[] {
  const message = preAuthEncoding(envelope.payloadType, envelope.payload)
  return keys.filter((key) =>
    envelope.signatures.some((signature) => isSignedBy(message, signature, key)),
  )
}

function isSignedBy(
  message: Uint8Array,
  { sig }: EnvelopeSignature,
  { algorithm, spki }: OuterKey,
): boolean {
  const key = spkiObject(spki)
  if (algorithm === 'ed25519') return verify(null, message, key, sig)
  return (
    verify('sha256', message, { key, dsaEncoding: 'der' }, sig) ||
    verify('sha256', message, { key, dsaEncoding: 'ieee-p1363' }, sig)
  )
}

function algorithmOf(key: KeyObject): OuterAlgorithm | undefined {
  if (key.asymmetricKeyType === 'ed25519') return 'ed25519'
  return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1'
    ? 'ecdsa-p256'
    : undefined
}

function keyObjectOf(content: Uint8Array): KeyObject | undefined {
  const text = Buffer.from(content).toString('latin1').trim()
  if (isKeyId(text)) return publicKeyObject(keyBytes(text))
  try {
    return text.startsWith('-----BEGIN') ? createPublicKey(text) : spkiObject(content)
  } catch {
    // OpenSSL has no error classes: whatever it throws means that these bytes are no key.
    return undefined
  }
}

const spkiObject = (spki: Uint8Array): KeyObject =>
  createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })

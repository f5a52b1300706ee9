/**
 * DSSE envelopes (Dead Simple Signing Envelope, protocol v1.0): how other tools sign what a member
 * attests (design §3.4). Reads and writes them; verifying signatures is left to who has the keys.
 */
import { base64, base64pad, base64url } from 'multiformats/bases/base64'
import { z } from 'zod'
import { accept, type Result, refuse } from '../../op/refusal.ts'

/** The payload type of an in-toto statement. */
export const IN_TOTO_PAYLOAD = 'application/vnd.in-toto+json'
/** Largest envelope that an operation carries, in bytes; of a larger one it carries the digest. */
export const MAX_ENVELOPE_BYTES = 64 * 1024
/** Most signatures of one envelope. */
export const MAX_ENVELOPE_SIGNATURES = 16

/** One signature; `keyid` is the signer's hint and proves nothing. */
export interface EnvelopeSignature {
  readonly keyid: string | null
  readonly sig: Uint8Array
}

/** A decoded envelope. */
export interface DsseEnvelope {
  readonly payloadType: string
  readonly payload: Uint8Array
  readonly signatures: readonly EnvelopeSignature[]
}

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true })

/**
 * PAE, what a signature of an envelope is over: `"DSSEv1" SP LEN(type) SP type SP LEN(body) SP body`,
 * lengths in bytes as decimal digits.
 */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = encoder.encode(payloadType)
  const head = encoder.encode(`DSSEv1 ${type.length} ${payloadType} ${payload.length} `)
  const encoded = new Uint8Array(head.length + payload.length)
  encoded.set(head)
  encoded.set(payload, head.length)
  return encoded
}

/** Empty fields may be left out; fields that it does not name are for other readers. */
const envelopeSchema = z.object({
  payload: z.string().default(''),
  payloadType: z.string().default(''),
  signatures: z
    .array(z.object({ keyid: z.string().optional(), sig: z.string() }))
    .min(1)
    .max(MAX_ENVELOPE_SIGNATURES),
})

/** Reads the JSON of an envelope of any size; refuses (`not-dsse`) what is none, and says why. */
export function readEnvelope(bytes: Uint8Array): Result<DsseEnvelope> {
  const json = readJson(bytes)
  if (!json.ok) return json
  const read = envelopeSchema.safeParse(json.value)
  const issue = read.error?.issues[0]
  if (!read.success) return notDsse(`${issue?.path.join('.') || 'it'}: ${issue?.message}`)
  const payload = fromBase64(read.data.payload)
  if (payload === undefined) return notDsse('payload: not base64')
  const signatures: EnvelopeSignature[] = []
  for (const { keyid, sig } of read.data.signatures) {
    const decoded = fromBase64(sig)
    if (decoded === undefined) return notDsse('signatures: not base64')
    signatures.push({ keyid: keyid ? keyid : null, sig: decoded })
  }
  return accept({ payloadType: read.data.payloadType, payload, signatures })
}

/** The JSON of an envelope, as every other tool reads it. */
export function writeEnvelope({ payloadType, payload, signatures }: DsseEnvelope): Uint8Array {
  const json = {
    payload: base64pad.baseEncode(payload),
    payloadType,
    signatures: signatures.map(({ keyid, sig }) => ({
      ...(keyid !== null && { keyid }),
      sig: base64pad.baseEncode(sig),
    })),
  }
  return encoder.encode(JSON.stringify(json))
}

/** Reads JSON in UTF-8; refuses (`not-dsse`) anything else. */
export function readJson(bytes: Uint8Array): Result<unknown> {
  try {
    const value: unknown = JSON.parse(decoder.decode(bytes))
    return accept(value)
  } catch {
    return notDsse('it is no JSON in UTF-8')
  }
}

const notDsse = (what: string) =>
  refuse('not-dsse', `this is no DSSE envelope: ${what}`, 'see docs/guides/attestations.md for one')

/** Both alphabets are allowed to signers, so readers take either. */
function fromBase64(text: string): Uint8Array | undefined {
  const alphabet = /[-_]/.test(text) ? base64url : base64
  try {
    return alphabet.baseDecode(text)
  } catch {
    return undefined
  }
}

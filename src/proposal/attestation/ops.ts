/** The operation by which a member attests (design §3.4). Its signature is the coalition's proof. */
import { z } from 'zod'
import { defineOp, refIndex, text } from '../../op/type.ts'
import { claimSchema } from './claim.ts'
import { MAX_ENVELOPE_BYTES } from './dsse.ts'

/** Most outer keys that an attestation names. */
export const MAX_OUTER_KEYS = 8
/** Largest outer key, as the DER of its SubjectPublicKeyInfo, in bytes. */
export const MAX_OUTER_KEY_BYTES = 256
/** Most attestations that one replaces or answers; with the proposal they fit in `refs`. */
export const MAX_SUPERSEDED = 63

const bytesUpTo = (max: number): z.ZodType<Uint8Array> =>
  z.custom<Uint8Array>(
    (value) => value instanceof Uint8Array && value.length > 0 && value.length <= max,
    `must be 1 to ${max} bytes`,
  )

/** The envelope byte for byte, or, where it is larger, the digest of the artefact that holds it. */
const evidence = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('inline'), envelope: bytesUpTo(MAX_ENVELOPE_BYTES) }),
  z.strictObject({ kind: z.literal('artefact'), digest: text(256), sizeBytes: z.int().min(1) }),
])

/**
 * A member's word about subjects, with the evidence. `keys` are the outer keys with which its node
 * verified the envelope. `supersedes` names older attestations: of its own, what this one replaces;
 * of others, failures that it has seen and passes nevertheless.
 */
export const attestationAdd = defineOp('attestation.add', 'attest', {
  proposal: refIndex.optional(),
  claim: claimSchema,
  evidence,
  keys: z.array(bytesUpTo(MAX_OUTER_KEY_BYTES)).max(MAX_OUTER_KEYS),
  supersedes: z.array(refIndex).max(MAX_SUPERSEDED),
})

/** What the operation holds. */
export type AttestationBody = z.infer<(typeof attestationAdd)['body']>
/** The envelope, or where it is. */
export type Evidence = AttestationBody['evidence']

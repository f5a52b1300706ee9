/** Keys of a scenario's stakeholders: each follows from its name alone, so all runs share them. */
import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto'
import type { KeyId } from '../../src/op/ids.ts'
import { keyIdFromBytes } from '../../src/op/key-id.ts'
import type { Signer } from '../../src/op/operation.ts'
import { acceptMade } from '../world/verifier.ts'

/** PKCS #8 frame of a raw ed25519 seed (RFC 8410). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')
const signers = new Map<string, Signer>()

/** The key of a name: `s1 root`, `s1 node`. */
export function signerOf(name: string): Signer {
  const known = signers.get(name)
  if (known) return known
  const seed = createHash('sha256').update(`folkmoot-sim ${name}`).digest()
  const secret = createPrivateKey({
    key: Buffer.concat([PKCS8, seed]),
    format: 'der',
    type: 'pkcs8',
  })
  const spki = createPublicKey(secret).export({ format: 'der', type: 'spki' })
  const signer: Signer = {
    key: keyIdFromBytes(new Uint8Array(spki.subarray(-32))),
    sign: (message) => new Uint8Array(sign(null, message, secret)),
  }
  acceptMade(signer.key)
  signers.set(name, signer)
  return signer
}

/** The root key of a stakeholder. */
export const rootOf = (stakeholder: string): Signer => signerOf(`${stakeholder} root`)
/** The public part of it, as charters name it. */
export const rootKeyOf = (stakeholder: string): KeyId => rootOf(stakeholder).key
/** The first node key of a stakeholder. */
export const nodeKeyOf = (stakeholder: string): Signer => signerOf(`${stakeholder} node`)

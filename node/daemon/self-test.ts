/**
 * Does this machine's OpenSSL compute the one signature predicate (design §2.1)? Asked at every
 * start, because a library update can change the answer, and nodes that disagree split.
 */
import { keyIdFromBytes } from '../../src/op/key-id.ts'
import { pureVerifier, type Verifier } from '../../src/op/signature.ts'
import { DaemonError } from './errors.ts'

interface Case {
  readonly about: string
  readonly key: string
  readonly message: string
  readonly sig: string
  readonly acceptsKey: boolean
  readonly isValid: boolean
}

/** The prime-order key of the cases with S beyond L. */
const SPECCHECK_KEY = '442aad9f089ad9e14647b1ef9099a1ff4798d78589e66f28eca69c11f582a623'
const SPECCHECK_MESSAGE = '85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40'

/** RFC 8032 §7.1 test 1, and cases of "Taming the many EdDSAs" (Chalkias et al., 2020, table 5). */
const CASES: readonly Case[] = [
  {
    about: 'a valid signature',
    key: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    message: '',
    sig: 'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    acceptsKey: true,
    isValid: true,
  },
  {
    about: 'S > L',
    key: SPECCHECK_KEY,
    message: SPECCHECK_MESSAGE,
    sig: 'e96f66be976d82e60150baecff9906684aebb1ef181f67a7189ac78ea23b6c0e547f7690a0e2ddcd04d87dbc3490dc19b3b3052f7ff0538cb68afb369ba3a514',
    acceptsKey: true,
    isValid: false,
  },
  {
    about: 'S far beyond L',
    key: SPECCHECK_KEY,
    message: SPECCHECK_MESSAGE,
    sig: '8ce5b96c8f26d0ab6c47958c9e68b937104cd36e13c33566acd2fe8d38aa19427e71f98a473474f2f13f06f97c20d58cc3f54b8bd0d272f42b695dd7e89a8c22',
    acceptsKey: true,
    isValid: false,
  },
  {
    about: 'a key of mixed order',
    key: 'cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d',
    message: '9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79',
    sig: '9046a64750444938de19f227bb80485e92b83fdb4b6506c160484c016cc1852f87909e14428a7a1d62e9f22f3d3ad7802db02eb2e688b6c52fcd6648a98bd009',
    acceptsKey: false,
    isValid: false,
  },
]

/** Throws `self-test-failed` when the verifier, or the reference itself, gives a wrong verdict. */
export function selfTest(verifier: Verifier): void {
  for (const { about, key, message, sig, acceptsKey, isValid } of CASES)
    for (const tested of [verifier, pureVerifier]) {
      const id = keyIdFromBytes(bytesOf(key))
      const accepts = tested.acceptsKey(id)
      const valid = accepts && tested.verify(bytesOf(sig), bytesOf(message), id)
      if (accepts !== acceptsKey || valid !== isValid) throw failed(about)
    }
}

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))

const failed = (about: string): DaemonError =>
  new DaemonError(
    'self-test-failed',
    `this machine judges signatures differently from other nodes (${about})`,
    'use the Node version that this release names; a node that disagrees must not run',
  )

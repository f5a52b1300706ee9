/** Digests of what a proposal is about: inline text, or a frozen document (design §3.4). */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'

/** `sha256:` and the hex digest of the text's UTF-8 bytes. */
export const digestOfText = (text: string): string =>
  `sha256:${bytesToHex(sha256(utf8ToBytes(text)))}`

/** The digest that a freeze states, in the same words. */
export const digestOfFreeze = (digest: Uint8Array): string => `sha256:${bytesToHex(digest)}`

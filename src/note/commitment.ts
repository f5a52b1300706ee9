/** The commitment of a note: a salted digest that binds the text to its author and coalition. */
import { sha256 } from '@noble/hashes/sha2.js'
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { cidBytes } from '../op/cid.ts'
import type { CoalitionId, KeyId } from '../op/ids.ts'
import { keyBytes } from '../op/key-id.ts'

/** Domain separation: a note's digest is good for nothing else. */
const DOMAIN = utf8ToBytes('folkmoot/note/v1\0')

/** What a commitment is over. */
export interface NoteSecret {
  readonly coalition: CoalitionId
  /** The key that signs the commitment: nobody else can copy it and call the text its own. */
  readonly key: KeyId
  readonly salt: Uint8Array
  readonly text: string
}

/** sha256 over domain ‖ coalition ‖ key ‖ salt ‖ UTF-8 of the text; all but the text of fixed length. */
export const commitmentOf = ({ coalition, key, salt, text }: NoteSecret): Uint8Array =>
  sha256(concatBytes(DOMAIN, cidBytes(coalition), keyBytes(key), salt, utf8ToBytes(text)))

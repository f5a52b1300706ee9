/** Operations about private notes: what a member wrote down for itself is fixed now and shown later, if ever. */
import { bytesOf, defineOp, refIndex, text } from '../op/type.ts'

/** Longest text of a note, in UTF-16 units. */
export const MAX_NOTE_TEXT = 64 * 1024
/** Longest label, in UTF-16 units; a label is public. */
export const MAX_NOTE_LABEL = 200
/** Bytes of the salt, without which a short text could be guessed from its commitment. */
export const SALT_BYTES = 32

/** "I hold a text with this salted digest." `about` names what it bears on, and pulls it. */
export const noteCommit = defineOp('note.commit', 'any', {
  digest: bytesOf(32),
  about: refIndex.optional(),
  label: text(MAX_NOTE_LABEL).optional(),
})

/** "This is the text of that note." It is only if the digest fits. */
export const noteReveal = defineOp('note.reveal', 'any', {
  note: refIndex,
  salt: bytesOf(SALT_BYTES),
  text: text(MAX_NOTE_TEXT),
})

/** Limits of documents (design §2.5). Each has a test at its edge. */

/** Most edits in one operation. */
export const MAX_EDITS = 512
/** Most text that one operation inserts, in UTF-16 units, map keys included. */
export const MAX_TEXT = 64 * 1024
/** Most values (entries of maps and lists, each text, each scalar) that one operation inserts. */
export const MAX_VALUES = 4096
/** Deepest place in a document: the steps of a path and the nesting of what is put there. */
export const MAX_PLACE_DEPTH = 8
/** Longest key of a map, in UTF-16 units. */
export const MAX_KEY_LENGTH = 256
/** Largest counter, and largest step of one, either way. */
export const MAX_COUNT = 2 ** 40
/** Most edits that an edit may build on: with the document and the charter they fill its `refs`. */
export const MAX_AFTER = 62
/**
 * Size of a document, in units of text and values, from which an edit that makes it larger still
 * is void. One that leaves it as large or makes it smaller never is.
 */
export const MAX_DOCUMENT_SIZE = 256 * 1024
/** Most edits of one key to one document. */
export const MAX_EDITS_OF_KEY = 10_000
/**
 * Most that one key may insert into one document in all its edits, in the units of its size. What is
 * deleted stays in the history, and to derive edits on a long one takes long: with this much, written
 * in the largest pieces and deleted again, some seconds; with eight times as much, minutes.
 */
export const MAX_INSERTED_BY_KEY = 512 * 1024
/**
 * Most edits that a freeze may build on. A proposal that cites one has every node derive them at
 * once to judge it: some seconds, whatever they are.
 */
export const MAX_FROZEN_EDITS = 5_000
/** Most that the edits a freeze builds on may have inserted, in the units of a document's size. */
export const MAX_FROZEN_INSERTED = 2 * 1024 * 1024
/** Longest title. */
export const MAX_DOCUMENT_TITLE = 200
/** Longest name of what a document is for. */
export const MAX_SCHEMA = 256
/** Most functions or stakeholders that may edit, where they are named. */
export const MAX_EDITORS = 256

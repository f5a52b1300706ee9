/** The notes of a store that may be behind what its keys have said (design §2.3, amnesia guard). */
import { STALE_NOTE } from '../../src/replica/local.ts'

/** Name of the note that our root's chain has not been learnt again since the store was lost. */
export const ROOT_UNKNOWN_NOTE = 'own-root-unknown'

/** Its node key never signs again, its root not before others have told what it said; and why. */
export const staleNotes = (why: string): readonly (readonly [string, string])[] => [
  [STALE_NOTE, why],
  [ROOT_UNKNOWN_NOTE, why],
]

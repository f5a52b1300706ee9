/** Names of slots: what only one adopted proposal may hold at a time (design §3.6). */
import type { SlotId } from '../op/ids.ts'

/** The slot of the charter itself. */
export const CHARTER_SLOT = 'charter'

const SLOT = /^([a-z0-9][a-z0-9-]{0,62})@[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/

/** True for `charter` and `word@line`. */
export const isSlot = (slot: string): slot is SlotId => slot === CHARTER_SLOT || SLOT.test(slot)

/** The word before the `@`, which may be a component's id; none for `charter` and what is no slot. */
export const slotWord = (slot: string): string | undefined => SLOT.exec(slot)?.[1]

/** Every attack, by name. */
import type { Attack } from './attack.ts'
import { ATTACKS_BY_GOSSIP } from './gossipers.ts'
import { ATTACKS_BY_SESSIONS } from './sessions.ts'
import { ATTACKS_OF_STRANGERS } from './strangers.ts'

/** In the order in which they are reported. */
export const ATTACKS: Readonly<Record<string, Attack>> = {
  ...ATTACKS_OF_STRANGERS,
  ...ATTACKS_BY_GOSSIP,
  ...ATTACKS_BY_SESSIONS,
}

/** What the attacker is told when it is started, and what it says when it ends: one line of JSON each. */
import type { CoalitionId } from '../../../src/op/ids.ts'

/** An order to attack. */
export interface Mission {
  readonly attack: string
  readonly coalition: CoalitionId
  /** Where the honest daemons listen: multiaddrs that end in a peer id. */
  readonly victims: readonly string[]
  /** Seeds of node keys that the attacker's root delegated, hex; none of them has said anything yet. */
  readonly seeds: readonly string[]
  /** Operations of honest members with their signatures, base64: what is replayed. */
  readonly overheard: readonly (readonly [bytes: string, sig: string])[]
}

/** What the attacker did, counted by what it is: connections, messages, bytes, refusals that it noticed. */
export type Deeds = Readonly<Record<string, number>>

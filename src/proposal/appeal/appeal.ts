/**
 * Appeals (design §3.8), and the one ballot that all appeals of a decision share. Its content follows
 * from the decision alone: whoever opens it first, it asks the same. Upheld, it holds the slot and
 * says that the decision is set aside; what takes its place is for another proposal.
 */
import { DOMAIN, slotComponent } from '../../charter/lookup.ts'
import type { Charter } from '../../charter/schema.ts'
import type { OpCid, StakeholderId } from '../../op/ids.ts'
import { type FixedQuestion, shortTitle } from '../question.ts'

/** The appeal of one stakeholder that counts. */
export interface AppealRecord {
  readonly cid: OpCid
  readonly stakeholder: StakeholderId
  readonly grounds: string
  /** The author's clock in ms; shown, never judged by. */
  readonly at: number
  /** When this node first saw it, in ms: local, in no digest. */
  readonly seenAt: number
}

/** A decision that is appealed against. */
export interface Appealed {
  readonly id: OpCid
  readonly title: string
  readonly slot: string
  readonly components: readonly string[]
  /** What it took the place of. */
  readonly replaces: OpCid | null
}

/** The question of the ballot that all appeals of a decision share. */
export const appealQuestion = ({
  id,
  title,
  slot,
  components,
  replaces,
}: Appealed): FixedQuestion => ({
  title: shortTitle(`Set aside: ${title}`),
  text: [
    `Shall the decision ${id} in slot ${slot} be set aside?`,
    `Yes: it no longer holds; ${replaces === null ? 'nothing' : replaces} held the slot before it.`,
    'No: it stands.',
  ].join('\n'),
  slot,
  components,
})

/**
 * The track on which an appeal in a slot is decided: that of its owners where they decide the slot,
 * else the one that the charter names; undefined where the charter knows no appeals.
 */
export function appealTrack(charter: Charter, slot: string): string | undefined {
  if (charter.appeals === undefined) return undefined
  return slotComponent(charter, slot)?.decidedBy === 'owners' ? DOMAIN : charter.appeals.track
}

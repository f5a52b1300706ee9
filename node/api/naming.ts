/** Who a key is and what an operation is about, in the words that people use. */
import type { KeyId, OpCid, StakeholderId } from '../../src/op/ids.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { OP_CIDS, shortId } from './ids.ts'

/** Characters of a key that has no other name. */
const KEY_LENGTH = 12

/** The stakeholder of a root or node key, by the charter in force. */
export function stakeholderOf(replica: Replica, key: KeyId): StakeholderId | undefined {
  const charter = replica.charter?.charter
  return charter && replica.views.stakeholderOf(key, charter)
}

/** The stakeholder of this node. */
export const ownStakeholder = (replica: Replica): StakeholderId | undefined =>
  replica.signer && stakeholderOf(replica, replica.signer.key)

/** A key as people know it: its stakeholder, also one that has left, else the first characters of the key. */
export const nameOf = (replica: Replica, key: KeyId): string =>
  stakeholderOf(replica, key) ?? formerName(replica, key) ?? `key ${key.slice(0, KEY_LENGTH)}`

/** By a root that the charter in force does not name: as the last one that did calls its member. */
function formerName({ views, charter: now }: Replica, key: KeyId): string | undefined {
  const before = views.charters().toReversed()
  const id = before
    .map(({ charter }) => views.stakeholderOf(key, charter))
    .find((found) => found !== undefined)
  const isMember = now?.charter.stakeholders.some((member) => member.id === id)
  return id && (isMember ? id : `${id} (left)`)
}

/** A proposal as people know it: its title, and enough of its id to type. */
export function titleOf(replica: Replica, id: OpCid): string {
  const title = replica.views.topics.proposals.get(id)?.proposal?.body.title
  return title === undefined ? `proposal ${shortId(id)}` : `“${title}” (${shortId(id)})`
}

/** A sentence with every proposal that it names as people know it. */
export const withTitles = (replica: Replica, sentence: string): string =>
  sentence.replaceAll(OP_CIDS, (cid) => titleOf(replica, cid as OpCid))

/** A document as people know it: its title, and enough of its id to type. */
export function documentTitleOf(replica: Replica, id: OpCid): string {
  const title = replica.views.topics.documents.get(id)?.creation?.body.title
  return title === undefined ? `document ${shortId(id)}` : `“${title}” (${shortId(id)})`
}

/** The latest moment that a date can be, in ms (ECMA-262, time range); a peer may name a later one. */
const LATEST_MS = 8.64e15

/** A moment in UTC, to the second. */
export const momentText = (ms: number): string =>
  Math.abs(ms) <= LATEST_MS ? `${new Date(ms).toISOString().slice(0, 19)}Z` : 'never'

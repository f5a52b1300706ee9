/** Which coalition this home is of, and how far it got: founding, joining, or a member. */
import { z } from 'zod'
import { isOpCid } from '../../src/op/cid.ts'
import { readJsonFile, writeJsonFile } from './json-file.ts'
import type { HomeLayout } from './layout.ts'

const membershipSchema = z.strictObject({
  /** The coalition's id: the CID of its founding operation. */
  coalition: z.string().refine(isOpCid, 'must be the CID of an operation'),
  /** `founding` until the charter is active, `joining` until our chain is known to the others. */
  state: z.enum(['founding', 'joining', 'member']),
  /** The invite that we joined by, as it was given; `null` for a founder. */
  invite: z.string().max(65_536).nullable(),
  /** Where to find others before their own announcements are known (multiaddrs). */
  peers: z.array(z.string()).max(1_000),
})

/** What a home knows about its coalition before the store can tell. */
export type Membership = z.infer<typeof membershipSchema>

/** The home's coalition; `undefined` before founding or joining. */
export const readMembership = (layout: HomeLayout): Membership | undefined =>
  readJsonFile(layout.membership, membershipSchema)

/** Saves the home's coalition, durably. */
export const saveMembership = (layout: HomeLayout, membership: Membership): void =>
  writeJsonFile(layout.membership, membershipSchema.parse(membership))

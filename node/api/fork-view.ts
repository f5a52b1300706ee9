/** Keys that said two things at one place, with the two operations that prove it (design §2.2). */
import type { Chain } from '../../src/chain/held.ts'
import { proofsOf } from '../../src/chain/recount.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { stakeholderOf } from './naming.ts'
import type { EvidenceLine } from './node-api.ts'

/** Chains with a proven fork that no earlier cut hides. */
export const forkedChains = ({ ledger }: Replica): Chain[] =>
  [...ledger.chains.values()].filter(
    ({ forkedAt, cut }) => Number.isFinite(forkedAt) && forkedAt === cut,
  )

/** All evidence, ordered by key. */
export const evidenceLines = (replica: Replica): EvidenceLine[] =>
  forkedChains(replica)
    .map((chain) => evidenceLine(replica, chain))
    .sort((a, b) => (a.key < b.key ? -1 : 1))

const evidenceLine = (replica: Replica, chain: Chain): EvidenceLine => ({
  key: chain.key,
  stakeholder: stakeholderOf(replica, chain.key) ?? null,
  seq: chain.forkedAt,
  ops: proofsOf(chain).map(({ op: { cid, type, at } }) => ({ cid, type, at })),
})

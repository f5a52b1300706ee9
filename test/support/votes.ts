/** Votes for tests: made-up CIDs, and arbitrary histories for properties. */
import fc from 'fast-check'
import { CHOICES, type Choice } from '../../src/ballot/ops.ts'
import type { VoteRecord } from '../../src/ballot/position.ts'
import { cidOf } from '../../src/op/cid.ts'
import type { OpCid, StakeholderId } from '../../src/op/ids.ts'

/** A CID that is the same for the same text. */
export const fakeCid = (text: string): OpCid => cidOf(new TextEncoder().encode(text))

/** A stakeholder's id. */
export const stakeholder = (id: string): StakeholderId => id as StakeholderId

/** A vote; `name` makes its CID, `after` are the names of those that it supersedes. */
export const vote = (
  name: string,
  who: string,
  choice: Choice,
  { after = [], because }: { after?: readonly string[]; because?: string | undefined } = {},
): VoteRecord => ({
  cid: fakeCid(name),
  stakeholder: stakeholder(who),
  choice,
  supersedes: after.map(fakeCid),
  at: 0,
  ...(because !== undefined && { rationale: because }),
})

/** Votes of these stakeholders in which each vote supersedes some of those before it. */
export const histories = (ids: readonly string[]): fc.Arbitrary<VoteRecord[]> =>
  fc
    .array(
      fc.record({
        who: fc.constantFrom(...ids),
        choice: fc.constantFrom(...CHOICES),
        supersedes: fc.array(fc.nat(20), { maxLength: 3 }),
        rationale: fc.option(fc.constantFrom('', ' ', 'because')),
      }),
      { maxLength: 16 },
    )
    .map((votes) =>
      votes.map(({ who, choice, supersedes, rationale }, i) => {
        const after = supersedes.filter((j) => j < i).map((j) => `vote ${j}`)
        return vote(`vote ${i}`, who, choice, { after, because: rationale ?? undefined })
      }),
    )

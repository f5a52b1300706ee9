/** `explain` says which ballots an amendment waits for, and how each of them stands (design §3.3). */
import { expect, test } from 'vitest'
import type { Charter } from '../../src/charter/schema.ts'
import type { OpCid, StakeholderId } from '../../src/op/ids.ts'
import { unwrap } from '../../src/op/refusal.ts'
import { testCharter, testTrack } from '../../test/support/coalition.ts'
import { ServedCoalition, type ServedOptions } from '../../test/support/service.ts'

const DAY_MS = 86_400_000
const OWNED = { id: 'core', owners: ['s1', 's2'], depends: [], decidedBy: 'owners' as const }

/** Members of whom the last is away; the others do nothing but what the test has them do. */
class Waiting extends ServedCoalition {
  private readonly here: readonly number[]

  constructor(weights: readonly number[], here: readonly number[], options: ServedOptions = {}) {
    super(weights, options)
    this.here = here
  }

  /** They vote; the first node alone does what it owes, as far as it may. */
  async votedOn(ballot: OpCid): Promise<void> {
    this.exchange()
    for (const n of this.here) {
      const voted = await this.node(n).service.vote(ballot, 'yes', undefined)
      if (!voted.ok && voted.code !== 'outside-electorate') unwrap(voted)
    }
    this.exchange()
    this.node(0).party.doDuties()
  }

  async amended(amendment: Charter, more: { readonly removesSilent?: string[] } = {}) {
    const over = { kind: 'amendment', track: 'constitutional', amendment, ...more } as const
    const id = await this.proposed('charter', 'The next charter', over)
    for (const member of amendment.stakeholders) {
      const root = this.founded.roots.get(member.id as StakeholderId)
      const draft = { type: 'charter.accept', refs: [id], body: { amendment: 0 } }
      if (root) this.node(0).replica.ingest([root.say(draft, this.clock.now())])
    }
    await this.votedOn(id)
    return id
  }

  async explained(id: OpCid) {
    return unwrap(await this.node(0).service.explain(id))
  }
}

const waits = ({ facts }: { readonly facts: readonly { label: string; sentence: string }[] }) =>
  facts.filter(({ label }) => label === 'waits').map(({ sentence }) => sentence)

test('an amendment waits for what its node endorsed: named, with who has not sealed', async () => {
  const coalition = new Waiting([1, 1, 1, 1], [0, 1, 2, 3])
  const ballot = await coalition.proposed('policy@one', 'Meet weekly')
  await coalition.votedOn(ballot)
  const amendment = await coalition.amended({ ...coalition.founded.charter, version: 2 })
  const explanation = await coalition.explained(amendment)
  const said = expect.stringMatching(
    /^Waits for ballot “Meet weekly” \(.*\), which was endorsed here and is not settled: sealed by 1 of the 3 that it takes; not sealed: s2 1, s3 1, s4 1\.$/,
  )
  expect(waits(explanation)).toEqual([said])
  expect(explanation.changes[0]).toEqual(said)
  expect(waits(await coalition.explained(ballot)), 'that one waits for nothing').toEqual([])
  for (const n of [1, 2]) coalition.node(n).party.doDuties()
  coalition.exchange()
  expect(waits(await coalition.explained(amendment))).toEqual([
    expect.stringContaining('which has its endorsements and is in its settle rounds.'),
  ])
  coalition.settle()
  expect(waits(await coalition.explained(amendment))).toEqual([])
})

test('so does a reconstitution, for what settles without the silent', async () => {
  const tracks = Object.fromEntries(
    ['standard', 'emergency', 'constitutional', 'domain'].map((id) => [id, testTrack()]),
  )
  const charter = { tracks, components: [OWNED], reconstitution: { after: 60 * DAY_MS } }
  const coalition = new Waiting([1, 1, 1, 2], [0, 1, 2], { charter })
  coalition.clock.advance(60 * DAY_MS)
  const owned = { kind: 'domain' as const, track: 'domain', components: ['core'] }
  const scope = { objectives: ['x'], nonGoals: ['x'], compatibility: ['x'], performance: ['x'] }
  const ballot = await coalition.proposed('core@main', 'Ours alone', {
    ...owned,
    scope: { ...scope, variability: ['x'] },
  })
  const policy = await coalition.proposed('policy@one', 'Stuck without the fourth')
  for (const id of [ballot, policy]) await coalition.votedOn(id)
  const rest = testCharter(coalition.founded.members.slice(0, 3), { ...charter, version: 2 })
  const amendment = await coalition.amended(rest, { removesSilent: ['s4'] })
  expect(waits(await coalition.explained(amendment)), 'not for what cannot settle').toEqual([
    expect.stringMatching(/^Waits for ballot “Ours alone” .* not sealed: s2 1\.$/),
  ])
})

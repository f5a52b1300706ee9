/** Where an amendment changes who decides on a component, its slots go on from a named holder (§3.3). */
import { expect, test } from 'vitest'
import { Table } from '../../test/settle/directed/table.ts'
import { simpleProposal, testTrack } from '../../test/support/coalition.ts'
import type { Charter } from '../charter/schema.ts'
import { opCidOf } from '../op/cid.ts'
import type { OpCid } from '../op/ids.ts'
import { unwrap } from '../op/refusal.ts'
import { proposalDraft } from './acts.ts'
import { moveDraft, sealDraft, tallyDraft } from './draft.ts'

const track = testTrack()
const core = { id: 'core', owners: ['s1', 's2'], depends: [], decidedBy: 'owners' } as const
const onDomain = { track: 'domain', components: ['core'] }

/** Both owners settle a ballot as adopted, whatever an honest node would do by then. */
function adoptAmongOwners(table: Table, ballot: OpCid): void {
  for (const owner of [table.a, table.b]) {
    const tally = owner.issue(tallyDraft(ballot, []))
    owner.issue(sealDraft(ballot, 'endorse', tally.op.cid, []))
    owner.issue(moveDraft(ballot, { kind: 'auxiliary', round: 1, values: ['adopt'] }))
  }
  table.passAll()
  expect(table.outcome(table.a, ballot)).toBe('adopted')
}

/** A table whose owners of core, a and b, decide on it; they have adopted one ballot. */
function domain() {
  const charter = {
    components: [{ ...core, owners: [...core.owners], depends: [] }],
    tracks: { standard: track, emergency: track, constitutional: track, domain: track },
  }
  const table = new Table({}, charter)
  const first = table.propose(table.a, 'core@main', onDomain)
  adoptAmongOwners(table, first)
  const holder = () => table.a.replica.views.standing()?.holders.get('core@main')
  expect(holder()).toBe(first)
  return { table, first, holder }
}

const widened = ({ founded }: Table): Charter => ({
  ...founded.charter,
  version: 2,
  components: [{ ...core, owners: ['s1', 's2', 's3'], depends: [] }],
})

/** Everybody accepts and adopts an amendment. */
function adopt(table: Table, amendment: OpCid): void {
  const accept = { type: 'charter.accept', refs: [amendment], body: { amendment: 0 } }
  for (const root of table.founded.roots.values()) {
    const said = root.say(accept, table.clock.now())
    for (const { replica } of table.honest) replica.ingest([said])
  }
  table.voteYes(amendment)
  table.talk()
  expect(table.a.replica.charter?.id).toBe(amendment)
}

const amending = (amendment: Charter) =>
  ({ kind: 'amendment', track: 'constitutional', amendment }) as const

test('a drafted amendment names the holder of a slot whose deciders it changes', () => {
  const { table, first, holder } = domain()
  const late = table.propose(table.a, 'core@main', { ...onDomain, replaces: first })
  const amendment = table.propose(table.b, 'charter', amending(widened(table)))
  const { amendment: next } = table.ballot(table.a, amendment).body
  expect(next?.holders.map(({ slot, holder }) => [slot, holder && opCidOf(holder)])).toEqual([
    ['core@main', first],
  ])
  adopt(table, amendment)
  expect(holder()).toBe(first)
  adoptAmongOwners(table, late)
  expect(table.outcome(table.a, late), 'a domain ballot keeps its outcome').toBe('adopted')
  expect(holder(), 'but no ballot of the old owners holds the slot').toBe(first)
})

test('where it names none, no ballot of the old owners holds the slot', () => {
  const { table, holder } = domain()
  const { a } = table
  for (const draft of a.replica.checkpointNow()) a.issue(draft)
  const input = { ...simpleProposal('charter'), ...amending(widened(table)) }
  const draft = unwrap(proposalDraft(a.replica, input))
  const { amendment: next } = draft.body
  const bare = { ...(next as object), holders: [] }
  const amendment = a.issue({ ...draft, body: { ...draft.body, amendment: bare } }).op.cid
  table.passAll()
  adopt(table, amendment)
  expect(holder()).toBe(null)
})

import { describe, expect, test } from 'vitest'
import { fraction } from '../../test/support/charters.ts'
import type { Party } from '../../test/support/coalition.ts'
import {
  AFTER,
  HOUR,
  PartedCoalition,
  type PartedOptions,
  RATIFY_WITHIN,
} from '../../test/support/parted.ts'
import type { OpCid } from '../op/ids.ts'
import { signOp } from '../op/operation.ts'
import { unwrap } from '../op/refusal.ts'
import type { ProposalInput } from './acts.ts'
import { lapsesAt, stateHere } from './overlay.ts'

const at = (list: readonly Party[], i: number): Party => {
  const party = list[i]
  if (!party) throw new RangeError(`no party ${i}`)
  return party
}
const stateAt = ({ replica }: Party, id: OpCid) => replica.views.standing()?.provisional.get(id)
const outcomeAt = ({ replica }: Party, id: OpCid) =>
  replica.views.standing()?.outcomes.get(id)?.outcome
const digests = (coalition: PartedCoalition) =>
  new Set(coalition.parties.map(({ replica }) => replica.digest().state))
const typesSaid = (party: Party, type: string) =>
  party.said.filter(({ op }) => op.type === type).length

/** Five members, three of them on one side, who all say yes to a proposal there. */
function stuck(contingency: PartedOptions['contingency'] = {}, input: Partial<ProposalInput> = {}) {
  const coalition = new PartedCoalition(5, { contingency })
  const [side = [], rest = []] = coalition.part(3, 2)
  const id = coalition.propose(at(side, 0), input)
  coalition.vote(id, side)
  return { coalition, side, rest, id }
}

describe('the larger side of a partition', () => {
  test('adopts provisionally once the contingency’s time has come, not before', () => {
    const { coalition, side, id } = stuck()
    coalition.later(HOUR + AFTER - 1)
    expect(stateAt(at(side, 0), id)).toBeUndefined()
    coalition.later(1)
    for (const party of side) expect(stateAt(party, id)).toBe('provisional')
    expect(outcomeAt(at(side, 0), id)).toBe('open')
  })

  test('changes no holder, and is recorded by F+1, in operations that name the seals', () => {
    const { coalition, side, id } = stuck()
    coalition.later(HOUR + AFTER)
    const { replica } = at(side, 0)
    expect(replica.views.standing()?.holders.get('policy@a') ?? null).toBeNull()
    const records = side.map((party) => typesSaid(party, 'provisional'))
    expect(records.reduce((sum, n) => sum + n)).toBe(2)
    const ballot = unwrap(replica.views.ballot(id))
    expect(ballot.provisional?.recordedBy.size).toBe(2)
  })

  test('is ratified by full settlement after the partition', () => {
    const { coalition, rest, id } = stuck()
    coalition.later(HOUR + AFTER)
    coalition.heal()
    coalition.vote(id, [])
    coalition.later(HOUR)
    expect(outcomeAt(at(rest, 0), id)).toBe('adopted')
    for (const party of coalition.parties) expect(stateAt(party, id)).toBe('ratified')
    expect(digests(coalition).size).toBe(1)
  })

  test('lapses where nothing settles in time, by each node’s own clock; digests know nothing of it', () => {
    const { coalition, side, id } = stuck()
    coalition.later(HOUR + AFTER)
    const { replica } = at(side, 0)
    const ballot = unwrap(replica.views.ballot(id))
    const states = replica.views.standing()?.provisional ?? new Map()
    const lapse = lapsesAt(ballot) ?? 0
    expect(lapse).toBe(coalition.clock.time + RATIFY_WITHIN)
    expect(stateHere(ballot, states, lapse - 1)).toBe('provisional')
    expect(stateHere(ballot, states, lapse)).toBe('lapsed')
    expect(states.get(id)).toBe('provisional')
  })

  test('a settlement that arrives after the lapse wins', () => {
    const { coalition, side, id } = stuck()
    coalition.later(HOUR + AFTER)
    coalition.later(RATIFY_WITHIN)
    coalition.heal()
    coalition.later(HOUR)
    const { replica } = at(side, 0)
    const ballot = unwrap(replica.views.ballot(id))
    const states = replica.views.standing()?.provisional ?? new Map()
    expect(stateHere(ballot, states, coalition.clock.time)).toBe('ratified')
  })
})

describe('nobody seals provisionally', () => {
  const expectNone = ({ coalition, side, id }: ReturnType<typeof stuck>) => {
    coalition.later(HOUR + AFTER)
    coalition.later(HOUR)
    for (const party of side) expect(typesSaid(party, 'seal.provisional')).toBe(0)
    expect(stateAt(at(side, 0), id)).toBeUndefined()
  }

  test('below the floor', () => expectNone(stuck({ floor: fraction('3/5000'), stakeholders: 4 })))
  test('with too little weight', () => expectNone(stuck({ floor: fraction('4/5') })))
  test('without a function that the contingency lists', () => {
    // Nobody of the test coalition has a function.
    expect(() => stuck({ functions: ['auditor'] })).not.toThrow()
    expectNone(stuck({ functions: ['auditor'] }))
  })
  test('for what cannot be taken back', () => expectNone(stuck({}, { reversible: false })))
  test('without enough yes among what was cast', () => {
    const { coalition, side, ...rest } = stuck()
    coalition.vote(rest.id, [at(side, 2)], 'no')
    expectNone({ coalition, side, ...rest })
  })

  test('when its stakeholder declined the ballot', () => {
    const { coalition, side, id } = stuck()
    coalition.vote(id, [at(side, 1), at(side, 2)], 'no')
    coalition.later(HOUR + 60_000)
    expect(typesSaid(at(side, 0), 'seal')).toBe(1)
    coalition.later(AFTER)
    expect(stateAt(at(side, 0), id)).toBeUndefined()
  })
})

describe('both sides of a partition', () => {
  /** Six members, three on each side; each side adopts its own ballot in one slot. */
  function twoSided(rules: PartedOptions['rules'] = {}) {
    const coalition = new PartedCoalition(6, { contingency: { stakeholders: 3 }, rules })
    const [left = [], right = []] = coalition.part(3, 3)
    const a = coalition.propose(at(left, 0))
    const b = coalition.propose(at(right, 0))
    coalition.vote(a, left)
    coalition.vote(b, right)
    coalition.later(HOUR + AFTER)
    return { coalition, left, right, a, b }
  }

  test('each hold a provisional outcome, and when they meet both are held, everywhere alike', () => {
    const { coalition, left, right, a, b } = twoSided()
    expect(stateAt(at(left, 0), a)).toBe('provisional')
    expect(stateAt(at(right, 0), b)).toBe('provisional')
    for (const { replica, said } of coalition.parties)
      for (const party of coalition.parties)
        if (party.replica !== replica) party.replica.ingest(said)
    for (const party of coalition.parties) {
      expect(stateAt(party, a)).toBe('held')
      expect(stateAt(party, b)).toBe('held')
    }
    expect(digests(coalition).size).toBe(1)
  })

  test('it is noticed when the first to arrive stands: each side says another', () => {
    const { coalition } = twoSided({ holdsBoth: false })
    coalition.clock.time += 1
    for (const { replica, said } of coalition.parties)
      for (const party of coalition.parties)
        if (party.replica !== replica) party.replica.ingest(said)
    expect(digests(coalition).size).toBe(2)
  })

  test('end with at most one of the two, chosen by settlement alone', () => {
    const { coalition, a, b } = twoSided()
    coalition.heal()
    for (let hour = 0; hour < 50; hour++) coalition.later(HOUR)
    const ends = coalition.parties.map((party) => [stateAt(party, a), stateAt(party, b)].join())
    expect(new Set(ends).size).toBe(1)
    expect(['ratified,lapsed', 'lapsed,ratified', 'lapsed,lapsed']).toContain(ends[0])
    expect(digests(coalition).size).toBe(1)
  })

  test('a node that has seen a provisional outcome in the slot makes no second one', () => {
    const coalition = new PartedCoalition(5)
    const [side = []] = coalition.part(3, 2)
    const first = coalition.propose(at(side, 0))
    const second = coalition.propose(at(side, 1))
    coalition.vote(first, side)
    coalition.vote(second, side)
    coalition.later(HOUR + AFTER)
    const states = [first, second].map((id) => stateAt(at(side, 0), id))
    expect(states.filter((state) => state === 'provisional')).toHaveLength(1)
    expect(states.filter((state) => state === undefined)).toHaveLength(1)
  })
})

test('a key that forks below its provisional seal takes nothing back', () => {
  const { coalition, side, rest, id } = stuck()
  coalition.later(HOUR + AFTER)
  const liar = side.find((party) => typesSaid(party, 'seal.provisional') > 0)
  const vote = liar?.said.find(({ op }) => op.type === 'vote.cast')
  if (!liar || !vote) return expect.unreachable()
  const { v, coalition: of, key, seq, prev, at: when, refs, type, body } = vote.op
  const envelope = { v, coalition: of, key, seq, prev, at: when, refs, type }
  const twin = signOp({ ...envelope, body: { ...body, choice: 'no' } }, liar.member.node)
  for (const { replica } of [...side, ...rest]) replica.ingest([twin])
  const everything = side.flatMap(({ said }) => said)
  for (const { replica } of coalition.parties) {
    replica.ingest(everything)
    // What is counted only because others refer to it is asked for by name.
    const missing = new Set(replica.missing())
    replica.ingest(everything.filter(({ op }) => missing.has(op.cid)))
  }
  for (const party of rest) {
    expect(party.replica.ledger.chains.get(key)?.forkedAt).toBe(seq)
    expect(stateAt(party, id)).toBe('provisional')
  }
  expect(digests(coalition).size).toBe(1)
})

describe('a component that its owners decide', () => {
  /** Seven members; s1 owns core and decides it alone. It does, while the others decide it too. */
  function decidedTwice(rules: PartedOptions['rules'] = {}) {
    const core = { id: 'core', owners: ['s1'], depends: [], decidedBy: 'owners' as const }
    const coalition = new PartedCoalition(7, { charter: { components: [core] }, rules })
    const [alone = [], rest = []] = coalition.part(1, 6)
    const touched = { slot: 'core@main', components: ['core'] }
    const byOwner = coalition.propose(at(alone, 0), { ...touched, track: 'domain' })
    coalition.vote(byOwner, alone)
    const byAll = coalition.proposeAnyway(at(rest, 0), touched)
    return { coalition, rest, byOwner, byAll }
  }

  test('has no ballot of the whole coalition in its slot', () => {
    const { rest, byAll } = decidedTwice()
    expect(at(rest, 1).replica.views.ballot(byAll)).toMatchObject({ ok: false, code: 'slot' })
  })

  test('it is noticed when one slot has two electorates: both adopt', () => {
    const { coalition, rest, byAll } = decidedTwice({ oneElectorate: false })
    coalition.vote(byAll, rest)
    coalition.later(HOUR + 60_000)
    coalition.heal()
    const violations = at(rest, 0).replica.views.standing()?.violations ?? []
    expect(violations.map(({ kind }) => kind)).toContain('two-adopted-in-slot')
  })
})

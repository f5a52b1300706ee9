import { describe, expect, test } from 'vitest'
import { fraction } from '../../test/support/charters.ts'
import {
  found,
  openReplica,
  Party,
  simpleProposal,
  testTrack,
} from '../../test/support/coalition.ts'
import { TestClock } from '../../test/support/people.ts'
import type { Track } from '../charter/schema.ts'
import type { OpCid } from '../op/ids.ts'
import { signOp } from '../op/operation.ts'
import { unwrap } from '../op/refusal.ts'
import type { ProposalInput } from './acts.ts'
import { castDraft, proposalDraft } from './acts.ts'
import { lapsesAt, stateHere } from './overlay.ts'

const HOUR = 3_600_000
const AFTER = 3 * HOUR
const RATIFY_WITHIN = 20 * HOUR
const WINDOWS = {
  deliberation: 0,
  review: 0,
  interop: 0,
  voting: HOUR,
  settle: 60_000,
  validity: 48 * HOUR,
  appeal: 0,
}
const CONTINGENCY: NonNullable<Track['contingency']> = {
  after: AFTER,
  floor: fraction('2/5'),
  stakeholders: 2,
  functions: [],
  approval: fraction('3/4'),
  scope: 'reversible',
  ratifyWithin: RATIFY_WITHIN,
}

/** Members of weight 1 on sides that do not hear each other until they are healed. */
class Coalition {
  readonly clock: TestClock
  readonly parties: readonly Party[]
  private sides: readonly (readonly Party[])[]

  constructor(members: number, over: Partial<typeof CONTINGENCY> = {}, quorum = '1/2') {
    const standard = testTrack({
      windows: WINDOWS,
      quorum: fraction(quorum),
      contingency: { ...CONTINGENCY, ...over },
    })
    const tracks = { standard, emergency: testTrack(), constitutional: testTrack() }
    const founded = found(
      Array.from({ length: members }, () => 1),
      { tracks },
    )
    this.clock = new TestClock(founded.at)
    this.parties = founded.members.map(
      (member) => new Party(member, openReplica(founded, { member, clock: this.clock })),
    )
    this.sides = [this.parties]
  }

  part(...sizes: readonly number[]): readonly (readonly Party[])[] {
    const left = [...this.parties]
    this.sides = sizes.map((size) => left.splice(0, size))
    return this.sides
  }

  heal(): void {
    this.sides = [this.parties]
    for (const { replica, said } of this.parties)
      for (const party of this.parties) if (party.replica !== replica) party.replica.ingest(said)
    this.settle()
  }

  /** Everybody does what is due and tells their side, until nothing is due. */
  settle(): void {
    for (let isQuiet = false; !isQuiet; ) {
      isQuiet = true
      for (const party of this.parties) {
        const said = party.doDuties()
        party.said.push(...said)
        if (said.length > 0) isQuiet = false
        this.tell(party, said)
      }
    }
  }

  later(ms: number): void {
    this.clock.time += ms
    this.settle()
  }

  propose(party: Party, over: Partial<ProposalInput> = {}): OpCid {
    for (const draft of party.replica.checkpointNow()) this.tell(party, [party.issue(draft)])
    const input = { ...simpleProposal('policy@a', `by ${party.member.id}`), ...over }
    const opened = party.issue(unwrap(proposalDraft(party.replica, input)))
    this.tell(party, [opened])
    return opened.op.cid
  }

  vote(id: OpCid, voters: readonly Party[], choice: 'yes' | 'no' | 'veto' = 'yes'): void {
    for (const party of voters)
      this.tell(party, [party.issue(unwrap(castDraft(party.replica, id, choice, 'because')))])
  }

  tell(from: Party, said: Party['said']): void {
    const side = this.sides.find((parties) => parties.includes(from)) ?? []
    for (const party of side) if (party !== from) party.replica.ingest(said)
  }
}

const at = (list: readonly Party[], i: number): Party => {
  const party = list[i]
  if (!party) throw new RangeError(`no party ${i}`)
  return party
}
const stateAt = ({ replica }: Party, id: OpCid) => replica.views.standing()?.provisional.get(id)
const outcomeAt = ({ replica }: Party, id: OpCid) =>
  replica.views.standing()?.outcomes.get(id)?.outcome
const digests = (coalition: Coalition) =>
  new Set(coalition.parties.map(({ replica }) => replica.digest().state))
const typesSaid = (party: Party, type: string) =>
  party.said.filter(({ op }) => op.type === type).length

/** Five members, three of them on one side, who all say yes to a proposal there. */
function stuck(over: Partial<typeof CONTINGENCY> = {}, input: Partial<ProposalInput> = {}) {
  const coalition = new Coalition(5, over)
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
  function twoSided() {
    const coalition = new Coalition(6, { stakeholders: 3 })
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
    const coalition = new Coalition(5)
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

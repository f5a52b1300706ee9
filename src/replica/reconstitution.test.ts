/** The rest goes on without members who have been silent for too long (design §3.3): told as stories. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Author,
  type Member,
  type Party,
  simpleProposal,
  testCharter,
} from '../../test/support/coalition.ts'
import { HOUR, PartedCoalition, type PartedOptions } from '../../test/support/parted.ts'
import { CLOSE_SYNC_MS } from '../ballot/rules.ts'
import type { Charter } from '../charter/schema.ts'
import type { OpCid } from '../op/ids.ts'
import { unwrap } from '../op/refusal.ts'
import { proposalDraft } from './acts.ts'
import { endorseObstacle } from './endorsing.ts'
import { yieldsTo } from './reconstitution.ts'
import type { Replica } from './replica.ts'
import { silencesOf } from './silence.ts'

const DAY = 24 * HOUR
const AFTER = 60 * DAY
const GONE = ['s4', 's5']

const at = (list: readonly Party[], i: number): Party => list[i] ?? expect.unreachable(`party ${i}`)
const outcomeAt = ({ replica }: Party, id: OpCid) =>
  replica.views.standing()?.outcomes.get(id)?.outcome
const violationsAt = ({ replica }: Party) =>
  replica.views.standing()?.violations.map(({ kind }) => kind) ?? []
const versionAt = ({ replica }: Party) => replica.charter?.charter.version
const sceneOf = (replica: Replica) =>
  replica.scene(replica.clock.now()) ?? expect.unreachable('a scene')
const obstacleAt = ({ replica, member }: Party, id: OpCid) =>
  endorseObstacle(unwrap(replica.views.ballot(id)), member.id, sceneOf(replica))

/** Five members whose charter lets the rest go on after 60 days, s4 and s5 on a side of their own. */
class Abandoned extends PartedCoalition {
  readonly side: readonly Party[]
  readonly gone: readonly Party[]

  private readonly accepts: Author['ops'] = []

  constructor({ charter = { reconstitution: { after: AFTER } }, ...rest }: PartedOptions = {}) {
    super(5, { ...rest, charter })
    const [side = [], gone = []] = this.part(3, 2)
    this.side = side
    this.gone = gone
  }

  next(staying: readonly Member[] = this.founded.members.slice(0, 3)): Charter {
    return testCharter(staying, {
      version: 2,
      tracks: this.founded.charter.tracks,
      reconstitution: { after: AFTER },
    })
  }

  /** An ordinary amendment that removes s4 and s5. */
  ordinary(amendment = this.next()) {
    return { kind: 'amendment', track: 'constitutional', slot: 'charter', amendment } as const
  }

  input(removesSilent: readonly string[] = GONE, amendment = this.next()) {
    return { ...this.ordinary(amendment), removesSilent: [...removesSilent] }
  }

  /** Proposes to go on without s4 and s5; all who stay accept, and vote if they may. */
  reconstitute(proposer = at(this.side, 0)): OpCid {
    const id = this.propose(proposer, this.input())
    this.accept(id, this.side)
    this.vote(id, this.side)
    return id
  }

  accept(id: OpCid, by: readonly Party[]): void {
    for (const { member } of by) {
      const root = this.founded.roots.get(member.id)
      const said = root?.say(
        { type: 'charter.accept', refs: [id], body: { amendment: 0 } },
        this.clock.time,
      )
      if (said) this.accepts.push(said)
    }
    for (const { replica } of by) replica.ingest(this.accepts)
  }

  /** What roots said comes to everybody. */
  tellAccepts(): void {
    for (const { replica } of this.parties) replica.ingest(this.accepts)
  }

  override heal(): void {
    this.tellAccepts()
    super.heal()
  }
}

describe('the rest', () => {
  test('goes on without those who said nothing for so long, and they are members no more', () => {
    const coalition = new Abandoned()
    coalition.later(AFTER)
    const id = coalition.reconstitute()
    const ballot = unwrap(at(coalition.side, 1).replica.views.ballot(id))
    expect(ballot.electorate).toMatchObject({ total: 3, faulty: 0, quorum: 3 })
    coalition.settle()
    for (const party of coalition.side) {
      expect(outcomeAt(party, id)).toBe('adopted')
      expect(versionAt(party)).toBe(2)
    }
    const next = coalition.propose(at(coalition.side, 0))
    coalition.vote(next, coalition.side)
    coalition.settle()
    expect(outcomeAt(at(coalition.side, 2), next), 'and decides again').toBe('adopted')
  })

  test('is followed by those who come back, though not one of them had a say', () => {
    const coalition = new Abandoned()
    coalition.later(AFTER)
    const id = coalition.reconstitute()
    coalition.settle()
    coalition.heal()
    for (const party of coalition.parties) {
      expect(outcomeAt(party, id)).toBe('adopted')
      expect(versionAt(party)).toBe(2)
      expect(party.replica.views.standing()?.violations).toEqual([])
    }
    expect(new Set(coalition.parties.map(({ replica }) => replica.digest().state)).size).toBe(1)
  })

  test('may not where the charter says nothing of it', () => {
    const coalition = new Abandoned({ charter: {} })
    coalition.later(AFTER)
    const { replica } = at(coalition.side, 0)
    const draft = proposalDraft(replica, { ...simpleProposal('charter'), ...coalition.input() })
    expect(draft).toMatchObject({ ok: false, code: 'reconstitution-off' })
  })
})

describe('silence is each node’s own clock’s', () => {
  test('a day before its time nobody proposes it, and nobody endorses what somebody proposes', () => {
    const coalition = new Abandoned()
    coalition.later(AFTER - 2 * HOUR)
    const { replica } = at(coalition.side, 0)
    const early = proposalDraft(replica, { ...simpleProposal('charter'), ...coalition.input() })
    expect(early).toMatchObject({ ok: false, code: 'not-silent' })
    const id = coalition.proposeAnyway(at(coalition.side, 0), coalition.input())
    coalition.accept(id, coalition.side)
    coalition.vote(id, coalition.side)
    coalition.settle()
    expect(outcomeAt(at(coalition.side, 1), id)).toBe('declined')
  })

  test('it is enough to the millisecond', () => {
    const coalition = new Abandoned()
    const { replica } = at(coalition.side, 0)
    const [since = 0] = silencesOf(
      {
        charter: coalition.founded.charter,
        charterId: coalition.founded.coalition,
        body: { removesSilent: GONE },
      },
      sceneOf(replica),
    ).map((silence) => silence.since)
    coalition.clock.time = since + AFTER - 1
    const input = { ...simpleProposal('charter'), ...coalition.input() }
    for (const draft of replica.checkpointNow()) at(coalition.side, 0).issue(draft)
    expect(proposalDraft(replica, input)).toMatchObject({ ok: false, code: 'not-silent' })
    coalition.clock.time += 1
    expect(proposalDraft(replica, input)).toMatchObject({ ok: true })
  })

  test('one word of one of them, whatever it is about, and it is declined', () => {
    const coalition = new Abandoned()
    coalition.later(AFTER)
    const id = coalition.propose(at(coalition.side, 0), coalition.input())
    coalition.accept(id, coalition.side)
    const back = at(coalition.gone, 1)
    const word = back.issue({ type: 'node.address', refs: [], body: { addresses: [] } })
    for (const { replica } of coalition.side) replica.ingest([...back.said, word])
    expect(obstacleAt(at(coalition.side, 0), id)?.why).toBe(
      's5 has not been silent for long enough here',
    )
    coalition.vote(id, coalition.side)
    coalition.settle()
    expect(outcomeAt(at(coalition.side, 0), id)).toBe('declined')
  })

  test('it is noticed when a node does not look at the silence', () => {
    const coalition = new Abandoned({ rules: { removesOnlySilent: false } })
    coalition.later(DAY)
    const id = coalition.proposeAnyway(at(coalition.side, 0), coalition.input())
    coalition.accept(id, coalition.side)
    coalition.vote(id, coalition.side)
    coalition.settle()
    expect(outcomeAt(at(coalition.side, 0), id), 'members are put out who were heard').toBe(
      'adopted',
    )
  })
})

describe('names exactly those whom it removes', () => {
  const fault = (named: readonly string[], staying: (members: readonly Member[]) => Member[]) => {
    const coalition = new Abandoned()
    coalition.later(AFTER)
    const next = coalition.next(staying(coalition.founded.members))
    const id = coalition.proposeAnyway(at(coalition.side, 0), coalition.input(named, next))
    const ballot = at(coalition.side, 1).replica.views.ballot(id)
    return ballot.ok ? 'valid' : ballot.code
  }
  const first = (n: number) => (members: readonly Member[]) => members.slice(0, n)

  test('those two', () => expect(fault(GONE, first(3))).toBe('valid'))
  test('one more', () => expect(fault(['s3', ...GONE], first(3))).toBe('reconstitution-names'))
  test('one less', () => expect(fault(['s5'], first(3))).toBe('reconstitution-names'))
  test('in another order', () => expect(fault(['s5', 's4'], first(3))).toBe('reconstitution-names'))
  test('one of them twice', () =>
    expect(fault(['s4', 's4', 's5'], first(3))).toBe('reconstitution-names'))
  test('a third of the weight or less', () =>
    expect(fault(['s5'], first(4))).toBe('reconstitution-weight'))
  test('half of it or more', () =>
    expect(fault(['s3', ...GONE], first(2))).toBe('reconstitution-weight'))
  test('not one whose root stays under another id', () =>
    expect(
      fault(GONE, (members) => [
        ...members.slice(0, 3),
        ...members.slice(4).map((member) => ({ ...member, id: 'five' as Member['id'] })),
      ]),
    ).toBe('reconstitution-names'))
})

describe('what was endorsed before and is stuck', () => {
  /** A policy that the three endorsed long ago, and that the two never saw. */
  const withStuck = () => {
    const coalition = new Abandoned()
    const stuck = coalition.propose(at(coalition.side, 0))
    coalition.vote(stuck, coalition.side)
    coalition.later(2 * HOUR)
    expect(unwrap(at(coalition.side, 0).replica.views.ballot(stuck)).board.endorse.size).toBe(3)
    coalition.later(AFTER)
    return { coalition, stuck }
  }

  test('is not waited for, and ends as declined', () => {
    const { coalition, stuck } = withStuck()
    const id = coalition.reconstitute()
    coalition.settle()
    expect(outcomeAt(at(coalition.side, 0), id)).toBe('adopted')
    expect(outcomeAt(at(coalition.side, 0), stuck)).toBe('declined')
  })

  test('goes no further by those who endorsed the reconstitution, while that is open', () => {
    const { coalition, stuck } = withStuck()
    const id = coalition.propose(at(coalition.side, 0), coalition.input())
    coalition.accept(id, coalition.side)
    coalition.vote(id, coalition.side)
    const first = at(coalition.side, 0)
    expect(first.doDuties().map(({ op }) => op.type)).toContain('seal')
    const scene = sceneOf(first.replica)
    const ballot = unwrap(first.replica.views.ballot(stuck))
    expect(yieldsTo(ballot, first.member.id, scene)).toBe(id)
    const second = at(coalition.side, 1).member.id
    expect(yieldsTo(ballot, second, scene), 'who has not endorsed it').toBeUndefined()
  })

  test('an ordinary amendment that is stuck blocks nothing either', () => {
    const coalition = new Abandoned()
    const ordinary = coalition.propose(at(coalition.side, 0), coalition.ordinary())
    coalition.accept(ordinary, coalition.side)
    coalition.vote(ordinary, coalition.side)
    coalition.later(2 * HOUR)
    coalition.later(AFTER)
    const id = coalition.reconstitute()
    coalition.settle()
    expect(outcomeAt(at(coalition.side, 0), id)).toBe('adopted')
    coalition.heal()
    for (const party of coalition.parties) expect(outcomeAt(party, id)).toBe('adopted')
  })
})

test('what was adopted before is carried over, also where those who stay had not endorsed it', () => {
  const coalition = new Abandoned()
  coalition.heal()
  const early = coalition.propose(at(coalition.parties, 0))
  // s3 does not vote and its node declines nothing: four are enough.
  coalition.vote(early, coalition.parties.slice(0, 2))
  coalition.vote(early, coalition.parties.slice(3))
  coalition.later(2 * HOUR)
  expect(outcomeAt(at(coalition.parties, 0), early)).toBe('adopted')
  coalition.part(3, 2)
  coalition.later(AFTER)
  const id = coalition.reconstitute()
  coalition.settle()
  const standing = at(coalition.side, 2).replica.views.standing()
  expect(standing?.outcomes.get(id)?.outcome).toBe('adopted')
  expect(standing?.outcomes.get(early)?.outcome).toBe('adopted')
  expect(standing?.holders.get('policy@a')).toBe(early)
})

/** A step of `comeBack`: one party does what is due, and another hears all that it said. */
const hears = (from: number, to: number): number => from + 5 * to
const MINUTE_STEP = 25
const REST = [0, 1, 2]
const BACK = [3, 4]
/** Everybody of some does what is due and tells all of others. */
const tells = (from: readonly number[], to: readonly number[]): number[] =>
  from.flatMap((i) => to.filter((j) => j !== i).map((j) => hears(i, j)))
/** All three endorse; what is stuck goes on with those who come back, beside the reconstitution. */
const BOTH_GO_ON = [
  ...tells(REST, BACK),
  ...[hears(3, 3), hears(4, 4), MINUTE_STEP],
  ...tells(BACK, REST),
  ...tells(REST, BACK),
  ...tells(BACK, BACK),
  ...tells(REST, REST),
  ...tells(REST, REST),
  hears(0, 0),
]

describe('the silent come back in the middle of it', () => {
  /**
   * An ordinary amendment is stuck, endorsed by all three; the reconstitution is voted on. Then
   * somebody does what is due and somebody else hears all of it, or a minute goes by, as is drawn; in
   * the end everybody hears everybody. At most one of the two may be adopted.
   */
  function comeBack(order: readonly number[], rules: PartedOptions['rules'] = {}) {
    const coalition = new Abandoned({ rules })
    const ordinary = coalition.propose(at(coalition.side, 0), coalition.ordinary())
    coalition.accept(ordinary, coalition.side)
    coalition.vote(ordinary, coalition.side)
    coalition.later(AFTER + HOUR)
    const id = coalition.reconstitute()
    coalition.tellAccepts()
    for (const step of order) {
      if (step === MINUTE_STEP) coalition.clock.time += CLOSE_SYNC_MS
      const from = at(coalition.parties, step % 5)
      from.said.push(...from.doDuties())
      const to = at(coalition.parties, Math.floor(step / 5) % 5)
      to.replica.ingest(from.said)
    }
    coalition.heal()
    const first = at(coalition.parties, 0)
    const isOpen = () => [ordinary, id].some((one) => outcomeAt(first, one) === 'open')
    for (let hour = 0; hour < 60 && isOpen(); hour++) coalition.later(HOUR)
    return { coalition, ordinary, id }
  }

  const orders = fc.array(fc.nat(MINUTE_STEP), { maxLength: 30 })

  test('never are two successors certified, and all end alike', () => {
    fc.assert(
      fc.property(orders, (order) => {
        const { coalition, ordinary, id } = comeBack(order)
        const ends = coalition.parties.map((party) =>
          [outcomeAt(party, ordinary), outcomeAt(party, id), versionAt(party)].join(),
        )
        expect(new Set(ends).size).toBe(1)
        expect(coalition.parties.flatMap(violationsAt)).toEqual([])
      }),
      { numRuns: 12 },
    )
  })

  test('they would be if those who endorsed it went on deciding; then nothing more is endorsed', () => {
    const { coalition, ordinary, id } = comeBack(BOTH_GO_ON, { endorsersYield: false })
    for (const party of coalition.parties) {
      expect(violationsAt(party)).toEqual(['two-adopted-in-slot', 'two-successor-charters'])
      expect(versionAt(party), 'neither is in force').toBe(1)
    }
    const party = at(coalition.side, 0)
    expect([ordinary, id].map((one) => outcomeAt(party, one))).toEqual(['adopted', 'adopted'])
    const next = coalition.propose(party)
    coalition.vote(next, coalition.parties)
    coalition.settle()
    expect(outcomeAt(party, next)).toBe('declined')
    expect(party.replica.local.closing(next)?.why).toBe(
      'two successors of the charter are certified',
    )
  })

  test('none are where they yield, in the very same order', () => {
    const { coalition } = comeBack(BOTH_GO_ON)
    expect(coalition.parties.flatMap(violationsAt)).toEqual([])
  })
})

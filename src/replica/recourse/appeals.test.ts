/** Appeals through replicas: who may, what they delay, what upholding one does (design §3.8). */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openReplica, type Party, testTrack } from '../../../test/support/coalition.ts'
import { HOUR, PartedCoalition } from '../../../test/support/parted.ts'
import type { Charter } from '../../charter/schema.ts'
import type { OpCid, Value } from '../../op/ids.ts'
import { type Result, unwrap } from '../../op/refusal.ts'
import { MAX_GROUNDS } from '../../proposal/appeal/ops.ts'
import { MAX_TITLE } from '../../proposal/ops.ts'
import { castDraft, proposalDraft } from '../acts.ts'
import type { Draft } from '../draft.ts'
import { appealBallotInput, appealDraft } from './appeal-acts.ts'
import { type AppealState, appealState, hooksWait } from './appeal-state.ts'

const APPEAL = 10 * HOUR
const windows = { ...testTrack().windows, appeal: APPEAL }
const { appeal: _track, ...SIX_WINDOWS } = windows
const TRACKS = {
  standard: testTrack({ windows }),
  emergency: testTrack({ windows }),
  constitutional: testTrack({ windows }),
  domain: testTrack({ windows }),
}

/** Five members whose charter has appeals decided on one track. */
class Court {
  readonly coalition: PartedCoalition

  constructor(charter: Partial<Charter> = { appeals: { track: 'emergency' } }) {
    this.coalition = new PartedCoalition(5, { charter: { tracks: TRACKS, ...charter } })
  }

  party(n: number): Party {
    const party = this.coalition.parties[n]
    if (!party) throw new RangeError(`no party ${n}`)
    return party
  }

  /** A proposal of the first member that everybody adopts. */
  adopted(title = 'Move to v2'): OpCid {
    const id = this.coalition.propose(this.party(0), { title })
    this.coalition.vote(id, this.coalition.parties)
    this.coalition.settle()
    expect(this.holder()).toBe(id)
    return id
  }

  say(party: Party, draft: Result<Draft>): OpCid {
    const issued = party.issue(unwrap(draft))
    this.coalition.tell(party, [issued])
    return issued.op.cid
  }

  appeal(n: number, id: OpCid, grounds = 'it breaks us'): OpCid {
    return this.say(this.party(n), appealDraft(this.party(n).replica, id, grounds))
  }

  /** The member opens the ballot of appeals, where none is open. */
  open(n: number, id: OpCid): OpCid | undefined {
    const party = this.party(n)
    const input = unwrap(appealBallotInput(party.replica, id))
    if (!input) return undefined
    for (const draft of party.replica.checkpointNow()) this.say(party, { ok: true, value: draft })
    return this.say(party, proposalDraft(party.replica, input))
  }

  vote(ballot: OpCid, choice: 'yes' | 'no'): void {
    for (const party of this.coalition.parties)
      this.say(party, castDraft(party.replica, ballot, choice))
    this.coalition.settle()
  }

  state(n: number, id: OpCid): AppealState | undefined {
    const { replica } = this.party(n)
    const scene = replica.scene(replica.clock.now())
    return scene && appealState(unwrap(replica.views.ballot(id)), scene)
  }

  holder(): OpCid | null | undefined {
    return this.party(1).replica.views.standing()?.holders.get('policy@a')
  }

  digests(): Set<string> {
    return new Set(this.coalition.parties.map(({ replica }) => replica.digest().state))
  }
}

const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.code)

describe('an appeal', () => {
  test('delays every node’s hooks, and nothing else: the slot is held as before', () => {
    const court = new Court()
    const id = court.adopted()
    expect(court.state(2, id)).toMatchObject({ stage: 'window', appeals: [] })
    court.appeal(1, id)
    court.coalition.later(APPEAL - 1)
    for (const n of [0, 1, 4]) {
      const state = court.state(n, id)
      expect(state).toMatchObject({ stage: 'filed', appeals: [{ stakeholder: 's2' }] })
      expect(state && hooksWait(state)).toBe(true)
    }
    expect(court.holder()).toBe(id)
  })

  test('is possible until the window is over by the own clock, and once', () => {
    const court = new Court()
    const id = court.adopted()
    court.coalition.later(APPEAL - 1)
    expect(court.state(3, id)).toMatchObject({ stage: 'window' })
    court.appeal(1, id)
    expect(codeOf(appealDraft(court.party(1).replica, id, 'again'))).toBe('already-appealed')
    expect(codeOf(appealDraft(court.party(2).replica, id, 'we too'))).toBe('ok')
    court.coalition.later(1)
    expect(codeOf(appealDraft(court.party(2).replica, id, 'we too'))).toBe('window-closed')
  })

  test('that nobody filed in the window lets hooks go', () => {
    const court = new Court()
    const id = court.adopted()
    court.coalition.later(APPEAL)
    const state = court.state(0, id)
    expect(state?.stage).toBe('over')
    expect(state && hooksWait(state)).toBe(false)
  })

  test('that came after the window here exists for all, and delays nothing here', () => {
    const court = new Court()
    const id = court.adopted()
    const late = court.party(3)
    const draft = unwrap(appealDraft(late.replica, id, 'too slow'))
    court.coalition.later(APPEAL + 1)
    court.say(late, { ok: true, value: draft })
    const state = court.state(0, id)
    expect(state).toMatchObject({ stage: 'over', late: new Set(['s4']) })
    expect(state?.appeals).toHaveLength(1)
    expect(court.digests().size).toBe(1)
    const ballot = court.open(3, id)
    if (!ballot) return expect.unreachable()
    court.vote(ballot, 'yes')
    expect(court.holder(), 'nobody lets its ballot pass').toBe(id)
  })

  test('that nobody brings to a ballot holds nothing up for ever', () => {
    const court = new Court()
    const id = court.adopted()
    court.coalition.later(APPEAL / 2)
    court.appeal(1, id)
    court.coalition.later(APPEAL - 1)
    expect(court.state(0, id)?.stage).toBe('filed')
    court.coalition.later(1)
    expect(court.state(0, id)?.stage).toBe('over')
  })

  test('needs grounds, and not too many', () => {
    const court = new Court()
    const id = court.adopted()
    const { replica } = court.party(1)
    const codes = ['', ' \n', 'x'.repeat(MAX_GROUNDS + 1)].map((grounds) =>
      codeOf(appealDraft(replica, id, grounds)),
    )
    expect(new Set(codes)).toEqual(new Set(['appeal-without-grounds']))
    expect(codeOf(appealDraft(replica, id, 'x'.repeat(MAX_GROUNDS)))).toBe('ok')
  })

  test('is against what was adopted, under a charter that names a track', () => {
    const court = new Court()
    const open = court.coalition.propose(court.party(0), { slot: 'policy@b' })
    expect(codeOf(appealDraft(court.party(1).replica, open, 'why'))).toBe('not-adopted')
    const without = new Court({})
    const id = without.adopted()
    expect(without.state(1, id)).toBeUndefined()
    expect(codeOf(appealDraft(without.party(1).replica, id, 'why'))).toBe('no-appeals')
  })
})

describe('the ballot of appeals', () => {
  test('is shared: the second to appeal finds it open, and grounds of both are there', () => {
    const court = new Court()
    const id = court.adopted()
    court.appeal(1, id, 'one')
    const ballot = court.open(1, id)
    court.appeal(2, id, 'two')
    expect(court.open(2, id)).toBeUndefined()
    expect(court.state(4, id)).toMatchObject({
      stage: 'pending',
      appeals: [{ grounds: 'one' }, { grounds: 'two' }],
      ballots: [{ id: ballot, author: 's2', outcome: 'open' }],
    })
  })

  test('upheld takes the slot, and hooks never run', () => {
    const court = new Court()
    const id = court.adopted()
    court.appeal(1, id)
    const ballot = court.open(1, id) ?? expect.unreachable()
    court.vote(ballot, 'yes')
    expect(court.holder()).toBe(ballot)
    court.coalition.later(5 * APPEAL)
    const state = court.state(4, id)
    expect(state?.stage).toBe('upheld')
    expect(state && hooksWait(state)).toBe(true)
    expect(court.digests().size).toBe(1)
    expect(codeOf(appealDraft(court.party(3).replica, id, 'late'))).toBe('appeal-decided')
  })

  test('rejected lets hooks go, and no second one passes', () => {
    const court = new Court()
    const id = court.adopted()
    court.appeal(1, id)
    court.appeal(2, id)
    const input = unwrap(appealBallotInput(court.party(2).replica, id))
    const ballot = court.open(1, id) ?? expect.unreachable()
    court.vote(ballot, 'no')
    expect(court.state(0, id)?.stage).toBe('rejected')
    expect(court.open(2, id)).toBeUndefined()
    const again = court.party(2)
    for (const draft of again.replica.checkpointNow()) court.say(again, { ok: true, value: draft })
    const second = court.say(again, input ? proposalDraft(again.replica, input) : NEVER)
    court.vote(second, 'yes')
    expect(court.holder()).toBe(id)
    expect(court.state(0, id)?.stage).toBe('rejected')
  })

  test('is not appealable itself', () => {
    const court = new Court()
    const id = court.adopted()
    court.appeal(1, id)
    const ballot = court.open(1, id) ?? expect.unreachable()
    court.vote(ballot, 'yes')
    expect(codeOf(appealDraft(court.party(0).replica, ballot, 'no!'))).toBe('not-appealable')
    const forced = { type: 'appeal.file', refs: [ballot], body: { ballot: 0, grounds: 'no!' } }
    court.say(court.party(0), { ok: true, value: forced })
    expect(unwrap(court.party(4).replica.views.ballot(ballot)).appeals.size).toBe(0)
  })

  test('asks its one question in a title that fits, however long the decision’s', () => {
    const court = new Court()
    const id = court.adopted('é'.repeat(MAX_TITLE))
    court.appeal(1, id)
    const ballot = court.open(1, id) ?? expect.unreachable()
    const { title } = unwrap(court.party(4).replica.views.ballot(ballot)).body
    expect(title).toHaveLength(MAX_TITLE)
  })

  test.each<[string, { readonly [field: string]: Value }]>([
    ['another title', { title: 'Something else' }],
    ['another track', { track: 'standard' }],
    ['another kind', { kind: 'policy' }],
    ['subjects', { subjects: [{ name: 'core', digest: 'sha256:00' }] }],
    ['windows of its own', { windows: SIX_WINDOWS }],
    ['a rollout', { rollout: 'everywhere' }],
    ['an opening ahead', { opensAt: 1_800_000_000_000 + 24 * HOUR }],
    ['no way back', { reversible: false }],
  ])('with %s is void', (_what, change) => {
    const court = new Court()
    const id = court.adopted()
    court.appeal(1, id)
    const party = court.party(1)
    const input = unwrap(appealBallotInput(party.replica, id))
    for (const draft of party.replica.checkpointNow()) court.say(party, { ok: true, value: draft })
    const draft = input ? unwrap(proposalDraft(party.replica, input)) : unwrap(NEVER)
    const body = { ...draft.body, ...change }
    const ballot = court.say(party, { ok: true, value: { ...draft, body } })
    expect(court.party(3).replica.views.ballot(ballot)).toMatchObject({
      code: 'invalid-proposal',
      message: expect.stringMatching(/^it asks more or else|^its track is not the one/),
    })
  })

  test('on the appeal of somebody else is void', () => {
    const court = new Court()
    const id = court.adopted()
    const appeal = court.appeal(1, id)
    const party = court.party(2)
    court.appeal(2, id)
    const input = unwrap(appealBallotInput(party.replica, id))
    for (const draft of party.replica.checkpointNow()) court.say(party, { ok: true, value: draft })
    const ballot = court.say(
      party,
      input ? proposalDraft(party.replica, { ...input, appeal }) : NEVER,
    )
    expect(codeOf(court.party(3).replica.views.ballot(ballot))).toBe('invalid-proposal')
  })
})

test('whatever the order in which appeals arrive, all replicas derive the same', () => {
  const court = new Court()
  const id = court.adopted()
  for (const n of [1, 2, 3]) court.appeal(n, id, `grounds ${n}`)
  const twice = { type: 'appeal.file', refs: [id], body: { ballot: 0, grounds: 'twice' } }
  court.say(court.party(1), { ok: true, value: twice })
  court.open(2, id)
  const [first] = court.digests()
  const ops = court.coalition.parties.flatMap(({ said }) => said)
  fc.assert(
    fc.property(fc.shuffledSubarray(ops, { minLength: ops.length }), (shuffled) => {
      const reader = openReplica(court.coalition.founded)
      reader.ingest(shuffled)
      expect(reader.digest().state).toBe(first)
    }),
    { numRuns: 20 },
  )
})

const NEVER: Result<Draft> = { ok: false, code: 'none', message: 'there is none' }

/** Appeals through replicas: who may, what they delay, what upholding one does (design §3.8). */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openReplica } from '../../../test/support/coalition.ts'
import { APPEAL, Court, SIX_WINDOWS, TRACKS } from '../../../test/support/court.ts'
import { HOUR } from '../../../test/support/parted.ts'
import { PLAN, ROLLBACK } from '../../../test/support/rollout.ts'
import type { StakeholderId, Value } from '../../op/ids.ts'
import { keyBytes } from '../../op/key-id.ts'
import { accept, type Result, unwrap } from '../../op/refusal.ts'
import { MAX_GROUNDS } from '../../proposal/appeal/ops.ts'
import { MAX_TITLE } from '../../proposal/ops.ts'
import { type CommentInput, commentDraft, withdrawDraft } from '../acts.ts'
import { appealBallotInput, appealDraft } from './appeal-acts.ts'
import { appealState, hooksWait } from './appeal-state.ts'

const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.code)

describe('an objection on the ballot of appeals', () => {
  const emergency = { ...TRACKS.emergency, gates: { objections: { state: 'answered' } } }
  const charter = { appeals: { track: 'emergency' }, tracks: { ...TRACKS, emergency } }

  /** s2 and s3 appeal, s2 opens the ballot, s4 objects on it; who is given answers. */
  function answeredBy(n: number) {
    const court = new Court(charter)
    const id = court.adopted()
    court.appeal(1, id)
    court.appeal(2, id)
    const ballot = court.open(1, id) ?? expect.unreachable()
    const comment = (by: number, input: Omit<CommentInput, 'proposal'>) =>
      court.say(
        court.party(by),
        commentDraft(court.party(by).replica, { proposal: ballot, ...input }),
      )
    const objection = { kind: 'objection', text: 'no', disposition: 'a reason' } as const
    const answers = comment(3, objection)
    comment(n, { kind: 'answer', text: 'here it is', answers })
    const states = court.coalition.parties.map(({ replica }) => {
      const { gates } = unwrap(replica.views.ballot(ballot))
      return gates.find(({ gate }) => gate === 'objections')?.met
    })
    return { court, ballot, id, states: new Set(states) }
  }

  test('is answered by anybody who appealed, for the ballot is theirs', () => {
    for (const n of [1, 2, 3]) expect(answeredBy(n).states).toEqual(new Set([true]))
  })

  test('is buried by nobody else', () => {
    const { states, court } = answeredBy(4)
    expect(states).toEqual(new Set([false]))
    expect(court.digests().size).toBe(1)
  })

  test('cannot be used by whoever opened the ballot to keep it from passing', () => {
    const { court, ballot, id } = answeredBy(2)
    court.vote(ballot, 'yes')
    expect(court.holder()).toBe(ballot)
    expect(court.state(0, id)?.stage).toBe('upheld')
  })

  test('is not answered by an appeal of another, or against another decision', () => {
    const { court, ballot, id } = answeredBy(4)
    const party = court.party(4)
    const [other] = court.party(1).replica.views.topics.topic(id).appeals
    const draft = unwrap(
      commentDraft(party.replica, { proposal: ballot, kind: 'support', text: 'so' }),
    )
    const objection = court
      .party(0)
      .replica.views.topics.topic(ballot)
      .comments.find(({ body }) => body.kind === 'objection')
    if (!other || !objection) return expect.unreachable()
    const refs = [ballot, objection.held.op.cid, other.held.op.cid]
    const body = { ...draft.body, kind: 'answer', answers: 1 }
    court.say(party, accept({ ...draft, refs, body }))
    const { gates } = unwrap(party.replica.views.ballot(ballot))
    expect(gates.find(({ gate }) => gate === 'objections')?.met).toBe(false)
  })

  test('counts as answered as long as the appeal counts', () => {
    const { court, ballot } = answeredBy(2)
    const { founded, clock, parties } = court.coalition
    const [member] = founded.members.slice(2)
    const root = member && founded.roots.get(member.id)
    if (!member || !root) return expect.unreachable()
    const key = keyBytes(member.node.key)
    const word = root.say(
      { type: 'key.revoke', refs: [], body: { key, lastGood: null, reason: 'stolen' } },
      clock.time,
    )
    for (const { replica } of parties) {
      replica.ingest([word])
      const { gates } = unwrap(replica.views.ballot(ballot))
      expect(gates.find(({ gate }) => gate === 'objections')?.met).toBe(false)
    }
    expect(court.digests().size).toBe(1)
  })
})

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
    court.say(late, accept(draft))
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
    const second = court.propose(2, input ?? expect.unreachable())
    court.vote(second, 'yes')
    expect(court.holder()).toBe(id)
    expect(court.state(0, id)?.stage).toBe('rejected')
  })

  test('is withdrawn by nobody: it is not only its author’s', () => {
    const court = new Court()
    const id = court.adopted()
    court.appeal(1, id)
    court.appeal(2, id)
    const ballot = court.open(1, id) ?? expect.unreachable()
    expect(codeOf(withdrawDraft(court.party(1).replica, ballot))).toBe('ballot-shared')
    const forced = { type: 'proposal.withdraw', refs: [ballot], body: { proposal: 0 } }
    court.say(court.party(1), accept(forced))
    expect(unwrap(court.party(4).replica.views.ballot(ballot)).withdrawn).toBe(false)
    court.vote(ballot, 'yes')
    expect(court.state(0, id)?.stage).toBe('upheld')
  })

  test('that ended for want of form has decided nothing: only members vote appeals down', () => {
    const court = new Court()
    const id = court.adopted()
    court.appeal(1, id)
    const { replica } = court.party(0)
    const now = replica.clock.now()
    const standing = replica.views.standing() ?? expect.unreachable()
    const ended = { id, author: 's2' as StakeholderId, outcome: 'declined' as const }
    const stage = (isVotedDown: boolean) => {
      const appealed = new Map([[id, [{ ...ended, isVotedDown }]]])
      return appealState(unwrap(replica.views.ballot(id)), {
        standing: { ...standing, appealed },
        now,
      })?.stage
    }
    expect([stage(false), stage(true)]).toEqual(['filed', 'rejected'])
    const ballot = court.open(1, id) ?? expect.unreachable()
    court.vote(ballot, 'no')
    expect(court.state(0, id)?.ballots).toMatchObject([{ id: ballot, isVotedDown: true }])
  })

  test('is not appealable itself', () => {
    const court = new Court()
    const id = court.adopted()
    court.appeal(1, id)
    const ballot = court.open(1, id) ?? expect.unreachable()
    court.vote(ballot, 'yes')
    expect(codeOf(appealDraft(court.party(0).replica, ballot, 'no!'))).toBe('not-appealable')
    const forced = { type: 'appeal.file', refs: [ballot], body: { ballot: 0, grounds: 'no!' } }
    court.say(court.party(0), accept(forced))
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
    ['a rollout', { rollout: { ...PLAN }, rollback: { ...ROLLBACK } }],
    ['an opening ahead', { opensAt: 1_800_000_000_000 + 24 * HOUR }],
    ['no way back', { reversible: false }],
  ])('with %s is void', (_what, change) => {
    const court = new Court()
    const id = court.adopted()
    court.appeal(1, id)
    const input = unwrap(appealBallotInput(court.party(1).replica, id))
    const ballot = court.propose(1, input ?? expect.unreachable(), change)
    expect(court.party(3).replica.views.ballot(ballot)).toMatchObject({
      code: 'invalid-proposal',
      message: expect.stringMatching(/^it asks more or else|^its track is not the one/),
    })
  })

  test('on the appeal of somebody else is void', () => {
    const court = new Court()
    const id = court.adopted()
    const appeal = court.appeal(1, id)
    court.appeal(2, id)
    const input = unwrap(appealBallotInput(court.party(2).replica, id))
    const ballot = court.propose(2, { ...(input ?? expect.unreachable()), appeal })
    expect(codeOf(court.party(3).replica.views.ballot(ballot))).toBe('invalid-proposal')
  })
})

test('whatever the order in which appeals arrive, all replicas derive the same', () => {
  const court = new Court()
  const id = court.adopted()
  for (const n of [1, 2, 3]) court.appeal(n, id, `grounds ${n}`)
  const twice = { type: 'appeal.file', refs: [id], body: { ballot: 0, grounds: 'twice' } }
  court.say(court.party(1), accept(twice))
  court.open(2, id)
  const [first] = court.digests()
  const ops = court.coalition.parties.flatMap(({ said }) => said)
  fc.assert(
    fc.property(fc.shuffledSubarray(ops, { minLength: ops.length }), (shuffled) => {
      const reader = openReplica(court.coalition.founded, { clock: court.coalition.clock })
      reader.ingest(shuffled)
      expect(reader.digest().state).toBe(first)
    }),
    { numRuns: 20 },
  )
})

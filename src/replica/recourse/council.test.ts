/** The council and escalations through replicas (design §3.8). */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openReplica, simpleProposal } from '../../../test/support/coalition.ts'
import { Court } from '../../../test/support/court.ts'
import { HOUR } from '../../../test/support/parted.ts'
import type { Charter } from '../../charter/schema.ts'
import type { OpCid } from '../../op/ids.ts'
import { accept, type Result, unwrap } from '../../op/refusal.ts'
import { COUNCIL_SLOT } from '../../proposal/council.ts'
import { MAX_ESCALATION_SUBJECT, MAX_ESCALATION_TEXT } from '../../proposal/escalation/ops.ts'
import { cameInOffice } from './council.ts'
import { councilNow, electionInput } from './council-acts.ts'
import { disputeCloseDraft, disputeDraft } from './dispute-acts.ts'
import { type EscalationInput, escalationDraft, resolveDraft } from './escalation-acts.ts'
import { overdueAt } from './escalations.ts'

const TERM = 100 * HOUR
const POWERS = ['dispute.close', 'escalation.resolve']
const councilWith = (powers: string[]): Partial<Charter> => ({
  council: { seats: 2, term: TERM, track: 'emergency', powers },
  appeals: { track: 'standard' },
})
const WAITING: EscalationInput = {
  kind: 'waiting',
  subject: 'Who pays?',
  owners: ['s2'],
  text: 'no answer for a week',
  dueInMs: HOUR,
}
const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.code)

const elected = (court: Court, members: string[]): OpCid => {
  const id = court.propose(0, unwrap(electionInput(court.party(0).replica, members, 'because')))
  court.vote(id, 'yes')
  return id
}

/** A court with s4 and s5 as its council. */
function withCouncil(powers = POWERS) {
  const court = new Court(councilWith(powers))
  return { court, election: elected(court, ['s5', 's4']) }
}

const membersAt = (court: Court, n: number) => councilNow(court.party(n).replica)?.members

describe('a council', () => {
  test('is elected by ballot, in office for its term by each node’s own clock', () => {
    const { court, election } = withCouncil()
    for (const n of [0, 4])
      expect(councilNow(court.party(n).replica)).toMatchObject({ election, members: ['s4', 's5'] })
    court.coalition.later(TERM - 1)
    expect(membersAt(court, 1)).toEqual(['s4', 's5'])
    court.coalition.later(1)
    expect(membersAt(court, 1)).toBeUndefined()
  })

  test('is followed by another, and recalled, by a ballot that replaces its election', () => {
    const { court } = withCouncil()
    elected(court, ['s1'])
    expect(membersAt(court, 2)).toEqual(['s1'])
    elected(court, [])
    expect(membersAt(court, 2)).toBeUndefined()
    const recall = electionInput(court.party(0).replica, [], 'again')
    expect(codeOf(recall)).toBe('no-council-in-office')
  })

  test('has members only, each once, no more than seats, and a charter that wants it', () => {
    const { replica } = withCouncil().court.party(0)
    const codes = [
      ['s1', 'x'],
      ['s1', 's1'],
      ['s1', 's2', 's3'],
      ['s1', 's2'],
    ].map((members) => codeOf(electionInput(replica, members, 'x')))
    expect(codes).toEqual(['unknown-member', 'too-many-elected', 'too-many-elected', 'ok'])
    expect(codeOf(electionInput(new Court().party(0).replica, ['s1'], 'x'))).toBe('no-council')
  })

  test('cannot be taken by any other proposal in its slot, nor by an election that asks more', () => {
    const { court } = withCouncil()
    const input = unwrap(electionInput(court.party(1).replica, ['s1'], 'x'))
    const invalid = [
      court.propose(1, { ...simpleProposal(COUNCIL_SLOT), track: 'emergency' }),
      court.propose(1, { ...input, track: 'standard' }),
      court.propose(1, { ...input, elects: ['s2'] }),
      court.propose(1, { ...input, elects: ['s1', 'x'] }),
      court.propose(1, { ...input, title: 'Lunch' }),
    ]
    for (const id of invalid)
      expect(codeOf(court.party(3).replica.views.ballot(id))).toBe('invalid-proposal')
  })

  test('set aside on appeal is none', () => {
    const { court, election } = withCouncil()
    court.appeal(1, election)
    court.vote(court.open(1, election) ?? expect.unreachable(), 'yes')
    expect(membersAt(court, 2)).toBeUndefined()
  })
})

describe('what only the council may do', () => {
  const escalated = (court: Court): OpCid =>
    court.say(court.party(0), escalationDraft(court.party(0).replica, WAITING))
  const resolve = (court: Court, n: number, id: OpCid) =>
    resolveDraft(court.party(n).replica, id, 's2 pays')
  const escalationAt = (court: Court, n: number, id: OpCid) =>
    court
      .party(n)
      .replica.views.matters.escalations()
      .find((one) => one.id === id) ?? expect.unreachable()

  test('is what the charter lists: with that it resolves anybody’s escalation', () => {
    const { court, election } = withCouncil()
    const id = escalated(court)
    expect(codeOf(resolve(court, 2, id))).toBe('may-not-resolve')
    court.say(court.party(3), resolve(court, 3, id))
    expect(escalationAt(court, 1, id).resolutions).toMatchObject([
      { stakeholder: 's4', council: { election } },
    ])
    const without = withCouncil(['dispute.close']).court
    expect(codeOf(resolve(without, 3, escalated(without)))).toBe('may-not-resolve')
  })

  test('counts by the mandate that is named: of members, with the power, of an adopted election', () => {
    const { court, election } = withCouncil(['dispute.close'])
    const id = escalated(court)
    const draft = { type: 'escalation.resolve', refs: [id, election] }
    const body = { escalation: 0, text: 'done', mandate: 1 }
    court.say(court.party(3), accept({ ...draft, body }))
    court.say(court.party(2), accept({ ...draft, body }))
    court.say(court.party(2), accept({ ...draft, body: { escalation: 0, text: 'done' } }))
    expect(escalationAt(court, 1, id).resolutions).toEqual([])
  })

  test('ends with the term here: no longer done, and what came later is seen to be late', () => {
    const { court } = withCouncil()
    const id = escalated(court)
    const draft = unwrap(resolve(court, 3, id))
    court.coalition.later(TERM)
    expect(codeOf(resolve(court, 3, id))).toBe('may-not-resolve')
    court.say(court.party(3), accept(draft))
    const [{ council = null } = {}] = escalationAt(court, 1, id).resolutions
    const { views } = court.party(1).replica
    const standing = views.standing()
    if (!council || !standing) return expect.unreachable()
    expect(cameInOffice(council, views.ballots(), standing)).toBe(false)
    return expect(court.digests().size).toBe(1)
  })

  test('settles a dispute that it may close', () => {
    const { court } = withCouncil()
    const dispute = {
      kind: 'ownership',
      subject: 'core',
      parties: ['s1', 's2'],
      grounds: 'x',
    } as const
    const id = court.say(court.party(0), disputeDraft(court.party(0).replica, dispute))
    expect(codeOf(disputeCloseDraft(court.party(2).replica, id))).toBe('not-a-party')
    court.say(court.party(4), disputeCloseDraft(court.party(4).replica, id, 'moot'))
    expect(court.party(1).replica.views.matters.dispute(id)?.state).toEqual({
      state: 'settled',
      by: 'council',
      ruling: null,
    })
    expect(codeOf(disputeCloseDraft(court.party(3).replica, id))).toBe('dispute-settled')
  })
})

describe('an escalation', () => {
  test('is overdue so long after each node first saw it', () => {
    const court = new Court(councilWith([]))
    const { replica } = court.party(0)
    const id = court.say(court.party(0), escalationDraft(replica, WAITING))
    const [escalation] = court.party(3).replica.views.matters.escalations()
    expect(escalation).toMatchObject({ id, openedBy: 's1', owners: ['s2'] })
    expect(escalation && overdueAt(escalation)).toBe(court.coalition.clock.time + HOUR)
  })

  test('waits for members, and is resolved once', () => {
    const court = new Court(councilWith([]))
    const { replica } = court.party(0)
    const draft = (change: Partial<EscalationInput>) =>
      escalationDraft(replica, { ...WAITING, ...change })
    expect(codeOf(draft({ owners: ['x'] }))).toBe('unknown-owner')
    expect(codeOf(draft({ owners: [] }))).toBe('invalid-statement')
    expect(codeOf(draft({ dueInMs: 0 }))).toBe('invalid-statement')
    expect(codeOf(draft({ subject: 'x'.repeat(MAX_ESCALATION_SUBJECT) }))).toBe('ok')
    expect(codeOf(draft({ subject: 'x'.repeat(MAX_ESCALATION_SUBJECT + 1) }))).toBe(
      'invalid-statement',
    )
    expect(codeOf(draft({ text: 'x'.repeat(MAX_ESCALATION_TEXT) }))).toBe('ok')
    expect(codeOf(draft({ text: 'x'.repeat(MAX_ESCALATION_TEXT + 1) }))).toBe('invalid-statement')
    const id = court.say(court.party(0), draft({}))
    court.say(court.party(1), resolveDraft(court.party(1).replica, id, 'we pay'))
    expect(codeOf(resolveDraft(court.party(0).replica, id, 'thanks'))).toBe('already-resolved')
  })
})

test('whatever the order of arrival, all replicas derive the same council and escalations', () => {
  const { court } = withCouncil()
  const id = court.say(court.party(0), escalationDraft(court.party(0).replica, WAITING))
  court.say(court.party(3), resolveDraft(court.party(3).replica, id, 'done'))
  const [first] = court.digests()
  const ops = court.coalition.parties.flatMap(({ said }) => said)
  fc.assert(
    fc.property(fc.shuffledSubarray(ops, { minLength: ops.length }), (shuffled) => {
      const reader = openReplica(court.coalition.founded, { clock: court.coalition.clock })
      for (const op of shuffled) reader.ingest([op])
      expect(reader.views.matters.escalations()[0]?.resolutions).toHaveLength(1)
      expect(reader.digest().state).toBe(first)
    }),
    { numRuns: 10 },
  )
})

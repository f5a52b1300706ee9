/** Disputes, panels and mediators through replicas (design §3.8). */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openReplica } from '../../../test/support/coalition.ts'
import { Court } from '../../../test/support/court.ts'
import type { Charter } from '../../charter/schema.ts'
import type { OpCid, StakeholderId } from '../../op/ids.ts'
import { accept, type Result, unwrap } from '../../op/refusal.ts'
import { MAX_PARTIES, MAX_REASONS, MAX_RULING, MAX_SUBJECT } from '../../proposal/dispute/ops.ts'
import { DISPUTE_CHECKPOINT_MS } from '../checkpoints.ts'
import {
  type DisputeInput,
  disputeCloseDraft,
  disputeDraft,
  mediatorDraft,
  panelDraft,
  rulingDraft,
} from './dispute-acts.ts'
import { type Dispute, drawersFor } from './disputes.ts'

const PANELS = { panels: { seats: 3, functions: [] } }
const severity: DisputeInput = {
  kind: 'severity',
  subject: 'CVE-2031-7',
  parties: ['s1', 's2'],
  grounds: 's1 says low',
}
const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.code)

/** A court before which s1 and s2 dispute. */
function disputed(charter: Partial<Charter> = PANELS) {
  const court = new Court(charter)
  const id = court.say(court.party(0), disputeDraft(court.party(0).replica, severity))
  return { court, id }
}

const disputeAt = (court: Court, n: number, id: OpCid): Dispute =>
  court.party(n).replica.views.matters.dispute(id) ?? expect.unreachable()

const ruling = (court: Court, n: number, id: OpCid, word: string): OpCid =>
  court.say(
    court.party(n),
    rulingDraft(court.party(n).replica, id, { ruling: word, text: 'because' }),
  )

/** Adopts something, so that a settlement comes after the dispute, and seats the panel. */
function seated(charter?: Partial<Charter>) {
  const { court, id } = disputed(charter)
  court.coalition.later(3_600_000)
  court.adopted()
  const panel = court.say(court.party(3), panelDraft(court.party(3).replica, id))
  return { court, id, panel }
}

const [A, B, C] = [2, 3, 4]

describe('a dispute', () => {
  test('is known to all with its parties, and settled once each of them closes it', () => {
    const { court, id } = disputed()
    expect(disputeAt(court, 4, id)).toMatchObject({
      openedBy: 's1',
      parties: ['s1', 's2'],
      state: { state: 'open' },
    })
    const close = (n: number) => disputeCloseDraft(court.party(n).replica, id, 'agreed: high')
    expect(codeOf(close(2))).toBe('not-a-party')
    court.say(court.party(0), close(0))
    expect(codeOf(close(0))).toBe('already-closed')
    expect(disputeAt(court, 4, id).state).toEqual({ state: 'open' })
    court.say(court.party(1), close(1))
    expect(disputeAt(court, 4, id).state).toEqual({ state: 'settled', by: 'parties', ruling: null })
    expect(court.digests().size).toBe(1)
  })

  test('is among two members or more, each known', () => {
    const { replica } = new Court(PANELS).party(4)
    const among = (...parties: string[]) => codeOf(disputeDraft(replica, { ...severity, parties }))
    expect(among('s1')).toBe('too-few-parties')
    expect(among('s1', 's1')).toBe('too-few-parties')
    expect(among('s1', 'nobody')).toBe('unknown-party')
    expect(among('s1', 's2', 's3')).toBe('ok')
  })

  test('among members and somebody who is none has no effect, whoever says it', () => {
    const court = new Court(PANELS)
    const { replica } = court.party(0)
    const draft = unwrap(disputeDraft(replica, severity))
    const id = court.say(
      court.party(0),
      accept({ ...draft, body: { ...draft.body, parties: ['s1', 'x'] } }),
    )
    expect(court.party(2).replica.views.matters.dispute(id)).toBeUndefined()
  })

  test('has limits: parties, subject, grounds', () => {
    const { replica } = new Court(PANELS).party(0)
    const codes = (input: Partial<DisputeInput>) =>
      codeOf(disputeDraft(replica, { ...severity, ...input }))
    expect(codes({ subject: 'x'.repeat(MAX_SUBJECT) })).toBe('ok')
    expect(codes({ subject: 'x'.repeat(MAX_SUBJECT + 1) })).toBe('invalid-statement')
    expect(codes({ grounds: 'x'.repeat(MAX_REASONS) })).toBe('ok')
    expect(codes({ grounds: 'x'.repeat(MAX_REASONS + 1) })).toBe('invalid-statement')
    expect(MAX_PARTIES).toBeGreaterThan(2)
  })
})

describe('a panel', () => {
  test('is drawn by a settlement that came after the dispute: three members, no party', () => {
    const { court, id } = disputed()
    expect(codeOf(panelDraft(court.party(3).replica, id))).toBe('no-seed')
    court.coalition.later(3_600_000)
    court.adopted()
    expect(codeOf(panelDraft(court.party(0).replica, id))).toBe('is-a-party')
    court.say(court.party(3), panelDraft(court.party(3).replica, id))
    const [panel] = disputeAt(court, 0, id).panels
    expect(panel?.members.toSorted()).toEqual(['s3', 's4', 's5'])
    expect(codeOf(panelDraft(court.party(4).replica, id))).toBe('panel-seated')
  })

  test('is not drawn by a settlement that was known before, nor by what is none', () => {
    const court = new Court(PANELS)
    court.adopted()
    const old = [...court.party(0).replica.ledger.byCid.values()].find(
      ({ op }) => op.type === 'settlement',
    )
    const { replica } = court.party(0)
    const id = court.say(court.party(0), disputeDraft(replica, severity))
    if (!old) return expect.unreachable()
    expect(codeOf(panelDraft(court.party(3).replica, id, old.op.cid))).toBe('no-seed')
    const seat = { type: 'panel.seat', refs: [id, old.op.cid] }
    for (const settlement of [0, 1])
      court.say(court.party(3), accept({ ...seat, body: { matter: 0, settlement } }))
    expect(disputeAt(court, 1, id).panels).toEqual([])
  })

  test('is drawn by what another member that is no party has recorded, as each of them does', () => {
    const { court, id } = disputed()
    court.coalition.later(3_600_000)
    court.adopted()
    const records = court.coalition.parties.map(({ replica, member }) =>
      replica.ledger.chain(member.node.key).main.findLast(({ op }) => op.type === 'settlement'),
    )
    const neutral = records.slice(2)
    expect(neutral.every((record) => record !== undefined)).toBe(true)
    const seatBy = (n: number, of: number) => {
      const cited = records[of]?.op.cid ?? expect.unreachable()
      const seat = { type: 'panel.seat', refs: [id, cited], body: { matter: 0, settlement: 1 } }
      court.say(court.party(n), accept(seat))
      return codeOf(panelDraft(court.party(n).replica, id, cited))
    }
    // Of both parties, and by its own: whoever signs one may sign many until one suits it.
    const ofParties = [0, 1].filter((n) => records[n] !== undefined)
    expect(ofParties).not.toEqual([])
    for (const n of [...ofParties, 3]) expect(seatBy(3, n)).toBe('no-seed')
    expect(disputeAt(court, 4, id).panels).toEqual([])
    expect(seatBy(3, 4)).toBe('panel-seated')
    expect(disputeAt(court, 0, id).panels).toMatchObject([{ seatedBy: 's4' }])
    expect(court.digests().size).toBe(1)
  })

  test('is drawn by the next ballot, however seldom the charter asks for checkpoints', () => {
    const court = new Court(PANELS)
    const { replica, member } = court.party(4)
    const types = () => replica.ledger.chain(member.node.key).main.map(({ op }) => op.type)
    // Everybody has just said what it has seen.
    court.coalition.settle()
    const before = types().length
    const id = court.say(court.party(0), disputeDraft(court.party(0).replica, severity))
    court.coalition.later(DISPUTE_CHECKPOINT_MS - 1)
    expect(types().slice(before)).toEqual([])
    court.coalition.later(1)
    expect(types().slice(before)).toEqual(['checkpoint'])
    court.coalition.later(DISPUTE_CHECKPOINT_MS)
    expect(types().slice(before), 'once is enough').toEqual(['checkpoint'])
    court.adopted()
    const { op } =
      replica.ledger
        .chain(member.node.key)
        .main.findLast((held) => held.op.type === 'settlement') ?? expect.unreachable()
    expect(unwrap(panelDraft(court.party(3).replica, id, op.cid)).type).toBe('panel.seat')
  })

  test('is seated by its own record where no other member is left that is no party', () => {
    const ids = ['s1', 's2', 's3'].map((id) => id as StakeholderId)
    const [a, b, c] = ids as [StakeholderId, StakeholderId, StakeholderId]
    expect(drawersFor(ids, [a, b], c)).toEqual([c])
    expect(drawersFor(ids, [a], c)).toEqual([b])
  })

  test('settles the dispute by what a majority of its seats rules, and dissolves with it', () => {
    const { court, id } = seated()
    ruling(court, A, id, 'high')
    expect(disputeAt(court, 0, id).state).toEqual({ state: 'open' })
    ruling(court, B, id, 'low')
    expect(disputeAt(court, 0, id).state).toEqual({ state: 'open' })
    ruling(court, C, id, 'high')
    const settled = { state: 'settled', by: 'panel', ruling: 'high' }
    for (const n of [0, 4]) expect(disputeAt(court, n, id).state).toEqual(settled)
    expect(court.digests().size).toBe(1)
    const again = rulingDraft(court.party(B).replica, id, { ruling: 'high', text: '' })
    expect(codeOf(again)).toBe('dispute-settled')
  })

  test('hears only its members, each once; a ruling stays, and who says two counts for both', () => {
    const { court, id, panel } = seated()
    const asParty = rulingDraft(court.party(0).replica, id, { ruling: 'low', text: '' })
    expect(codeOf(asParty)).toBe('may-not-rule')
    ruling(court, A, id, 'high')
    const twice = rulingDraft(court.party(A).replica, id, { ruling: 'low', text: '' })
    expect(codeOf(twice)).toBe('already-ruled')
    const say = (n: number, word: string) =>
      court.say(
        court.party(n),
        accept({
          type: 'panel.rule',
          refs: [panel],
          body: { panel: 0, ruling: word, text: '' },
        }),
      )
    for (const n of [0, 1]) say(n, 'low')
    expect(disputeAt(court, 4, id).panels[0]?.rulings).toHaveLength(1)
    ruling(court, B, id, 'high')
    expect(disputeAt(court, 4, id).state).toMatchObject({ ruling: 'high' })
    for (const n of [A, B]) say(n, 'low')
    expect(disputeAt(court, 4, id).state).toEqual({ state: 'contested', rulings: ['high', 'low'] })
    for (const n of [0, 1]) court.say(court.party(n), disputeCloseDraft(court.party(n).replica, id))
    expect(disputeAt(court, 4, id).state).toEqual({ state: 'settled', by: 'parties', ruling: null })
  })

  test('has a longest ruling', () => {
    const { court, id } = seated()
    const { replica } = court.party(A)
    const of = (length: number) =>
      codeOf(rulingDraft(replica, id, { ruling: 'x'.repeat(length), text: '' }))
    expect([of(MAX_RULING), of(MAX_RULING + 1)]).toEqual(['ok', 'invalid-statement'])
  })
})

describe('a mediator', () => {
  const propose = (court: Court, n: number, id: OpCid, who = 's3') =>
    mediatorDraft(court.party(n).replica, id, who)

  test('rules once every party has accepted it, and where the charter says so that binds', () => {
    const { court, id } = disputed({ mediation: { binding: true } })
    expect(codeOf(propose(court, 3, id))).toBe('not-a-party')
    expect(codeOf(propose(court, 0, id, 's2'))).toBe('is-a-party')
    expect(codeOf(propose(court, 0, id, 'x'))).toBe('unknown-mediator')
    court.say(court.party(0), propose(court, 0, id))
    const early = rulingDraft(court.party(A).replica, id, { ruling: 'high', text: '' })
    expect(codeOf(early)).toBe('may-not-rule')
    expect(unwrap(propose(court, 1, id)).type).toBe('mediator.accept')
    court.say(court.party(1), propose(court, 1, id))
    expect(codeOf(propose(court, 1, id))).toBe('already-accepted')
    ruling(court, A, id, 'high')
    expect(disputeAt(court, 4, id).state).toEqual({
      state: 'settled',
      by: 'mediator',
      ruling: 'high',
    })
  })

  test('whose ruling does not bind advises: the dispute stays open', () => {
    const { court, id } = disputed({ mediation: { binding: false } })
    for (const n of [0, 1]) court.say(court.party(n), propose(court, n, id))
    ruling(court, A, id, 'high')
    const { state, mediators } = disputeAt(court, 4, id)
    expect(state).toEqual({ state: 'open' })
    expect(mediators).toMatchObject([{ isAccepted: true, rulings: [{ ruling: 'high' }] }])
  })

  test('that only one party wants is not heard', () => {
    const { court, id } = disputed({ mediation: { binding: true } })
    court.say(court.party(0), propose(court, 0, id))
    const forced = { type: 'mediator.rule', refs: [id] }
    court.say(court.party(A), accept({ ...forced, body: { dispute: 0, ruling: 'high', text: '' } }))
    expect(disputeAt(court, 4, id)).toMatchObject({
      state: { state: 'open' },
      mediators: [{ isAccepted: false, rulings: [] }],
    })
  })
})

test('whatever the order of arrival, all replicas derive the same disputes', () => {
  const { court, id } = seated({ ...PANELS, mediation: { binding: true } })
  for (const n of [0, 1]) court.say(court.party(n), mediatorDraft(court.party(n).replica, id, 's5'))
  ruling(court, A, id, 'high')
  ruling(court, B, id, 'low')
  const [first] = court.digests()
  const ops = court.coalition.parties.flatMap(({ said }) => said)
  fc.assert(
    fc.property(fc.shuffledSubarray(ops, { minLength: ops.length }), (shuffled) => {
      const reader = openReplica(court.coalition.founded, { clock: court.coalition.clock })
      for (const op of shuffled) {
        reader.ingest([op])
        // What is read on the way must not be remembered for longer than it is true.
        reader.views.matters.disputes()
      }
      expect(reader.views.matters.dispute(id)?.panels[0]?.rulings).toHaveLength(2)
      expect(reader.digest().state).toBe(first)
    }),
    { numRuns: 15 },
  )
})

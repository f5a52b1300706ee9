/** Gate overrides through replicas: asked by a ballot of their own, marked, and nothing else (§3.8). */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openReplica, simpleProposal, testTrack } from '../../../test/support/coalition.ts'
import { Court, TRACKS } from '../../../test/support/court.ts'
import { HOUR } from '../../../test/support/parted.ts'
import type { OpCid } from '../../op/ids.ts'
import { type Result, unwrap } from '../../op/refusal.ts'
import type { ProposalInput } from '../acts.ts'
import { decisionRecord } from '../decision/gather.ts'
import { overrideInput } from './override-acts.ts'

const WEEK = 7 * 24 * HOUR
const windows = { ...testTrack().windows, validity: WEEK }
const gates = { reviews: { count: 2, function: 'any' }, objections: { state: 'answered' } }
const CHARTER = {
  tracks: { ...TRACKS, standard: testTrack({ windows, gates }) },
  overrides: { track: 'constitutional' },
}
const because = 'the reviewers are on strike'

/** A ballot that everybody voted for and that waits for two reviews. */
function waiting(charter: ConstructorParameters<typeof Court>[0] = CHARTER) {
  const court = new Court(charter)
  const id = court.coalition.propose(court.party(0), { title: 'Core 4' })
  court.coalition.vote(id, court.coalition.parties)
  court.coalition.settle()
  const ballotAt = (n: number) => unwrap(court.party(n).replica.views.ballot(id))
  const ask = (n: number, gate = 'reviews', why = because) =>
    overrideInput(court.party(n).replica, { ballot: id, gate, because: why })
  return { court, id, ballotAt, ask }
}

const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.code)
const outcomeOf = (court: Court, id: OpCid) =>
  court.party(3).replica.views.standing()?.outcomes.get(id)?.outcome

describe('a gate override', () => {
  test('adopted counts the gate as met on that ballot, which then settles, and marks it', () => {
    const { court, id, ballotAt, ask } = waiting()
    expect(outcomeOf(court, id)).toBe('open')
    const override = court.propose(1, unwrap(ask(1)))
    court.vote(override, 'yes')
    for (const n of [0, 4]) {
      const gate = ballotAt(n).gates.find((one) => one.gate === 'reviews')
      expect(gate).toMatchObject({ met: true, overriddenBy: override })
      expect(gate?.sentence).toMatch(/^OVERRIDDEN by ballot .*without that: 0 of 2/)
    }
    expect(outcomeOf(court, id)).toBe('adopted')
    expect(court.digests().size).toBe(1)
    const { rules } = unwrap(decisionRecord(court.party(2).replica, id))
    const marked = rules.find(({ rule }) => rule === 'gate:reviews')
    expect(marked).toMatchObject({ met: true, overriddenBy: override })
  })

  test('declined changes nothing', () => {
    const { court, id, ballotAt, ask } = waiting()
    court.vote(court.propose(1, unwrap(ask(1))), 'no')
    expect(ballotAt(3).gates.find(({ gate }) => gate === 'reviews')?.met).toBe(false)
    expect(outcomeOf(court, id)).toBe('open')
  })

  test('is of one gate on one ballot: other gates and other ballots wait on', () => {
    const { court, id, ask } = waiting()
    const other = court.coalition.propose(court.party(2), { slot: 'policy@b' })
    court.coalition.vote(other, court.coalition.parties)
    const objection = { kind: 'objection', text: 'no', disposition: 'yes' }
    const comment = { type: 'comment.add', refs: [id], body: { proposal: 0, ...objection } }
    court.say(court.party(4), { ok: true, value: comment })
    court.vote(court.propose(1, unwrap(ask(1))), 'yes')
    expect([id, other].map((one) => outcomeOf(court, one))).toEqual(['open', 'open'])
    expect(codeOf(ask(2, 'objections'))).toBe('ok')
  })

  test('is asked for on the charter’s track, once, of a gate that holds an open ballot', () => {
    const { court, id, ask } = waiting()
    expect(codeOf(ask(1, 'reviews', ' '))).toBe('override-without-reason')
    expect(codeOf(ask(1, 'builds'))).toBe('unknown-gate')
    expect(codeOf(ask(1, 'acceptance'))).toBe('unknown-gate')
    expect(codeOf(ask(1, 'objections'))).toBe('gate-met')
    const override = court.propose(1, unwrap(ask(1)))
    expect(codeOf(ask(2))).toBe('override-open')
    const again = { ballot: override, gate: 'reviews', because }
    expect(codeOf(overrideInput(court.party(2).replica, again))).toBe('unknown-gate')
    court.vote(override, 'yes')
    expect(outcomeOf(court, id)).toBe('adopted')
    expect(codeOf(ask(2))).toBe('ballot-settled')
    expect(codeOf(waiting({ tracks: CHARTER.tracks }).ask(1))).toBe('no-overrides')
  })

  test.each<[string, RegExp, (id: OpCid) => Partial<ProposalInput>]>([
    ['another question', /asks more or else/, () => ({ title: 'Nothing to see' })],
    ['another slot', /asks more or else/, () => ({ slot: 'policy@b' })],
    ['another track', /track is not the one/, () => ({ track: 'emergency' })],
    [
      'a gate that is not there',
      /"drills"/,
      (ballot) => ({ overrides: { ballot, gate: 'drills' } }),
    ],
    [
      'the acceptance of newcomers',
      /"acceptance"/,
      (ballot) => ({ overrides: { ballot, gate: 'acceptance' } }),
    ],
  ])('with %s is void', (_what, message, change) => {
    const { court, id, ask } = waiting()
    const override = court.propose(1, { ...unwrap(ask(1)), ...change(id) })
    expect(court.party(3).replica.views.ballot(override)).toMatchObject({
      code: 'invalid-proposal',
      message: expect.stringMatching(message),
    })
  })

  test('needs no reviews itself, whatever gates its own track has', () => {
    const tracks = {
      ...CHARTER.tracks,
      constitutional: testTrack({ gates: { builds: { reproductions: 1 } } }),
    }
    const { court, ask } = waiting({ ...CHARTER, tracks })
    const override = court.propose(1, unwrap(ask(1)))
    expect(unwrap(court.party(2).replica.views.ballot(override)).gates).toMatchObject([
      { gate: 'builds', met: true },
    ])
  })
})

test('whatever the order of arrival, a gate is overridden alike', () => {
  const { court, ask } = waiting()
  court.vote(court.propose(1, unwrap(ask(1))), 'yes')
  court.propose(2, simpleProposal('policy@c'))
  const [first] = court.digests()
  const ops = court.coalition.parties.flatMap(({ said }) => said)
  fc.assert(
    fc.property(fc.shuffledSubarray(ops, { minLength: ops.length }), (shuffled) => {
      const reader = openReplica(court.coalition.founded, { clock: court.coalition.clock })
      for (const op of shuffled) reader.ingest([op])
      expect(reader.digest().state).toBe(first)
    }),
    { numRuns: 10 },
  )
})

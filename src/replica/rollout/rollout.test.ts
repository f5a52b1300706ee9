import { describe, expect, test } from 'vitest'
import { APPEAL } from '../../../test/support/court.ts'
import { HOUR } from '../../../test/support/parted.ts'
import { metric, PLAN, plainStage, RolloutCourt, SOAK } from '../../../test/support/rollout.ts'
import type { OpCid } from '../../op/ids.ts'
import { signOp } from '../../op/operation.ts'
import { accept, unwrap } from '../../op/refusal.ts'
import { rolloutHalt } from '../../proposal/rollout/ops.ts'
import {
  closeDraft,
  haltDraft,
  MAX_PINNED_HALTS,
  reportDraft,
  resumeInput,
} from './rollout-acts.ts'

describe('a rollout', () => {
  test('goes from cohort to cohort: healthy, soaked, next', () => {
    const court = new RolloutCourt()
    const id = court.upgrade()
    expect(court.progress(4, id)).toBe('running: open waiting waiting')
    expect(court.turn(1, id)).toMatchObject({ kind: 'deploy', stage: 'canary', attempt: 0 })
    expect(court.turn(2, id)).toBeUndefined()
    court.report(1, id, 'started')
    expect(court.turn(1, id)).toBeUndefined()
    court.report(1, id, 'healthy')
    expect(court.progress(4, id)).toBe('running: soaking waiting waiting')
    court.coalition.clock.time += SOAK - 1
    expect(court.progress(4, id)).toBe('running: soaking waiting waiting')
    court.coalition.clock.time += 1
    expect(court.progress(4, id)).toBe('running: complete open waiting')
    expect(court.turn(2, id)).toMatchObject({ kind: 'deploy', stage: 'early' })
    court.report(3, id, 'healthy')
    court.coalition.clock.time += SOAK
    expect(court.progress(0, id)).toBe('running: complete complete open')
    // Late to its own stage, a member still takes it, before the next.
    expect(court.turn(2, id)).toMatchObject({ stage: 'early' })
    for (const n of [0, 4]) court.report(n, id, 'healthy')
    court.coalition.clock.time += SOAK
    expect(court.progress(2, id)).toBe('complete: complete complete complete')
    expect(court.digests().size).toBe(1)
  })

  test('is done once every stage is closed, with deviations and a rationale', () => {
    const court = new RolloutCourt()
    const id = court.upgrade({ stages: [plainStage('canary', { soak: 0, minReports: 1 })] })
    const { replica } = court.party(1)
    const close = { proposal: id, stage: 'canary', deviations: [], rationale: 'as planned' }
    expect(closeDraft(replica, close)).toMatchObject({ code: 'stage-not-complete' })
    court.report(1, id, 'healthy')
    expect(closeDraft(replica, { ...close, rationale: ' ' })).toMatchObject({
      code: 'close-without-rationale',
    })
    expect(court.progress(3, id)).toBe('complete: complete')
    court.say(court.party(1), closeDraft(replica, { ...close, deviations: ['an hour late'] }))
    expect(court.progress(3, id)).toBe('done: closed')
    expect(court.rollout(3, id).course.stages[0]?.closes).toMatchObject([
      { stakeholder: 's2', deviations: ['an hour late'], rationale: 'as planned' },
    ])
  })

  test('does not open before the plan says, nor before what it depends on is rolled out', () => {
    const court = new RolloutCourt()
    const first = court.upgrade()
    const notBefore = court.coalition.clock.now() + 100 * HOUR
    const over = { slot: 'policy@b', dependsOn: [first] }
    const second = court.upgrade({ activation: { notBefore }, stages: [plainStage('all')] }, over)
    expect(court.progress(1, second)).toBe('waiting: held')
    court.report(1, first, 'healthy')
    court.coalition.clock.time += SOAK
    for (const n of [2, 3]) court.report(n, first, 'healthy')
    court.coalition.clock.time += SOAK
    for (const n of [0, 4]) court.report(n, first, 'healthy')
    court.coalition.clock.time += SOAK
    expect(court.progress(1, second)).toBe('running: held')
    expect(court.rollout(1, second).course.wakeAt).toBe(notBefore)
    court.coalition.clock.time = notBefore
    expect(court.progress(1, second)).toBe('running: open')
  })

  test('does not open once what it depends on is set aside', () => {
    const court = new RolloutCourt({ appeals: { track: 'emergency' } })
    const first = court.adopted()
    const over = { slot: 'policy@b', dependsOn: [first] }
    const second = court.upgrade({ stages: [plainStage('all')] }, over)
    court.appeal(2, first)
    const ballot = court.open(2, first)
    if (ballot) court.vote(ballot, 'yes')
    court.coalition.clock.time += APPEAL
    expect(court.rollout(1, second).surrounds.hold?.why).toBe(
      `${first}, on which it depends, is not done`,
    )
  })

  test('that something newer replaces opens nothing more, and nobody goes back', () => {
    const court = new RolloutCourt()
    const first = court.upgrade()
    court.report(1, first, 'healthy')
    court.upgrade({}, { title: 'Move to v3', replaces: first })
    court.coalition.clock.time += SOAK
    expect(court.progress(2, first)).toBe('waiting: complete held waiting')
    court.say(court.party(1), haltDraft(court.party(1).replica, first, 'v2 is broken'))
    expect(court.turn(1, first)).toBeUndefined()
  })
})

describe('an appeal', () => {
  test('delays the first stage; upheld, whoever has moved goes back', () => {
    const court = new RolloutCourt({ appeals: { track: 'emergency' } })
    const id = court.upgrade()
    expect(court.progress(1, id)).toBe('waiting: held waiting waiting')
    expect(court.turn(1, id)).toBeUndefined()
    court.appeal(2, id)
    const ballot = court.open(2, id)
    expect(court.rollout(1, id).surrounds.hold?.why).toBe('it is appealed against')
    if (ballot) court.vote(ballot, 'yes')
    expect(court.rollout(1, id).course.undo).toContain('has set it aside')
    expect(court.progress(1, id)).toBe('waiting: held waiting waiting')
  })
})

describe('a halt', () => {
  test('by an indicator holds all that is not open, and everybody goes back', () => {
    const court = new RolloutCourt()
    const id = court.upgrade()
    court.report(1, id, 'healthy', { metrics: [metric('errors', '5%')] })
    court.coalition.clock.time += SOAK
    expect(court.turn(2, id)).toMatchObject({ kind: 'deploy' })
    court.report(2, id, 'healthy', { metrics: [metric('errors', '5.0001%')] })
    expect(court.progress(3, id)).toBe('rolling-back: complete open waiting')
    expect(court.turn(3, id)).toBeUndefined()
    expect(court.turn(1, id)).toMatchObject({ kind: 'rollback', stage: 'canary' })
    expect(court.turn(2, id)).toMatchObject({ kind: 'rollback', stage: 'early' })
    court.report(1, id, 'rolled-back', { stage: 'canary' })
    expect(court.turn(1, id)).toBeUndefined()
    court.report(2, id, 'rolled-back')
    expect(court.progress(4, id)).toBe('rolled-back: open open waiting')
    expect(court.digests().size).toBe(1)
  })

  test('is not taken back by better reports, but by a ballot; then hooks may run once more', () => {
    const court = new RolloutCourt()
    const id = court.upgrade()
    court.report(1, id, 'failed')
    court.report(1, id, 'rolled-back')
    expect(court.progress(0, id)).toBe('rolled-back: open waiting waiting')
    expect(resumeInput(court.party(0).replica, id, '')).toMatchObject({
      code: 'resume-without-reason',
    })
    court.resume(0, id)
    expect(court.progress(0, id)).toBe('running: open waiting waiting')
    expect(court.turn(1, id)).toMatchObject({ kind: 'deploy', stage: 'canary', attempt: 1 })
    court.report(1, id, 'started')
    court.report(1, id, 'failed')
    expect(court.turn(1, id)).toMatchObject({ kind: 'rollback', attempt: 1 })
    expect(court.progress(0, id)).toBe('rolling-back: open waiting waiting')
  })

  test('that a resume did not name halts on', () => {
    const court = new RolloutCourt()
    const id = court.upgrade()
    court.say(court.party(1), haltDraft(court.party(1).replica, id, 'wait'))
    const input = unwrap(resumeInput(court.party(0).replica, id, 'go on'))
    court.say(court.party(2), haltDraft(court.party(2).replica, id, 'I too'))
    court.vote(court.propose(0, input), 'yes')
    expect(court.rollout(3, id).course.halts.map(({ sentence }) => sentence)).toEqual([
      's3 said stop: I too',
    ])
  })

  test('to which another’s report refers stands, though the key that said it is forked', () => {
    const court = new RolloutCourt()
    const stages = PLAN.stages.slice(0, 1)
    const [seen, unseen] = ['policy@a', 'policy@b'].map((slot) => {
      const id = court.upgrade({ stages }, { slot, title: slot })
      court.report(1, id, 'healthy')
      return id
    })
    if (!seen || !unseen) return expect.unreachable()
    // The author, whose key somebody steals.
    const { replica, member } = court.party(0)
    for (const id of [seen, unseen]) court.say(court.party(0), haltDraft(replica, id, 'wait'))
    court.report(1, seen, 'rolled-back')
    const [first] = replica.ledger.chains.get(member.node.key)?.main ?? []
    const chain = { v: 1, coalition: replica.coalition, key: member.node.key, seq: 1 } as const
    const fork = signOp(
      {
        ...{ ...chain, prev: first?.op.cid ?? null, at: court.coalition.clock.now(), refs: [seen] },
        ...{ type: rolloutHalt.type, body: { proposal: 0, reason: 'another word in its place' } },
      },
      member.node,
    )
    for (const party of court.coalition.parties.slice(1)) party.replica.ingest([fork])
    const haltsOf = (id: OpCid) => court.rollout(2, id).course.halts.map(({ sentence }) => sentence)
    expect(haltsOf(seen)).toEqual(['s1 said stop: wait'])
    expect(haltsOf(unseen)).toEqual([])
  })

  test('is pinned by a report up to a limit', () => {
    const court = new RolloutCourt()
    const id = court.upgrade({ stages: PLAN.stages.slice(2) })
    const { replica } = court.party(1)
    court.report(1, id, 'healthy', { stage: 'all' })
    // Nothing but a hand-made operation says "stop" twice.
    for (let n = 0; n <= MAX_PINNED_HALTS; n++) {
      const draft = { type: rolloutHalt.type, refs: [id], body: { proposal: 0, reason: `${n}` } }
      court.say(court.party(0), accept(draft))
      const report = unwrap(
        reportDraft(replica, { proposal: id, status: 'degraded', stage: 'all' }),
      )
      // The proposal, the report that it replaces, and the halts.
      expect(report.refs).toHaveLength(2 + Math.min(n + 1, MAX_PINNED_HALTS))
    }
  })

  test('is for those whom the rollout touches', () => {
    const court = new RolloutCourt()
    const id = court.upgrade({ stages: PLAN.stages.slice(0, 1) })
    const stop = (n: number) => haltDraft(court.party(n).replica, id, 'no')
    expect(stop(4)).toMatchObject({ code: 'not-in-rollout' })
    // The author, and whoever is in a stage.
    expect([stop(0).ok, stop(1).ok]).toEqual([true, true])
    court.say(court.party(4), accept({ ...unwrap(stop(1)) }))
    expect(court.rollout(2, id).course.halts).toEqual([])
  })
})

describe('a report', () => {
  test('before the stage has its turn, by whoever does not keep to that, shortens no soak', () => {
    const court = new RolloutCourt()
    const id = court.upgrade()
    const early = unwrap(reportDraft(court.party(1).replica, { proposal: id, status: 'healthy' }))
    // The third member calls itself healthy in the second stage while the first has not begun.
    court.say(court.party(2), accept({ ...early, body: { ...early.body, stage: 'early' } }))
    court.coalition.clock.time += 10 * SOAK
    court.report(1, id, 'healthy')
    court.coalition.clock.time += SOAK
    expect(court.progress(4, id)).toBe('running: complete soaking waiting')
    court.coalition.clock.time += SOAK
    expect(court.progress(4, id)).toBe('running: complete complete open')
  })

  test('is by who is in the stage, once it is its turn', () => {
    const court = new RolloutCourt()
    const id = court.upgrade({ stages: PLAN.stages.slice(0, 2) })
    const draft = (n: number, stage?: string) =>
      reportDraft(court.party(n).replica, {
        proposal: id,
        status: 'healthy',
        ...(stage !== undefined && { stage }),
      })
    expect(draft(4)).toMatchObject({ code: 'not-in-rollout' })
    expect(draft(2)).toMatchObject({ code: 'stage-not-open' })
    expect(draft(2, 'canary')).toMatchObject({ code: 'not-in-stage' })
    expect(draft(1, 'nowhere')).toMatchObject({ code: 'unknown-stage' })
    expect(draft(1).ok).toBe(true)
  })
})

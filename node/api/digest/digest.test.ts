import { describe, expect, it } from 'vitest'
import { unwrap } from '../../../src/op/refusal.ts'
import { heldOps, openReplica, testTrack } from '../../../test/support/coalition.ts'
import { ServedCoalition } from '../../../test/support/service.ts'
import { digestOf } from './digest.ts'
import { MAX_DIGEST_LINES } from './happened.ts'
import { digestMarkdown } from './markdown.ts'
import type { Digest } from './shape.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const windows = { ...testTrack().windows, deliberation: 2 * HOUR, appeal: 30 * HOUR }
const standard = testTrack({ windows, gates: { objections: { state: 'answered' } } })
const charter = {
  tracks: { standard, emergency: standard, constitutional: standard },
  appeals: { track: 'emergency' },
  review: { every: 20 * DAY },
}

const sections = (list: Digest['happened']): Record<string, readonly string[]> =>
  Object.fromEntries(list.map(({ title, lines }) => [title, lines]))

describe('a digest', async () => {
  const coalition = new ServedCoalition([1, 1, 1, 1], { charter })
  const { clock } = coalition
  const begin = clock.now()
  const decided = await coalition.proposed('policy@a', 'Meet weekly')
  clock.advance(2 * HOUR)
  for (const [n, choice] of (['yes', 'yes', 'no'] as const).entries())
    unwrap(await coalition.node(n).service.vote(decided, choice, undefined))
  coalition.exchange()
  clock.advance(25 * HOUR)
  coalition.settle()
  const between = clock.now()
  clock.advance(HOUR)
  const open = await coalition.proposed('policy@b', 'Meet in | *Kyoto*')
  unwrap(
    await coalition.node(3).service.comment({
      ...{ proposal: open, kind: 'objection', text: 'Who pays?', disposition: 'a budget' },
    }),
  )
  coalition.exchange()
  clock.advance(2 * HOUR)
  unwrap(await coalition.node(1).service.vote(open, 'yes', undefined))
  coalition.exchange()
  const end = clock.now()
  const { replica } = coalition.node(0)
  const whole = unwrap(digestOf(replica, { from: begin - 1, to: end }))

  it('tells what happened, silence as a state of its own', () => {
    const happened = sections(whole.happened)
    expect(happened.Decided).toEqual([
      expect.stringMatching(
        /^“Meet weekly” \(\w+\) is adopted: 3 of 4 took part; against: s3; silent: s4\.$/,
      ),
    ])
    expect(happened.Proposed).toHaveLength(2)
    expect(happened.Said).toEqual([expect.stringContaining('wrote (objection) “Who pays?” on')])
    expect(happened['Members and keys']).toHaveLength(8)
    expect(happened.Besides).toEqual(['4 votes.'])
    // What nodes say by themselves is nobody's news.
    expect(JSON.stringify(whole)).not.toMatch(/sealed|estimated|what it has seen/)
  })

  it('tells what is due, whose move it is and until when', () => {
    const due = sections(whole.due)
    expect(due.Votes).toEqual([
      expect.stringMatching(
        /votes until .* \(in 1h\); silent so far: s1, s3, s4\. Ours is lacking\.$/,
      ),
    ])
    expect(due.Answers).toEqual([
      expect.stringMatching(/the objection of s4, “Who pays\?”, waits for s1\.$/),
    ])
    expect(due.Gates).toEqual([expect.stringContaining('gate objections')])
    expect(due['May be appealed against']).toEqual([expect.stringMatching(/Meet weekly.* until /)])
    expect(due['The rules themselves']).toEqual([
      expect.stringMatching(/^A review of the charter is due .* \(in 18d/),
    ])
  })

  it('is of its span: what came before it is in the one before', () => {
    const first = unwrap(digestOf(replica, { from: begin - 1, to: between }))
    const second = unwrap(digestOf(replica, { from: between, to: end }))
    expect(sections(first.happened).Proposed).toHaveLength(1)
    expect(sections(second.happened).Decided).toBeUndefined()
    expect(sections(second.happened).Proposed).toEqual([expect.stringContaining('Kyoto')])
    expect(sections(second.due)['Not heard of in this time']).toEqual([
      expect.stringMatching(/^s3: last heard .*, 3h ago\.$/),
    ])
    expect(digestOf(replica, { from: end, to: between })).toMatchObject({ code: 'span' })
  })

  it('is the same bytes whenever it is made of the same log, in whatever order that came', () => {
    const other = openReplica(coalition.founded, { clock: coalition.clock })
    // One who hears everything at the end has it all in one digest.
    for (const op of heldOps(replica).reverse()) other.ingest([op])
    const late = unwrap(digestOf(other, { from: end - 1, to: end }))
    expect(sections(late.happened).Said).toEqual(sections(whole.happened).Said)
    clock.advance(5 * HOUR)
    expect(unwrap(digestOf(replica, { from: begin - 1, to: end })).happened).toEqual(whole.happened)
  })

  it('is Markdown in which nothing that people wrote has power', () => {
    const page = digestMarkdown(whole)
    expect(page).toMatch(/^# Test Coalition: /)
    expect(page).toContain('Meet in \\| \\*Kyoto\\*')
    expect(page).toContain('## What is due')
    const quiet = digestMarkdown({ ...whole, happened: [], due: [] })
    expect(quiet).toContain('## What happened\n\nNothing.')
  })
})

it('lists so many of a kind and counts the rest', async () => {
  const coalition = new ServedCoalition([1, 1, 1, 1], { charter })
  const id = await coalition.proposed('policy@a')
  const from = coalition.clock.now()
  coalition.clock.advance(1)
  for (let i = 0; i <= MAX_DIGEST_LINES; i++)
    unwrap(await coalition.node(0).service.comment({ proposal: id, kind: 'support', text: `${i}` }))
  const { replica } = coalition.node(0)
  const said = sections(
    unwrap(digestOf(replica, { from, to: coalition.clock.now() })).happened,
  ).Said
  expect(said).toHaveLength(MAX_DIGEST_LINES + 1)
  expect(said?.at(-1)).toBe('… and 1 more; folkmoot log has them.')
})

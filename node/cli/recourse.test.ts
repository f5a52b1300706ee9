import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import type { OpCid } from '../../src/op/ids.ts'
import { testTrack } from '../../test/support/coalition.ts'
import { ServedCoalition } from '../../test/support/service.ts'
import { EXIT } from './exit-codes.ts'
import { SocketServices, Workplace } from './testing.ts'

const HOUR = 3_600_000
const place = new Workplace()
afterAll(() => place.remove())

const track = testTrack({ windows: { ...testTrack().windows, appeal: 24 * HOUR } })

let coalition: ServedCoalition
let homes = 0

/** Runs a command as a member. */
const as = (member: number, ...argv: string[]) =>
  place.run(argv, {
    home: `h${homes}`,
    services: new SocketServices(coalition.node(member).service),
    now: () => coalition.clock.now(),
  })

beforeEach(async () => {
  const tracks = { standard: track, emergency: track, constitutional: track }
  const charter = { tracks, appeals: { track: 'emergency' } }
  coalition = new ServedCoalition([1, 1, 1, 1], { charter })
  await place.run(['init', '--id', 's1'], { home: `h${++homes}` })
})

/** A decision that all four members adopted. */
async function adopted(): Promise<OpCid> {
  const id = await coalition.proposed('policy@one', 'Meet weekly')
  await decide(id, 'yes')
  return id
}

async function decide(id: string, choice: 'yes' | 'no'): Promise<void> {
  coalition.exchange()
  for (const n of [0, 1, 2, 3]) await as(n, 'vote', id, choice)
  coalition.exchange()
  coalition.settle()
}

describe('appeal', () => {
  it('tried first shows what would be signed, and signs nothing', async () => {
    const id = await adopted()
    const before = coalition.node(1).replica.digest().count
    const { out, exit } = await as(1, 'appeal', id, '--because', 'no rollback', '--dry-run')
    expect(exit).toBe(EXIT.ok)
    expect(out).toContain('type     appeal.file')
    expect(out).toContain('"grounds": "no rollback"')
    expect(coalition.node(1).replica.digest().count).toBe(before)
  })

  it('is shown wherever the decision is, and its ballot sets the decision aside', async () => {
    const id = await adopted()
    expect((await as(0, 'proposals')).out).toContain('adopted (round 1), appeal window')
    const explained = (await as(0, 'explain', id)).out
    expect(explained).toMatch(/appeals: May be filed until/)
    expect(explained).toContain('only an appeal may still set it aside')
    const appealed = await as(1, 'appeal', id, '--because', 'no rollback')
    expect(appealed.err).toBe('')
    expect(appealed.out).toContain('✓ appealed against "Meet weekly"')
    coalition.exchange()
    const second = (await as(2, 'appeal', id, '--because', 'nobody asked us', '--json')).json()
    expect(second).toMatchObject({ ok: true, opened: null, appeal: { type: 'appeal.file' } })
    expect(appealed.out).toContain(`by ballot ${second.ballot}`)
    coalition.exchange()
    expect((await as(3, 'status')).out).toMatch(/appeals +1 decision under appeal/)
    expect((await as(3, 'proposals')).out).toContain('under appeal')
    const { out } = await as(3, 'show', id)
    expect(out).toContain('s2: no rollback')
    expect(out).toContain('s3: nobody asked us')
    await decide(String(second.ballot), 'yes')
    expect((await as(0, 'proposals')).out).toContain('set aside on appeal')
    expect((await as(0, 'explain', id)).out).toMatch(
      /set it aside: hooks of this node do\s+not run/,
    )
    const told = await coalition.node(3).eventsSince(0)
    expect(told.filter(({ kind }) => kind === 'appeal')).toHaveLength(2)
    expect((await as(3, 'status')).out).not.toContain('under appeal')
  })

  it('once the window is over is refused, with what to do instead', async () => {
    const id = await adopted()
    coalition.clock.advance(24 * HOUR)
    const { exit, err } = await as(1, 'appeal', id, '--because', 'too late')
    expect(exit).toBe(EXIT.refused)
    expect(err).toContain('the window for appeals is over here')
    expect(err).toContain('propose what should take its place')
    expect((await as(0, 'proposals', '--json')).json().proposals).toMatchObject([
      { stage: 'settled', appeal: { stage: 'over', delaysHooks: false } },
    ])
  })

  it('without grounds is refused before anything is asked', async () => {
    const { exit, err } = await as(1, 'appeal', 'x4m2k7ra')
    expect(exit).toBe(EXIT.usage)
    expect(err).toContain('--because')
  })
})

describe('override', () => {
  it('is asked for, decided by a ballot of its own, marked and listed', async () => {
    const tracks = {
      standard: testTrack({ gates: { reviews: { count: 1, function: 'any' } } }),
      emergency: track,
      constitutional: track,
    }
    const charter = { tracks, overrides: { track: 'constitutional' } }
    coalition = new ServedCoalition([1, 1, 1, 1], { charter })
    const id = await coalition.proposed('policy@one', 'Meet weekly')
    await decide(id, 'yes')
    const because = 'the reviewer is ill'
    const tried = await as(1, 'override', id, 'reviews', '--because', because, '--dry-run')
    expect(tried.out).toContain('Nothing was signed.')
    expect((await as(1, 'override', id, 'builds', '--because', because)).err).toContain(
      'it has reviews',
    )
    const asked = await as(1, 'override', id, 'reviews', '--because', because)
    expect(asked.err).toBe('')
    const ballot = /by ballot (bafy\w+)/.exec(asked.out)?.[1] ?? ''
    expect((await as(2, 'overrides')).out).toBe('no gate was overridden\n')
    await decide(ballot, 'yes')
    expect((await as(3, 'explain', id)).out).toMatch(/gate:reviews: OVERRIDDEN by ballot \w{8};/)
    const { out } = await as(3, 'overrides')
    expect(out).toMatch(/reviews +Meet weekly +adopted +s2 +the reviewer is ill/)
    expect((await as(3, 'overrides', '--json')).json().overrides).toMatchObject([
      { id: ballot, gate: 'reviews', because, proposal: { id, outcome: 'adopted' } },
    ])
  })
})

describe('disputes', () => {
  beforeEach(() => {
    const tracks = { standard: track, emergency: track, constitutional: track }
    const charter = { tracks, panels: { seats: 3, functions: [] }, mediation: { binding: true } }
    coalition = new ServedCoalition([1, 1, 1, 1, 1], { charter })
  })

  /** Opens a dispute of s1 and s2 as the first, and tells everybody. */
  async function opened(): Promise<string> {
    const parties = ['--party', 's1', '--party', 's2', '--because', 's2 says low']
    const { out, err } = await as(0, 'disputes', 'open', 'severity', 'CVE-2031-7', ...parties)
    expect(err).toBe('')
    coalition.exchange()
    return /id {2}(bafy\w+)/.exec(out)?.[1] ?? ''
  }

  it('are opened, go to a panel that nobody chooses, and are settled by its majority', async () => {
    expect((await as(0, 'disputes')).out).toBe('no disputes\n')
    const id = await opened()
    expect((await as(4, 'status')).out).toMatch(/disputes +1 not settled/)
    expect((await as(4, 'disputes', 'panel', id)).err).toContain('has recorded a settlement since')
    coalition.clock.advance(HOUR)
    const ballot = await coalition.proposed('policy@one', 'Meet weekly')
    for (const n of [0, 1, 2, 3, 4]) await as(n, 'vote', ballot, 'yes')
    coalition.exchange()
    coalition.settle()
    const tried = await as(4, 'disputes', 'panel', id, '--dry-run')
    expect(tried.out).toContain('type     panel.seat')
    const { out } = await as(4, 'disputes', 'panel', id)
    expect(out).toMatch(/✓ drawn: s\d, s\d, s\d/)
    coalition.exchange()
    for (const n of [2, 3]) {
      const { err } = await as(n, 'disputes', 'rule', id, 'high', '--because', 'no login is needed')
      expect(err).toBe('')
      coalition.exchange()
      const silent = n === 2 ? /not ruled yet: s\d, s\d\n/ : /^((?!not ruled yet)[\s\S])*$/
      expect((await as(0, 'disputes', 'show', id)).out).toMatch(silent)
    }
    expect((await as(0, 'disputes')).out).toMatch(
      /severity +CVE-2031-7 +s1, s2 +settled by panel: high/,
    )
    const shown = await as(1, 'disputes', 'show', id.slice(-8))
    expect(shown.out).toContain('s3 rules high: no login is needed')
    expect((await as(4, 'disputes', 'show', id, '--json')).json()).toMatchObject({
      state: { state: 'settled', by: 'panel', ruling: 'high' },
    })
    const told = await coalition.node(1).eventsSince(0)
    expect(told.filter(({ kind }) => kind === 'dispute')).toHaveLength(4)
    expect((await as(4, 'status')).out).not.toContain('disputes')
  })

  it('go to a mediator whom every party accepts, or end where the parties close them', async () => {
    const id = await opened()
    for (const n of [0, 1]) {
      expect((await as(n, 'disputes', 'mediator', id, 's5')).err).toBe('')
      coalition.exchange()
      const lacks = (await as(2, 'disputes', 'show', id)).out.includes('not accepted yet by s2')
      expect(lacks).toBe(n === 0)
    }
    expect((await as(2, 'disputes')).out).toContain('mediated by s5')
    expect((await as(2, 'disputes', 'rule', id, 'low', '--because', 'x')).exit).toBe(EXIT.refused)
    expect((await as(4, 'disputes', 'rule', id, 'low', '--because', 'x')).err).toBe('')
    coalition.exchange()
    expect((await as(2, 'disputes')).out).toContain('settled by mediator: low')
    for (const n of [0, 1]) {
      expect((await as(n, 'disputes', 'close', id, '--because', 'fine')).out).toContain('✓ closed')
      coalition.exchange()
    }
    expect((await as(2, 'disputes')).out).toContain('settled by parties: low')
  })
})

describe('council and escalations', () => {
  beforeEach(() => {
    const tracks = { standard: track, emergency: track, constitutional: track }
    const powers = ['escalation.resolve']
    const council = { seats: 2, term: 100 * HOUR, track: 'emergency', powers }
    coalition = new ServedCoalition([1, 1, 1, 1], { charter: { tracks, council } })
  })

  it('elected by ballot is in office for its term, and does what the charter lets it', async () => {
    expect((await as(0, 'council')).out).toContain('nobody is in office')
    const because = ['--because', 'somebody must']
    const { out, err } = await as(0, 'council', 'elect', 's4', 's3', ...because)
    expect(err).toBe('')
    await decide(/by ballot (bafy\w+)/.exec(out)?.[1] ?? '', 'yes')
    expect((await as(1, 'council')).out).toMatch(/in office +s3, s4 until/)
    const tried = await as(0, 'council', 'elect', 's1', ...because, '--dry-run')
    expect(tried.out).toContain('Nothing was signed.')
    const asked = ['--owner', 's2', '--due', '3h', '--because', 'no answer']
    const opened = await as(0, 'escalations', 'open', 'waiting', 'Who pays?', ...asked)
    expect(opened.err).toBe('')
    const id = /id {2}(bafy\w+)/.exec(opened.out)?.[1] ?? ''
    coalition.exchange()
    expect((await as(1, 'escalations')).out).toMatch(/waiting +Who pays\? +s2 +open/)
    expect((await as(1, 'escalations', '--overdue')).out).toBe('nothing waits\n')
    coalition.clock.advance(3 * HOUR)
    const { out: status } = await as(1, 'status')
    expect(status).toContain('“Who pays?” waits for s2, overdue since')
    expect(status).toContain('folkmoot escalations resolve')
    const settled = await as(3, 'escalations', 'resolve', id, '--because', 's2 pays')
    expect(settled.err).toBe('')
    coalition.exchange()
    expect((await as(1, 'escalations')).out).toMatch(/resolved +s4, council: s2 pays/)
    expect((await as(1, 'status')).out).not.toContain('overdue')
    coalition.clock.advance(100 * HOUR)
    expect((await as(1, 'council', '--json')).json()).toMatchObject({ inOffice: null })
  })

  it('is recalled by ballot', async () => {
    expect((await as(0, 'council', 'recall', '--because', 'x')).err).toContain(
      'no council to recall',
    )
    const elected = await as(0, 'council', 'elect', 's3', '--because', 'x')
    await decide(/by ballot (bafy\w+)/.exec(elected.out)?.[1] ?? '', 'yes')
    const recall = await as(1, 'council', 'recall', '--because', 'it takes sides')
    expect(recall.err).toBe('')
    await decide(/by ballot (bafy\w+)/.exec(recall.out)?.[1] ?? '', 'yes')
    expect((await as(2, 'council')).out).toContain('nobody is in office')
  })

  it('escalations are resolved by those concerned, and by nobody else', async () => {
    const asked = ['--owner', 's2', '--because', 'no answer']
    const { out } = await as(0, 'escalations', 'open', 'overlap', 'Who leads?', ...asked)
    const id = /id {2}(bafy\w+)/.exec(out)?.[1] ?? ''
    coalition.exchange()
    const stranger = await as(2, 'escalations', 'resolve', id, '--because', 'I do')
    expect(stranger.exit).toBe(EXIT.refused)
    expect(stranger.err).toContain('it is for s1, s2 to resolve, or the council')
    expect((await as(1, 'escalations', 'resolve', id, '--because', 's1 does')).err).toBe('')
  })
})

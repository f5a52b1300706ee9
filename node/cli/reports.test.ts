import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testCharter, testMembers, testTrack } from '../../test/support/coalition.ts'
import { ServedCoalition } from '../../test/support/service.ts'
import { EXIT } from './exit-codes.ts'
import { SocketServices, Workplace } from './testing.ts'

const HOUR = 3_600_000
const place = new Workplace()
afterAll(() => place.remove())

const standard = testTrack({ approval: { at: { num: 2, den: 3 }, of: 'cast' } })
const ZONES = ['Europe/Zurich', 'Asia/Tokyo', 'Mars/Olympus']
/** The fourth says where it is by its jurisdiction alone. */
const stakeholders = testCharter(testMembers([4, 3, 2, 1])).stakeholders.map((member, i) => {
  const timeZone = ZONES[i]
  return timeZone === undefined ? { ...member, jurisdictions: ['CH'] } : { ...member, timeZone }
})
const charter = {
  stakeholders,
  tracks: { standard, emergency: standard, constitutional: standard },
}
const coalition = new ServedCoalition([4, 3, 2, 1], { charter })

/** Runs a command as a member. */
const as = (member: number, ...argv: string[]) =>
  place.run(argv, {
    home: 'h',
    services: new SocketServices(coalition.node(member).service),
    now: () => coalition.clock.now(),
  })

beforeAll(async () => {
  await place.run(['init', '--id', 's1'], { home: 'h' })
  const id = await coalition.proposed('policy@a', 'Meet weekly')
  await as(3, 'comment', id, 'Who minutes it?', '--kind', 'objection', '--disposition', 'a name')
  for (const [n, choice] of ['yes', 'yes', 'no'].entries()) await as(n, 'vote', id, choice)
  coalition.exchange()
  coalition.clock.advance(25 * HOUR)
  coalition.settle()
})

describe('influence', () => {
  it('is a page of tables that says who decided and who was heard', async () => {
    const { exit, out } = await as(1, 'influence')
    expect(exit).toBe(EXIT.ok)
    expect(out).toContain(
      '1 ballot settled (charter version 1): 1 adopted, 0 not decided by votes; 0 open',
    )
    expect(out).toMatch(/^standard +4 +0\.25 +2 +1 +1 +1 +90 %$/m)
    expect(out).toMatch(/^s1 +4 +1 of 1 +1 +0 +0 +0 +1 +1 +1 \(1 adopted\) +0 +0$/m)
    expect(out).toMatch(/^s4 +1 +0 of 1 +0 +0 +0 +1 +0 +0 +0 \(0 adopted\) +1 +1 \(0 answered\)$/m)
    expect(out).toContain('s3, s4: 3 of 10 of the weight')
    expect(out).toContain('objected 1 time, 0 answered')
    expect(out).toMatch(/^2027-Q1 +1 +1 +90 % +1 of 4 +1 of 1 +0 of 1$/m)
    expect(out).toMatch(/^charter version 1 +1/m)
  })

  it('is data with --json, of one track and of what came since', async () => {
    const { json } = await as(0, 'influence', '--track', 'standard', '--since', '1h', '--json')
    expect(json()).toMatchObject({ ok: true, track: 'standard', ballots: { settled: 0 } })
    expect(json().since).toBe(coalition.clock.now() - HOUR)
  })

  it('refuses a track that there is not, and a moment that is none', async () => {
    const unknown = await as(0, 'influence', '--track', 'urgent')
    expect(unknown.exit).toBe(EXIT.refused)
    expect(unknown.err).toContain('standard')
    expect((await as(0, 'influence', '--since', 'yesterday')).exit).toBe(EXIT.usage)
  })
})

describe('a node whose clock is set off', () => {
  it('is asked by its own clock, not by that of the machine', async () => {
    const ahead = 40 * 24 * HOUR
    const asked = (...argv: string[]) =>
      place.run(argv, {
        ...{ home: 'h', env: { FOLKMOOT_CLOCK_OFFSET_MS: `${ahead}` } },
        services: new SocketServices(coalition.node(1).service),
        now: () => coalition.clock.now() - ahead,
      })
    const since = coalition.clock.now() - 2 * HOUR
    expect((await asked('digest', '--since', '2h', '--json')).json().from).toBe(since)
    expect((await asked('influence', '--since', '2h', '--json')).json().since).toBe(since)
    expect((await asked('review', '--since', '2h', '--json')).json().since).toBe(since)
    expect((await asked('status')).out).toContain('up for 1d1h')
  })
})

describe('presence', () => {
  it('says of everybody when it was heard, by our clock and by its own', async () => {
    coalition.clock.advance(3 * 24 * HOUR)
    const { exit, out } = await as(0, 'presence')
    expect(exit).toBe(EXIT.ok)
    expect(out).toMatch(/^s1 +3d +3d +\S+ +\d.*this is us +Europe\/Zurich$/m)
    expect(out).toMatch(/^s4 .*not connected +not given \(CH\)$/m)
    expect(out).toContain('A node says nothing while nothing is new to it.')
  })

  it('shows every key by itself', async () => {
    const { out } = await as(0, 'presence', '--keys')
    expect(out).toMatch(/^s2 +root \S+ .*key\.delegate +none/m)
    expect(out).toMatch(/^s2 +node \S+ .* \d+ of \d+$/m)
  })

  it('shows when voting ends where members are, and who has no working time in it', async () => {
    // One hour from 08:00 UTC: nine in Zurich, in the evening in Tokyo.
    const day = 24 * HOUR
    coalition.clock.advance(day - (coalition.clock.now() % day) + 8 * HOUR)
    const id = await coalition.proposed('policy@b', 'Meet in Kyoto')
    await as(1, 'vote', id, 'yes')
    coalition.exchange()
    const { out } = await as(0, 'presence')
    expect(out).toMatch(/Meet in Kyoto \(\w+\)\n {2}voting until .* \(in 1h\); silent: s1, s3, s4/)
    expect(out).toMatch(
      /s1: \w{3} 2027-\d\d-\d\d 09:00 to .* 10:00 \(Europe\/Zurich\), 1h of working/,
    )
    expect(out).toMatch(/s2: .* 17:00 to .* 18:00 \(Asia\/Tokyo\), ! no working time in it/)
    expect(out).toContain('s3: Mars/Olympus is no time zone that this machine knows')
    expect(out).not.toMatch(/s4: /)
    const data = (await as(0, 'presence', '--json')).json()
    expect(data).toMatchObject({ ok: true, windows: [{ id, silent: ['s1', 's3', 's4'] }] })
  })
})

describe('review', () => {
  it('is a page that says how the rules worked, how long it took and what is due', async () => {
    const { exit, out } = await as(2, 'review')
    expect(exit).toBe(EXIT.ok)
    expect(out).toContain('no review is ever due by this charter; none so far')
    expect(out).toMatch(/^standard +1 +1 +90 % +0 +0 \(0\) +0 +0 of 0 +0$/m)
    expect(out).toMatch(/^standard +0ms, 0ms +1d1h, 1d1h +0ms, 0ms +1d1h, 1d1h$/m)
    expect((await as(2, 'review', 'show', '--since', '1d', '--json')).json()).toMatchObject({
      tracks: expect.arrayContaining([expect.objectContaining({ track: 'standard', settled: 0 })]),
    })
  })

  it('is brought to a ballot with the report as its text', async () => {
    const tried = await as(0, 'review', 'open', '--because', 'All is well.', '--dry-run')
    expect(tried.out).toContain('"slot": "review@charter"')
    expect((await as(0, 'review')).out).not.toContain('is being decided')
    const { out } = await as(0, 'review', 'open', '--because', 'All is well.')
    expect(out).toContain('✓ proposed the review')
    expect((await as(0, 'review')).out).toContain('a review is being decided by ballot')
    expect((await as(0, 'status')).out).not.toContain('review')
  })
})

describe('digest', () => {
  it('is text, Markdown or data, since a moment', async () => {
    const { exit, out } = await as(1, 'digest', '--since', '30d')
    expect(exit).toBe(EXIT.ok)
    expect(out).toMatch(
      /What happened\n {2}Decided\n {4}“Meet weekly” \(\w+\) is adopted: 9 of 10 took part; against: s3; silent: s4\./,
    )
    expect(out).toContain('What is due')
    expect((await as(1, 'digest', '--markdown')).out).toMatch(/^# Test Coalition: /)
    const data = (await as(1, 'digest', '--since', '0s', '--json')).json()
    expect(data).toMatchObject({ ok: true, v: 1, happened: [] })
  })

  it('goes into a file, and is not two forms at once', async () => {
    const { out } = await as(1, 'digest', '-o', 'week.md')
    expect(out).toContain('✓ week.md: the digest up to')
    expect((await as(1, 'digest', '--markdown', '--json')).exit).toBe(EXIT.usage)
  })
})

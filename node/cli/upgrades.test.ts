import { existsSync, writeFileSync } from 'node:fs'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import type { OpCid } from '../../src/op/ids.ts'
import { unwrap } from '../../src/op/refusal.ts'
import { createDraft } from '../../src/replica/document-acts.ts'
import { testTrack } from '../../test/support/coalition.ts'
import { ServedCoalition } from '../../test/support/service.ts'
import { shortId } from '../api/ids.ts'
import { EXIT } from './exit-codes.ts'
import { type RunOptions, SocketServices, Workplace } from './testing.ts'

const place = new Workplace()
afterAll(() => place.remove())

const HOUR_MS = 3_600_000
let coalition: ServedCoalition

beforeEach(async () => {
  const windows = { ...testTrack().windows, deliberation: HOUR_MS, demonstration: HOUR_MS }
  const gates = { drills: { count: 1 }, reviews: { count: 1, function: 'any' } }
  const others = { emergency: testTrack(), constitutional: testTrack() }
  const tracks = { standard: testTrack({ windows, gates }), ...others }
  coalition = new ServedCoalition([1, 1, 1, 1], { charter: { tracks } })
  if (!existsSync(place.path('acme'))) await place.init('acme')
})

/** Runs a command line as a member; words with blanks stand in double quotes. */
const run = (member: number, line: string, options: RunOptions = {}) =>
  place.run(
    (line.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', '')),
    {
      home: 'acme',
      services: new SocketServices(coalition.node(member).service),
      now: () => coalition.clock.now(),
      ...options,
    },
  )

/** A command line that succeeds, after which all hold the same. */
async function done(member: number, line: string): Promise<string> {
  const { exit, out, err } = await run(member, line)
  expect(exit, `${line}\n${out}${err}`).toBe(EXIT.ok)
  coalition.exchange()
  return out
}

const SCOPE =
  '--objective a --non-goal b --compatibility c --performance d --variability "none, as all are alike"'

/** A draft of the first member; its id. */
async function draft(rest = SCOPE): Promise<string> {
  const out = await done(
    0,
    `upgrade new --title "Core 4" --slot core@main --text It. ${rest} --json`,
  )
  return String(JSON.parse(out).id)
}

/** A draft that was proposed; the proposal's id. */
async function proposed(): Promise<string> {
  const out = await done(0, `upgrade propose ${shortId(await draft())} --json`)
  return String(JSON.parse(out).cid)
}

const stagesOf = async (id: string): Promise<string[]> => {
  const { stages } = unwrap(await coalition.node(0).service.upgrades.show(id))
  return stages.map(({ name, standing }) => `${name} ${standing}`)
}

describe('the draft of an upgrade', () => {
  it('asks on a terminal for what is not given, and only there', async () => {
    const asked: string[] = []
    const askLine = async (question: string): Promise<string> => {
      asked.push(question)
      return question.startsWith('Objectives') ? 'fast; safe' : 'said'
    }
    const { exit } = await run(0, 'upgrade new --title "Core 4" --slot core@main', { askLine })
    expect(exit).toBe(EXIT.ok)
    expect(asked).toHaveLength(8)
    const [line] = await coalition.node(0).service.documents.list()
    const { value } = unwrap(await coalition.node(0).service.documents.read(line?.id ?? ''))
    expect(value).toMatchObject({ title: 'Core 4', scope: { objectives: ['fast', 'safe'] } })
    expect((await run(0, 'upgrade new')).exit).toBe(EXIT.usage)
    expect((await run(0, 'upgrade new --title x --subject y')).err).toContain('core=sha256:')
  })

  it('is listed with what it lacks, and is not proposed before', async () => {
    const id = await draft('--objective a')
    expect(await done(1, 'upgrade')).toMatch(/Core 4 +s1 +draft +draft/)
    const { exit, err } = await run(0, `upgrade propose ${id}`)
    expect(exit).toBe(EXIT.refused)
    expect(err).toContain('its scope does not say what it is not for')
    expect(err).toContain('folkmoot doc edit')
  })

  it('that a peer filled with nonsense is shown, and refused with line and path', async () => {
    const id = await draft()
    const { service } = coalition.node(1)
    unwrap(await service.documents.write({ id, content: '{title: 5, scope: [1], text: {a: b}}' }))
    coalition.exchange()
    expect((await run(0, `upgrade show ${id}`)).out).toContain('it has no title')
    const content = `title: T\nslot: core@main\ntext: t\nkind: [x]\nscope: {objectives: [a], nonGoals: [b], compatibility: [c], performance: [d], variability: [e], more: [f]}\n`
    unwrap(await service.documents.write({ id, content }))
    coalition.exchange()
    const { exit, err } = await run(0, `upgrade propose ${id}`)
    expect(exit).toBe(EXIT.failed)
    expect(err).toContain('scope.more')
  })

  it('is frozen and voted on as it is; a proposal without its scope is void for all', async () => {
    const id = await draft()
    expect((await run(0, `upgrade propose ${id} --dry-run`)).out).toContain('Nothing was signed.')
    const proposal = String(JSON.parse(await done(0, `upgrade propose ${id} --json`)).cid)
    expect(await done(2, `upgrade show ${id}`)).toContain(proposal)
    expect((await run(0, `upgrade propose ${id}`)).err).toContain('it is proposed already')
    const { kind, document } = unwrap(await coalition.node(2).service.proposal(proposal))
    expect([kind, document.frozen?.document]).toEqual(['upgrade', id])
    writeFileSync(
      place.path('bare.yaml'),
      'title: Bare\nkind: upgrade\nslot: core@main\ntext: It.\n',
    )
    const { exit, err } = await run(0, 'propose bare.yaml')
    expect(exit).toBe(EXIT.refused)
    expect(err).toContain('an upgrade says in its scope what it is for (objectives)')
  })
})

describe('the stages of an upgrade', () => {
  it('of one that opens at no moment that there is are shown all the same', async () => {
    const id = await coalition.proposed('policy@far', 'Far', {
      opensAt: Number.MAX_SAFE_INTEGER - 9e9,
    })
    expect(await done(1, `upgrade show ${id}`)).toContain('never')
    expect(await done(1, `show ${id}`)).toContain('never')
    expect((await run(1, `explain ${id}`)).exit).toBe(EXIT.ok)
  })

  it('follow from clock and evidence; what is over and lacks something is held', async () => {
    const id = await proposed()
    expect(await stagesOf(id)).toEqual([
      'draft done',
      'deliberation now',
      'review left out',
      'interop left out',
      'demonstration ahead',
      'voting ahead',
      'settling ahead',
      'appeal ahead',
      'rollout left out',
      'retrospective ahead',
    ])
    coalition.clock.advance(HOUR_MS)
    expect((await stagesOf(id)).slice(1, 6)).toEqual([
      'deliberation done',
      'review held',
      'interop left out',
      'demonstration now',
      'voting ahead',
    ])
    coalition.clock.advance(HOUR_MS)
    expect((await stagesOf(id)).slice(4, 6)).toEqual(['demonstration held', 'voting now'])
    await done(1, `attest drill ${id} passed --scenario rollback`)
    await done(1, `attest review ${id} approve`)
    expect((await stagesOf(id)).slice(2, 6)).toEqual([
      'review left out',
      'interop left out',
      'demonstration done',
      'voting now',
    ])
    const { out } = await run(0, `upgrade show ${id}`)
    expect(out).toMatch(/Came late\n {2}drill of s2/)
    expect(out).toContain('no vote yet of s1, s2, s3, s4')
  })
})

describe('the retrospective of an upgrade', () => {
  /** An upgrade that all adopted; its id. */
  async function adopted(): Promise<string> {
    const id = await proposed()
    await done(1, `comment ${id} "Who is on call?" --kind question`)
    coalition.clock.advance(2 * HOUR_MS)
    await done(1, `attest drill ${id} passed --scenario rollback`)
    coalition.clock.advance(1)
    await done(1, `attest review ${id} approve`)
    for (const member of [0, 1, 2, 3]) {
      coalition.clock.advance(60_000)
      await done(member, `vote ${id} yes`)
    }
    coalition.settle()
    return id
  }

  it('is generated from the log: times, who waited for whom, gates, participation', async () => {
    const id = await adopted()
    const { history, facts } = unwrap(await coalition.node(3).service.upgrades.retrospective(id))
    expect(history.outcome).toBe('adopted')
    expect(history.steps.map(({ step }) => step)).toEqual([
      'deliberation',
      'demonstration',
      'voting',
      'settling',
    ])
    expect(history.waits.filter(({ step }) => step === 'voting')).toMatchObject([
      { stakeholder: 's4', afterMs: 240_001 },
      { stakeholder: 's3', afterMs: 180_001 },
      { stakeholder: 's2', afterMs: 120_001 },
      { stakeholder: 's1', afterMs: 60_001 },
    ])
    expect(history.gates.map(({ gate, met }) => `${gate} ${met}`)).toEqual([
      'drills false',
      'reviews false',
      'drills true',
      'reviews true',
    ])
    expect(history.participation[1]).toEqual({
      ...{ stakeholder: 's2', stance: 'yes', comments: 1, attestations: 2, reports: 0 },
    })
    expect(facts).toContain('| voting | s4 | 4m |')
    const others = await Promise.all(
      [0, 1, 2].map((n) => coalition.node(n).service.upgrades.retrospective(id)),
    )
    for (const other of others) expect(unwrap(other).facts).toBe(facts)
  })

  it('cannot be archived while a part of it is empty, and then is, once', async () => {
    const id = await adopted()
    expect((await run(0, `upgrade archive ${id}`)).err).toContain('nobody has begun')
    await done(0, `upgrade retrospective ${id} --went-well "all of it" --deviations none`)
    await done(2, `upgrade retrospective ${id} --went-badly "the drill was late"`)
    const refused = await run(1, `upgrade archive ${id}`)
    expect(refused.exit).toBe(EXIT.refused)
    expect(refused.err).toContain('what we do differently next time; who does what by when')
    // Whoever freezes it by hand has archived nothing.
    const { document } = unwrap(await coalition.node(0).service.upgrades.retrospective(id))
    await done(3, `doc freeze ${document}`)
    expect((await stagesOf(id)).at(-1)).toBe('retrospective now')
    await done(1, `upgrade retrospective ${id} --lessons "drill early" --actions "s2 drills"`)
    expect((await run(1, `upgrade archive ${id}`)).err).toContain('folkmoot upgrade action')
    await done(1, `upgrade retrospective ${id} --actions "none, as s2 drills anyway"`)
    expect((await run(0, `upgrade show ${id}`)).out).toContain('it is written and not archived')
    expect(await done(1, `upgrade archive ${id}`)).toContain('✓ archived')
    expect((await stagesOf(id)).at(-1)).toBe('retrospective done')
    expect((await run(0, `upgrade archive ${id}`)).err).toContain('it is archived')
    expect((await run(0, `upgrade retrospective ${id} --lessons x`)).err).toContain('archived as')
  })

  it('that somebody keeps to himself does not keep others from theirs', async () => {
    const id = await adopted()
    const { service } = coalition.node(3)
    const input = { kind: 'map' as const, title: 'Mine', editors: { stakeholders: ['s4'] } }
    unwrap(await service.documents.create({ ...input, schema: `retrospective/${id as OpCid}` }))
    coalition.exchange()
    coalition.clock.advance(1000)
    await done(0, `upgrade retrospective ${id} --went-well x --went-badly x --deviations x`)
    await done(1, `upgrade retrospective ${id} --lessons x --actions none`)
    await done(2, `upgrade archive ${id}`)
  })

  it('has tasks come of it, with owner and date, each naming the other', async () => {
    const id = await adopted()
    await done(0, `upgrade retrospective ${id} --went-well x --went-badly x --deviations x`)
    await done(0, `upgrade retrospective ${id} --lessons x`)
    const bare = await run(1, `upgrade action ${id} drill --title "Drill early"`)
    expect(bare.exit).toBe(EXIT.refused)
    expect(bare.err).toContain('owner is missing; due is missing')
    const drill = `upgrade action ${id} drill --title "Drill early" --owner s2 --due 2030-04-01`
    expect((await run(1, `${drill} --dry-run`)).out).toContain('Nothing was signed.')
    expect(await done(1, drill)).toContain('✓ task drill comes of this retrospective')
    expect((await run(2, `upgrade action ${id} drill`)).err).toContain('linked already')
    // One that is there is taken; one of another upgrade is not.
    await done(2, 'register tasks add soak --title Soak --owner s3 --due 2030-05-01')
    await done(2, 'register tasks add theirs --title x --owner s3 --due 2030-05-01 --upgrade zzzz')
    await done(3, `upgrade action ${id} soak`)
    expect((await run(3, `upgrade action ${id} theirs`)).err).toContain('of another upgrade')
    const shown = await run(0, `upgrade retrospective ${id}`)
    expect(shown.out).toMatch(/drill: Drill early \(s2, by 2030-04-01, todo\)\n {2}soak: Soak/)
    expect((await run(0, 'register tasks show soak')).out).toContain(id)
    // What becomes of a task shows here too; one that is gone is not archived.
    await done(1, 'register tasks set drill --status done')
    await done(1, 'register tasks remove soak')
    expect((await run(0, `upgrade retrospective ${id}`)).out).toContain('2030-04-01, done)')
    const refused = await run(0, `upgrade archive ${id}`)
    expect([refused.exit, refused.err]).toEqual([
      EXIT.refused,
      expect.stringContaining('no whole row "soak"'),
    ])
    await done(1, `upgrade action ${id} soak --title Soak --owner s3 --due 2030-05-01`)
    await done(0, `upgrade archive ${id}`)
    expect((await run(1, `upgrade action ${id} late`)).err).toContain('it is archived')
  })

  it('that is archived stays so, though another says that it was begun before', async () => {
    const id = await adopted()
    coalition.clock.advance(2 * HOUR_MS)
    await done(0, `upgrade retrospective ${id} --went-well x --went-badly x --deviations x`)
    await done(1, `upgrade retrospective ${id} --lessons x --actions none`)
    await done(2, `upgrade archive ${id}`)
    const { party } = coalition.node(3)
    const input = { kind: 'map' as const, title: 'Mine', editors: 'members' as const }
    const draft = unwrap(
      createDraft(party.replica, { ...input, schema: `retrospective/${id as OpCid}` }),
    )
    coalition.clock.advance(-HOUR_MS)
    party.issue(draft)
    coalition.exchange()
    expect((await stagesOf(id)).at(-1)).toBe('retrospective done')
    expect((await run(0, `upgrade retrospective ${id}`)).out).toContain('Other documents say')
  })

  it('waits until the ballot is settled', async () => {
    const id = await proposed()
    const { exit, err } = await run(0, `upgrade retrospective ${id} --went-well x`)
    expect(exit).toBe(EXIT.refused)
    expect(err).toContain('nothing to look back on')
    expect((await run(0, `upgrade retrospective ${id} --facts`)).exit).toBe(EXIT.ok)
  })
})

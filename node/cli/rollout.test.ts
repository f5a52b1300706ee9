import { writeFileSync } from 'node:fs'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import type { OpCid } from '../../src/op/ids.ts'
import { PLAN, plainStage, ROLLBACK } from '../../test/support/rollout.ts'
import { ServedCoalition } from '../../test/support/service.ts'
import { writeConfigValue } from '../home/config-file.ts'
import { EXIT } from './exit-codes.ts'
import { SocketServices, Workplace } from './testing.ts'

const place = new Workplace()
afterAll(() => place.remove())

let coalition: ServedCoalition
let homes = 0

/** Runs a command as a member. */
const as = (member: number, ...argv: string[]) =>
  place.run(argv, {
    home: `h${homes}`,
    services: new SocketServices(coalition.node(member).service),
    now: () => coalition.clock.now(),
  })

/** An upgrade that all adopted: the second member first, then all. */
async function adopted(): Promise<OpCid> {
  const [canary] = PLAN.stages
  const stages = [{ ...(canary ?? plainStage('canary')), soak: 0 }, plainStage('all')]
  const rollout = { ...PLAN, stages }
  const id = await coalition.proposed('policy@one', 'Gateway 2', { rollout, rollback: ROLLBACK })
  for (const n of [0, 1, 2, 3]) await as(n, 'vote', id, 'yes')
  coalition.exchange()
  coalition.settle()
  return id
}

beforeEach(async () => {
  coalition = new ServedCoalition([1, 1, 1, 1])
  await place.run(['init', '--id', 's1'], { home: `h${++homes}` })
})

describe('rollout', () => {
  it('lists what is whose turn, and shows the whole', async () => {
    const id = await adopted()
    const list = await as(1, 'rollout')
    expect(list.out).toMatch(/Gateway 2 +running +canary +deploy canary: by hand, then report/)
    expect((await as(0, 'rollout', 'list', '--json')).json()).toMatchObject({
      ok: true,
      rollouts: [{ proposal: id, state: 'running', stage: 'canary', turn: null }],
    })
    const shown = await as(0, 'rollout', 'show', id)
    expect(shown.out).toContain('Stage canary: open')
    expect(shown.out).toContain('halted by   errors > 0.05')
    expect(shown.out).toMatch(/s2 +silent/)
  })

  it('takes a report with what was measured, tried first without signing', async () => {
    const id = await adopted()
    const argv = ['rollout', 'report', id, 'healthy', '--metric', 'errors=0.4%', '--note', 'fine']
    const dry = await as(1, ...argv, '--dry-run')
    expect(dry.out).toContain('type     rollout.report')
    expect((await as(1, 'rollout', 'show', id)).out).toMatch(/s2 +silent/)
    expect((await as(1, ...argv)).exit).toBe(EXIT.ok)
    coalition.exchange()
    expect((await as(3, 'rollout', 'show', id)).out).toMatch(/s2 +healthy +errors 0\.004 +fine/)
    const beside = 'rate limit; for: fewer timeouts; until: 2035-03-01'
    expect((await as(1, ...argv, '--mitigation', beside)).exit).toBe(EXIT.ok)
    coalition.exchange()
    expect((await as(3, 'rollout', 'show', id)).out).toContain(
      's2 has beside it: rate limit; for: fewer timeouts; until 2035-03-01 23:59',
    )
  })

  it('refuses who is in no stage that has come, what is no metric, and a stage that is not', async () => {
    const id = await adopted()
    const early = await as(2, 'rollout', 'report', id, 'healthy')
    expect([early.exit, early.err]).toEqual([EXIT.refused, expect.stringContaining('stage all')])
    for (const mitigation of ['', 'rate limit; until: soon', 'rate limit; because: timeouts']) {
      const argv = ['rollout', 'report', id, 'healthy', '--mitigation', mitigation]
      const { exit, err } = await as(1, ...argv)
      expect([exit, err]).toEqual([EXIT.usage, expect.stringContaining('write it as "what; for:')])
    }
    const odd = await as(1, 'rollout', 'report', id, 'healthy', '--metric', 'errors')
    expect([odd.exit, odd.err]).toEqual([EXIT.usage, expect.stringContaining('name=value')])
    const words = await as(1, 'rollout', 'report', id, 'healthy', '--metric', 'errors=many')
    expect([words.exit, words.err]).toEqual([EXIT.refused, expect.stringContaining('errors: ')])
    const stage = await as(1, 'rollout', 'report', id, 'healthy', '--stage', 'canari')
    expect(stage.err).toContain('one of canary, all')
  })

  it('is halted by one word, and resumed by a ballot that names it', async () => {
    const id = await adopted()
    expect((await as(3, 'rollout', 'halt', id, '--because', 'logins fail')).exit).toBe(EXIT.ok)
    coalition.exchange()
    const held = await as(1, 'rollout', 'show', id)
    expect(held.out).toContain('HALT        s4 said stop: logins fail')
    expect((await as(3, 'rollout', 'halt', id, '--because', 'again')).exit).toBe(EXIT.refused)
    const resume = await as(0, 'rollout', 'resume', id, '--because', 'mended', '--json')
    const { cid } = resume.json() as { readonly cid: string }
    coalition.exchange()
    for (const n of [0, 1, 2, 3]) await as(n, 'vote', cid, 'yes')
    coalition.exchange()
    coalition.settle()
    const shown = await as(1, 'rollout', 'show', id)
    expect(shown.out).not.toContain('HALT')
    expect(shown.out).toContain('resumed     1 times')
  })

  it('closes a stage with deviations, or the word that there were none', async () => {
    const id = await adopted()
    await as(1, 'rollout', 'report', id, 'healthy')
    const close = ['rollout', 'close', id, 'canary', '--because', 'as planned']
    expect((await as(1, ...close)).exit).toBe(EXIT.usage)
    expect((await as(1, ...close, '--deviation', 'late', '--no-deviations')).exit).toBe(EXIT.usage)
    expect((await as(1, ...close, '--deviation', 'an hour late')).exit).toBe(EXIT.ok)
    const { out } = await as(1, 'rollout', 'show', id)
    expect(out).toContain('closed by s2: as planned')
    expect(out).toContain('deviation: an hour late')
  })

  it('without a hook says what to do by hand', async () => {
    const id = await adopted()
    const approve = await as(1, 'rollout', 'approve', id)
    expect([approve.exit, approve.err]).toEqual([EXIT.refused, expect.stringContaining('by hand')])
    const back = await as(1, 'rollout', 'rollback', id)
    expect([back.exit, back.err]).toEqual([EXIT.refused, expect.stringContaining('not moved')])
  })

  it('that a proposal does not plan is none', async () => {
    const id = await coalition.proposed('policy@two')
    expect((await as(0, 'rollout')).out).toContain('no proposal plans a rollout')
    expect((await as(0, 'rollout', 'show', id)).err).toContain('plans no rollout')
  })
})

it('the journal shows what the node did by itself, the latest last', async () => {
  expect((await as(0, 'journal')).out).toContain('nothing yet')
  const line = { at: coalition.clock.now(), data: '{}' }
  coalition
    .node(0)
    .journal.push(
      { ...line, id: 2, what: 'hook.ended', why: 'failed: no disk' },
      { ...line, id: 1, what: 'hook.begun', why: 'stage canary is open' },
    )
  const { out } = await as(0, 'journal', '--what', 'hook', '-n', '2')
  expect(out).toMatch(/hook\.begun +stage canary is open[\s\S]*hook\.ended +failed: no disk/)
})

describe('rollout hooks', () => {
  it('lists them, shows the event, and tries one', async () => {
    expect((await as(0, 'rollout', 'hooks')).out).toContain('no hooks are set')
    expect((await as(0, 'rollout', 'hooks', 'test', 'deploy')).err).toContain('config set')
    const seen = place.path('seen')
    const script = `cat > '${seen}'; echo '{"metrics":{"p99":180}}'`
    writeFileSync(place.path('deploy.sh'), script)
    const config = place.path(`h${homes}/config.yaml`)
    const deploy = { command: ['/bin/sh', place.path('deploy.sh')] }
    writeConfigValue(config, 'rollout.hooks', { gateway: { deploy } })
    const test = ['rollout', 'hooks', 'test', 'deploy', '--component', 'gateway']
    expect((await as(0, 'rollout', 'hooks')).out).toContain('gateway deploy: /bin/sh')
    expect((await as(0, ...test, '--dry-run', '--json')).json()).toMatchObject({
      event: { specversion: '1.0', data: { dryRun: true, slot: 'gateway@main' } },
    })
    const tried = await as(0, ...test)
    expect([tried.exit, tried.out]).toEqual([EXIT.ok, expect.stringContaining('measured p99 180')])
    writeFileSync(place.path('deploy.sh'), 'echo no disk >&2; exit 1')
    const failed = await as(0, ...test)
    expect(failed.exit).toBe(EXIT.failed)
    expect(failed.out).toContain('failed: exit code 1: no disk')
  })
})

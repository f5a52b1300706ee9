import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { haltDraft } from '../../src/replica/rollout/rollout-acts.ts'
import { metric, plainStage, RolloutCourt } from '../../test/support/rollout.ts'
import { silentLog } from '../daemon/log.ts'
import type { DutyMode } from '../home/config-schema.ts'
import { TimerSet } from '../network/timers.ts'
import { hookAnswerName } from './hook-note.ts'
import type { Hook } from './hook-settings.ts'
import { signatureOf } from './post-webhook.ts'
import { openTurn, type RolloutSettings } from './rollout-policy.ts'
import { MEASURE_TRIES, RolloutRunner } from './rollout-runner.ts'

const CANARY = plainStage('canary', { cohort: { stakeholders: ['s2'] }, soak: 0 })

let folder: string
const running: RolloutRunner[] = []
const timers: TimerSet[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'folkmoot-hooks-'))
})
afterEach(() => {
  for (const runner of running.splice(0)) runner.stop()
  for (const set of timers.splice(0)) set.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** A hook that is one line of shell; `$RUNS` counts how often it was run. */
const shell = (script: string, more: Partial<Hook> = {}): Hook => ({
  command: ['/bin/sh', '-c', `echo "$FOLKMOOT_EVENT_ID" >> '${join(folder, 'runs')}'; ${script}`],
  ...more,
})

const runs = (): string[] => {
  try {
    return readFileSync(join(folder, 'runs'), 'utf8').trim().split('\n')
  } catch {
    return []
  }
}

interface Setting extends Partial<Omit<RolloutSettings, 'hooks' | 'mode'>> {
  readonly deploy?: Hook
  readonly rollback?: Hook
  readonly mode?: DutyMode
}

function settingsFor(setting: Setting): RolloutSettings {
  const { deploy, rollback, mode = 'auto' } = setting
  return {
    monitor: undefined,
    watchMs: 60_000,
    ...setting,
    mode: () => mode,
    hooks: { '*': { ...(deploy && { deploy }), ...(rollback && { rollback }) } },
  }
}

const shortly = (_ms: number, signal: AbortSignal): Promise<void> =>
  sleep(10, undefined, { signal }).catch(() => undefined)

/** The second member's node takes part by itself; all hear what it says. */
function runnerOf(court: RolloutCourt, setting: Setting, wait = shortly): RolloutRunner {
  const party = court.party(1)
  const set = new TimerSet()
  const runner = new RolloutRunner({
    replica: party.replica,
    timers: set,
    log: silentLog,
    settings: settingsFor(setting),
    isReadOnly: () => false,
    publish: (issued) => court.coalition.tell(party, [...issued]),
    journal() {},
    storeFailed() {},
    sleep: wait,
  })
  running.push(runner)
  timers.push(set)
  runner.start()
  return runner
}

const statusOf = (court: RolloutCourt, id: Parameters<RolloutCourt['rollout']>[1], stage = 0) =>
  court.rollout(3, id).course.stages[stage]?.members.find(({ stakeholder }) => stakeholder === 's2')

const becomes = (court: RolloutCourt, id: Parameters<typeof statusOf>[1], status: string) =>
  vi.waitFor(() => expect(statusOf(court, id)?.status).toBe(status), { timeout: 30_000 })

describe('a hook that is a command', () => {
  test('is run with the settled digest, and what it measured is reported', async () => {
    const court = new RolloutCourt()
    const builds = [{ stakeholder: 's2', name: 'gateway', digest: 'sha256:our-own' }]
    const subjects = [{ name: 'gateway', digest: 'sha256:theirs' }]
    const success = [{ ...metric('p99', 250), op: '<=' as const, window: 0 }]
    const id = court.upgrade({ stages: [{ ...CANARY, success }], builds }, { subjects })
    const answer = `cat > '${join(folder, 'event')}'; echo '{"metrics": {"p99": 181.5}, "note": "switched"}'`
    runnerOf(court, { deploy: shell(answer) })
    await becomes(court, id, 'healthy')
    const event = JSON.parse(readFileSync(join(folder, 'event'), 'utf8'))
    expect(event).toMatchObject({
      specversion: '1.0',
      type: 'org.folkmoot.rollout.deploy',
      subject: id,
      data: {
        stage: 'canary',
        stakeholder: 's2',
        artefacts: [{ name: 'gateway', digest: 'sha256:our-own' }],
      },
    })
    const [standing] = statusOf(court, id)?.standing ?? []
    expect(standing).toMatchObject({ note: 'switched', metrics: [metric('p99', '181.5')] })
    expect(runs()).toEqual([`deploy:${id}:canary:0`])
  })

  test.each([
    ['fails', 'echo broken >&2; exit 3', 'failed', 'exit code 3: broken'],
    ['takes too long', 'sleep 60', 'inconclusive', 'longer than 300 ms'],
    ['answers what cannot be read', `echo '{"metrics": {"p99": "fast"}}'`, 'inconclusive', 'p99'],
  ])('that %s is reported so, and run once', async (_what, script, status, note) => {
    const court = new RolloutCourt()
    const id = court.upgrade({ stages: [CANARY] })
    runnerOf(court, { deploy: shell(script, { timeoutMs: 300 }) })
    await becomes(court, id, status)
    expect(statusOf(court, id)?.standing[0]?.note).toContain(note)
    expect(runs()).toHaveLength(1)
  })

  test('that says it did nothing (75) is run again, and not for ever', async () => {
    const court = new RolloutCourt()
    const id = court.upgrade({ stages: [CANARY] })
    runnerOf(court, { deploy: shell('exit 75', { tries: 3 }) })
    await becomes(court, id, 'inconclusive')
    expect(runs()).toHaveLength(3)
  })

  test('that did nothing yet is not tried again once a halt is heard: whoever moved goes back', async () => {
    const court = new RolloutCourt()
    const id = court.upgrade({ stages: [CANARY] })
    // It waits an hour for its second try, unless something wakes it.
    const wait = (_ms: number, signal: AbortSignal) =>
      sleep(3_600_000, undefined, { signal }).catch(() => undefined)
    runnerOf(court, { deploy: shell('exit 75', { tries: 3 }), rollback: shell('true') }, wait)
    await vi.waitFor(() => expect(runs()).toHaveLength(1), { timeout: 30_000 })
    court.say(court.party(0), haltDraft(court.party(0).replica, id, 'logins fail'))
    await becomes(court, id, 'rolled-back')
    expect(runs()).toEqual([`deploy:${id}:canary:0`, `rollback:${id}:0`])
    const [told] = court
      .rollout(3, id)
      .ballot.rolloutSaid.reports.filter(({ status }) => status === 'inconclusive')
    expect(told?.note).toContain('not tried again: ')
  })

  test('is not run where its file is not what was settled', async () => {
    const court = new RolloutCourt()
    const file = join(folder, 'gateway.bin')
    writeFileSync(file, 'not that')
    const digest = `sha256:${'ab'.repeat(32)}`
    const over = { subjects: [{ name: 'gateway', digest }] }
    const id = court.upgrade({ stages: [CANARY] }, over)
    runnerOf(court, { deploy: shell('true', { artefact: join(folder, '{name}.bin') }) })
    await becomes(court, id, 'inconclusive')
    expect(statusOf(court, id)?.standing[0]?.note).toContain(`settled is ${'ab'.repeat(32)}`)
    expect(runs()).toEqual([])
  })

  test('is never run for what is not settled, nor after a halt', async () => {
    const court = new RolloutCourt()
    const open = court.coalition.propose(court.party(0), {
      ...{ slot: 'policy@b', rollout: { stages: [CANARY], indicators: [], builds: [] } },
      rollback: { steps: ['back'], onHalt: true },
    })
    const id = court.upgrade({ stages: [CANARY] })
    court.say(court.party(0), haltDraft(court.party(0).replica, id, 'wait'))
    runnerOf(court, { deploy: shell('true') })
    await sleep(300)
    expect(runs()).toEqual([])
    expect([statusOf(court, open)?.status, statusOf(court, id)?.status]).toEqual([
      'silent',
      'silent',
    ])
  })
})

describe('a halt', () => {
  test('runs the rollback hook of whoever has moved, once', async () => {
    const court = new RolloutCourt()
    const id = court.upgrade({ stages: [CANARY] })
    runnerOf(court, { deploy: shell('true'), rollback: shell('true') })
    await becomes(court, id, 'healthy')
    court.say(court.party(0), haltDraft(court.party(0).replica, id, 'logins fail'))
    await becomes(court, id, 'rolled-back')
    expect(runs()).toEqual([`deploy:${id}:canary:0`, `rollback:${id}:0`])
    expect(court.progress(4, id)).toBe('rolled-back: open')
  })

  test('that comes while the hook runs waits for its end, and then goes back', async () => {
    const court = new RolloutCourt()
    const id = court.upgrade({ stages: [CANARY] })
    runnerOf(court, { deploy: shell('sleep 0.5'), rollback: shell('true') })
    await becomes(court, id, 'started')
    await vi.waitFor(() => expect(runs()).toHaveLength(1), { timeout: 30_000 })
    court.say(court.party(0), haltDraft(court.party(0).replica, id, 'logins fail'))
    await becomes(court, id, 'rolled-back')
    expect(runs()).toEqual([`deploy:${id}:canary:0`, `rollback:${id}:0`])
  })
})

describe('a way back', () => {
  const AGAIN = plainStage('again', { cohort: { stakeholders: ['s2'] }, soak: 0 })

  test('is reported in the stage in which it was taken, and where it failed people are told', async () => {
    const court = new RolloutCourt()
    const id = court.upgrade({ stages: [CANARY, AGAIN] })
    const setting = { deploy: shell('true'), rollback: shell('echo no disk >&2; exit 3') }
    const runner = runnerOf(court, setting)
    await becomes(court, id, 'healthy')
    await vi.waitFor(() => expect(statusOf(court, id, 1)?.status).toBe('healthy'))
    court.say(court.party(0), haltDraft(court.party(0).replica, id, 'logins fail'))
    await vi.waitFor(() => expect(statusOf(court, id, 1)?.status).toBe('failed'))
    expect(statusOf(court, id)?.status).toBe('healthy')
    expect(runs().filter((run) => run.startsWith('rollback'))).toHaveLength(1)
    expect(
      openTurn(court.party(1).replica, court.rollout(1, id), settingsFor(setting)),
    ).toMatchObject({ turn: { kind: 'rollback', stage: 'again' }, waits: 'was-run' })
    runner.stop()
  })

  test('from a stage that cannot be undone waits for a person, whatever the settings', async () => {
    const court = new RolloutCourt()
    const id = court.upgrade({ stages: [{ ...CANARY, reversible: false }] })
    const setting = { deploy: shell('true'), rollback: shell('true') }
    const runner = runnerOf(court, setting)
    await becomes(court, id, 'healthy')
    court.say(court.party(0), haltDraft(court.party(0).replica, id, 'logins fail'))
    const open = () => openTurn(court.party(1).replica, court.rollout(1, id), settingsFor(setting))
    expect(open()?.waits).toBe('ask')
    const turn = open()?.turn ?? expect.unreachable()
    court.party(1).replica.note([[hookAnswerName(turn), 'go']])
    runner.poke()
    await becomes(court, id, 'rolled-back')
  })
})

describe('the settings', () => {
  test.each(['ask', 'off'] as const)('"%s" runs nothing until a person says so', async (mode) => {
    const court = new RolloutCourt()
    const id = court.upgrade({ stages: [CANARY] })
    const runner = runnerOf(court, { deploy: shell('true'), mode })
    await sleep(200)
    expect(runs()).toEqual([])
    const turn = court.turn(1, id) ?? expect.unreachable()
    court.party(1).replica.note([[hookAnswerName(turn), 'go']])
    runner.poke()
    await becomes(court, id, 'healthy')
  })
})

test('a hook that was begun in a process that is gone is inconclusive, and not run again', async () => {
  const court = new RolloutCourt()
  const id = court.upgrade({ stages: [CANARY] })
  const first = runnerOf(court, { deploy: shell('sleep 0.3') })
  await vi.waitFor(() => expect(runs()).toHaveLength(1), { timeout: 30_000 })
  first.stop()
  expect(statusOf(court, id)?.status).toBe('started')
  runnerOf(court, { deploy: shell('true') })
  await becomes(court, id, 'inconclusive')
  expect(statusOf(court, id)?.standing[0]?.note).toContain('not known')
  await sleep(500)
  expect(runs()).toHaveLength(1)
})

describe('a webhook', () => {
  test('is signed, tried again under the same key while it does nothing, and answered', async () => {
    const secret = 'a secret of enough bytes'
    const secretFile = join(folder, 'secret')
    writeFileSync(secretFile, secret)
    const heard: { id: unknown; isSigned: boolean }[] = []
    const server = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk) => {
        body += chunk
      })
      request.on('end', () => {
        const { 'webhook-id': id, 'webhook-timestamp': at, ...headers } = request.headers
        const signature = `v1,${signatureOf(Buffer.from(secret), `${id}.${at}.${body}`)}`
        heard.push({ id, isSigned: headers['webhook-signature'] === signature })
        response.writeHead(heard.length === 1 ? 503 : 200)
        response.end(heard.length === 1 ? '' : '{"metrics":{"errors":"0.1%"}}')
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const court = new RolloutCourt()
    const id = court.upgrade({ stages: [CANARY] })
    runnerOf(court, { deploy: { webhook: `http://127.0.0.1:${port}/deploy`, secretFile } })
    await becomes(court, id, 'healthy')
    expect(heard).toEqual([
      { id: `deploy:${id}:canary:0`, isSigned: true },
      { id: `deploy:${id}:canary:0`, isSigned: true },
    ])
    expect(statusOf(court, id)?.standing[0]?.metrics).toEqual([metric('errors', '0.1%')])
    server.close()
  })
})

describe('a monitor', () => {
  /** Answers every query with the number of the moment. */
  async function prometheus(answer: () => string) {
    const server = createServer((_request, response) => {
      const result = [{ metric: {}, value: [1, answer()] }]
      response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    return { server, monitor: { url: `http://127.0.0.1:${port}`, queries: { errors: 'errors' } } }
  }

  test('is asked after the hook, and again and again: a breach halts', async () => {
    let errors = '0.01'
    const { server, monitor } = await prometheus(() => errors)
    const court = new RolloutCourt()
    const id = court.upgrade({ stages: [CANARY] })
    const runner = runnerOf(court, { deploy: shell('true'), monitor, watchMs: 50 })
    await becomes(court, id, 'healthy')
    expect(statusOf(court, id)?.standing[0]?.metrics).toEqual([metric('errors', '1%')])
    errors = '0.2'
    // The court's clock stands still; the runner looks again once it moves.
    court.coalition.clock.time += 1_000
    runner.poke()
    await becomes(court, id, 'failed')
    expect(court.rollout(4, id).course.halts[0]?.sentence).toContain('errors 0.2 (> 0.05)')
    server.close()
  })

  test('that gives no number is asked so many times, and then it is inconclusive', async () => {
    let asked = 0
    const { server, monitor } = await prometheus(() => {
      asked++
      return 'NaN'
    })
    const court = new RolloutCourt()
    const success = [{ ...metric('errors', '1%'), op: '<=' as const, window: 0 }]
    const id = court.upgrade({ stages: [{ ...CANARY, success }], indicators: [] })
    const runner = runnerOf(court, { deploy: shell('true'), monitor })
    await vi.waitFor(
      () => {
        // The court's clock stands still: what is tried again later waits for this.
        court.coalition.clock.time += 60_000
        runner.poke()
        expect(statusOf(court, id)?.status).toBe('inconclusive')
      },
      { timeout: 30_000 },
    )
    expect(asked).toBe(MEASURE_TRIES)
    expect(statusOf(court, id)?.standing[0]?.note).toContain('errors: ')
    server.close()
  })
})

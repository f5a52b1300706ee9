/** One hook by itself: its settings, tries, answer, and every limit at its edge. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { metric } from '../../test/support/rollout.ts'
import type { hookEvent } from './hook-event.ts'
import { readHookOutput } from './hook-output.ts'
import {
  FIRST_TRY_AGAIN_MS,
  type HookContext,
  LAST_TRY_AGAIN_MS,
  MAX_RETRY_AFTER_MS,
  runHook,
  waitMs,
} from './hook-run.ts'
import {
  DEFAULT_TRIES,
  type Hook,
  hookSchema,
  hooksSchema,
  MAX_ENTRIES,
  MAX_HOOK_MS,
  MAX_TRIES,
  MIN_HOOK_MS,
} from './hook-settings.ts'
import { MAX_ANSWER_BYTES, MIN_SECRET_BYTES } from './post-webhook.ts'
import { EXIT_TRY_AGAIN, MAX_COMPLAINT, MAX_OUTPUT_BYTES } from './run-command.ts'

const folder = mkdtempSync(join(tmpdir(), 'folkmoot-hook-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** An event about nothing. */
const EVENT: ReturnType<typeof hookEvent> = {
  specversion: '1.0',
  id: 'deploy:bafy:canary:0',
  source: 'urn:folkmoot:bafy:s1',
  type: 'org.folkmoot.rollout.deploy',
  subject: 'bafy',
  time: '2031-01-01T00:00:00.000Z',
  datacontenttype: 'application/json',
  data: {
    ...{ kind: 'deploy', proposal: 'bafy', title: 'T', slot: 'core@main', components: [] },
    ...{ stage: 'canary', attempt: 0, stakeholder: 's1', why: 'it is open', artefacts: [] },
    ...{ replaces: null, rollback: [], basis: 'adopted', dryRun: false },
  },
}

/** Runs a hook; what it waited for is not waited for, and listed. */
async function ran(hook: Hook, over: Partial<HookContext> = {}) {
  const waits: number[] = []
  const outcome = await runHook(hook, EVENT, {
    signal: new AbortController().signal,
    wake: new AbortController().signal,
    sleep: async (ms) => void waits.push(ms),
    now: () => 0,
    calledOff: () => undefined,
    ...over,
  })
  return { ...outcome, waits }
}
const shell = (script: string): Hook => ({ command: ['/bin/sh', '-c', script] })

describe('the settings of a hook', () => {
  const fits = (hook: object) => hookSchema.safeParse({ command: ['x'], ...hook }).success
  test.each([
    ['timeoutMs', MIN_HOOK_MS, MAX_HOOK_MS],
    ['tries', 1, MAX_TRIES],
  ])('take a %s from %i to %i', (name, least, most) => {
    expect([least - 1, least, most, most + 1].map((value) => fits({ [name]: value }))).toEqual([
      ...[false, true, true, false],
    ])
  })

  test('take so many words of a command, and hooks of components, and no more', () => {
    const words = (count: number) => Array.from({ length: count }, () => 'x')
    expect(fits({ command: words(MAX_ENTRIES) })).toBe(true)
    expect(fits({ command: words(MAX_ENTRIES + 1) })).toBe(false)
    const hooks = (count: number) =>
      hooksSchema.safeParse(Object.fromEntries(words(count).map((_, n) => [`c${n}`, {}]))).success
    expect([hooks(MAX_ENTRIES), hooks(MAX_ENTRIES + 1)]).toEqual([true, false])
  })
})

describe('tries', () => {
  test('are as many as the settings do not say, later and later', async () => {
    const { status, tries, waits } = await ran(shell(`exit ${EXIT_TRY_AGAIN}`))
    expect([status, tries]).toEqual(['inconclusive', DEFAULT_TRIES])
    expect(waits).toEqual([1, 2, 4, 8].map((times) => times * FIRST_TRY_AGAIN_MS))
  })

  test('wait a minute at most, or as long as the other side asks, within bounds', () => {
    expect([1, 6, 7, 20].map((tries) => waitMs(tries, {}))).toEqual([
      ...[FIRST_TRY_AGAIN_MS, 32_000, LAST_TRY_AGAIN_MS, LAST_TRY_AGAIN_MS],
    ])
    const asked = (againInMs: number) => waitMs(1, { againInMs })
    expect([asked(1), asked(MAX_RETRY_AFTER_MS), asked(MAX_RETRY_AFTER_MS + 1)]).toEqual([
      ...[FIRST_TRY_AGAIN_MS, MAX_RETRY_AFTER_MS, MAX_RETRY_AFTER_MS],
    ])
    expect(asked(1e300)).toBe(MAX_RETRY_AFTER_MS)
  })

  test('are none where it is called off before, and no second where it is meanwhile', async () => {
    const file = join(folder, 'ran')
    const hook = shell(`echo x >> '${file}'; exit ${EXIT_TRY_AGAIN}`)
    expect(await ran(hook, { calledOff: () => 'halted' })).toMatchObject({
      ...{ status: 'inconclusive', tries: 0, note: 'it was not run: halted' },
    })
    let asked = 0
    const later = await ran(hook, { calledOff: () => (asked++ === 0 ? undefined : 'halted') })
    expect(later).toMatchObject({
      ...{ tries: 1, note: 'it did nothing, and was not tried again: halted' },
    })
  })
})

describe('an answer', () => {
  test.each([
    ['nothing', '', {}],
    ['lines that are no JSON', 'copying\ndone', {}],
    ['one line', '{"status":"failed"}', { status: 'failed' }],
    ['its last line, after others', 'copying\n{"status":"degraded"}\n', { status: 'degraded' }],
    ['several lines, after others', 'log\n{\n  "status": "failed"\n}\n', { status: 'failed' }],
    ['a line before the last word', '{"status":"failed"}\ndone', { status: 'failed' }],
    ['lines of a log, the last of which is taken', '{"level":1}\n{"note":"up"}', { note: 'up' }],
    ['a metric', '{"metrics":{"p99":"180"}}', { metrics: [metric('p99', 180)] }],
  ])('may be %s', (_what, text, want) => {
    expect(readHookOutput(text)).toMatchObject({ fault: undefined, ...want })
  })

  test.each([
    ['a comma too many', '{"status":"failed",}', 'begins as JSON'],
    ['an answer that was cut off', 'log\n{\n  "status": "fai', 'begins as JSON'],
    ['a status that there is not', '{"status":"fine"}', 'at status'],
    ['a metric that is no number', '{"metrics":{"p99":"fast"}}', 'metric p99'],
  ])('that is %s is no good news', async (_what, text, fault) => {
    expect(readHookOutput(text).fault).toContain(fault)
    writeFileSync(join(folder, 'answer'), text)
    expect(await ran(shell(`cat '${join(folder, 'answer')}'`))).toMatchObject({
      status: 'inconclusive',
    })
  })

  test('is read behind any amount of other output, of which the end is kept', async () => {
    const noise = (bytes: number) => `head -c ${bytes} /dev/zero | tr '\\0' x`
    const answer = '{"note":"up"}'
    const room = MAX_OUTPUT_BYTES - answer.length - 2
    for (const bytes of [room, room + 1, 3 * MAX_OUTPUT_BYTES])
      expect(await ran(shell(`${noise(bytes)}; echo; echo '${answer}'`))).toMatchObject({
        ...{ status: 'done', note: 'up' },
      })
    // Cut at its beginning an answer is none: what came before it is not guessed.
    const long = `printf '{"note":"'; ${noise(MAX_OUTPUT_BYTES)}; echo '"}'`
    expect(await ran(shell(long))).toMatchObject({ status: 'done', note: '' })
  })

  test('of a program that failed is its last complaint', async () => {
    const { note } = await ran(shell(`printf '%0${MAX_COMPLAINT + 1}d' 7 >&2; exit 1`))
    expect(note).toBe(`exit code 1: ${'0'.repeat(MAX_COMPLAINT - 1)}7`)
  })
})

test('a command gets the surroundings of the node, but not what opens the root key', async () => {
  vi.stubEnv('FOLKMOOT_PASSPHRASE', 'correct horse')
  vi.stubEnv('GATEWAY_REGION', 'eu')
  const script = `echo "{\\"note\\":\\"$GATEWAY_REGION \${FOLKMOOT_PASSPHRASE-none}\\"}"`
  expect((await ran(shell(script))).note).toBe('eu none')
  vi.unstubAllEnvs()
})

describe('a webhook', () => {
  /** Answers with that many bytes of JSON, once. */
  async function post(answerBytes: number, secret: string) {
    const server = createServer((_request, response) => {
      const rest = answerBytes - '{"note":"up","x":""}'.length
      response.end(`{"note":"up","x":"${'x'.repeat(Math.max(0, rest))}"}`)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const secretFile = join(folder, 'secret')
    writeFileSync(secretFile, secret)
    try {
      return await ran({ webhook: `http://127.0.0.1:${port}/`, secretFile, tries: 1 })
    } finally {
      server.close()
    }
  }
  const SECRET = 's'.repeat(MIN_SECRET_BYTES)

  test('is read up to its limit, and beyond it is no good news', async () => {
    expect(await post(MAX_ANSWER_BYTES, SECRET)).toMatchObject({ status: 'done', note: 'up' })
    expect(await post(MAX_ANSWER_BYTES + 1, SECRET)).toMatchObject({
      ...{ status: 'inconclusive', note: `its answer has over ${MAX_ANSWER_BYTES} bytes` },
    })
  })

  test('is not posted with a secret that is too short', async () => {
    expect(await post(20, SECRET)).toMatchObject({ status: 'done' })
    const short = await post(20, SECRET.slice(1))
    expect(short.status).toBe('inconclusive')
    expect(short.note).toContain(`shorter than ${MIN_SECRET_BYTES} bytes`)
  })
})

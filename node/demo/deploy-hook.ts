/**
 * The hook of the demo's organisations, as any organisation could write it: reads the event, switches
 * the service to the release that was settled, or back to the one before, and measures it.
 *
 *   node deploy-hook.ts <folder of the organisation> <port> <folder of the releases>
 */
import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { DemoError } from './errors.ts'

interface Running {
  readonly name: string
  readonly pid: number
  /** What ran before it. */
  readonly before: string | null
}

interface Event {
  readonly data: {
    readonly kind: 'deploy' | 'rollback'
    readonly artefacts: readonly { readonly name: string }[]
  }
}

/** Requests by which a release is measured. */
const REQUESTS = 40
/** Longest wait for the service to answer or to be gone, in ms. */
const PATIENCE_MS = 15_000

const [folder = '', port = '', releases = ''] = process.argv.slice(2)
const file = join(folder, 'service.json')
const service = `http://127.0.0.1:${port}`
const { data }: Event = JSON.parse(await text(process.stdin))
const running = readRunning()
const wanted = data.kind === 'deploy' ? data.artefacts[0]?.name : running?.before
if (wanted === undefined || wanted === null) {
  console.error('there is nothing to switch to')
  process.exit(1)
}
if (running?.name !== wanted) await switchTo(wanted)
console.log(JSON.stringify({ metrics: await measured(), note: `serves ${await version()}` }))

async function switchTo(name: string): Promise<void> {
  if (running) process.kill(running.pid, 'SIGTERM')
  await until(async () => (await version()) === undefined)
  const args = [join(releases, name), port]
  const child = spawn(process.execPath, args, { detached: true, stdio: 'ignore' })
  child.unref()
  await until(async () => (await version()) !== undefined)
  const now: Running = { name, pid: child.pid ?? 0, before: running?.name ?? null }
  writeFileSync(file, JSON.stringify(now))
}

/** Real requests to the service that now runs. */
async function measured(): Promise<Record<string, string | number>> {
  let failed = 0
  let slowestMs = 0
  for (let i = 0; i < REQUESTS; i++) {
    const begun = performance.now()
    const answer = await fetch(`${service}/route`)
    await answer.text()
    slowestMs = Math.max(slowestMs, performance.now() - begun)
    if (!answer.ok) failed++
  }
  return { 'error-rate': `${failed}/${REQUESTS}`, 'slowest-ms': Math.ceil(slowestMs) }
}

async function version(): Promise<string | undefined> {
  return fetch(`${service}/version`).then(
    (answer) => answer.text(),
    () => undefined,
  )
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + PATIENCE_MS; !(await holds()); ) {
    if (performance.now() > end)
      throw new DemoError('not-reached', `${service} does not do as it is told`)
    await sleep(20)
  }
}

function readRunning(): Running | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

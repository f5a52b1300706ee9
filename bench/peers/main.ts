/**
 * `npm run bench [-- --entries 5000] [--rounds 3] [--only name] [--json]`: how fast entries of 256
 * characters come from one peer to another over loopback, each peer a process of its own.
 *
 *   streaming   both are connected; from the first write until the reader holds all
 *   catch-up    the writer has all; from the reader's first dial until it holds all
 *
 * Systems take turns; the median of the rounds is told.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { CONTENDERS } from './contenders.ts'

const { values } = parseArgs({
  options: {
    entries: { type: 'string', default: '5000' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', multiple: true },
    json: { type: 'boolean', default: false },
  },
})
const entries = Number(values.entries)
const names = Object.keys(CONTENDERS).filter((name) => values.only?.includes(name) ?? true)
const PEER = new URL('./peer.ts', import.meta.url)

interface Answer {
  readonly act: string
  readonly error?: string
  readonly address?: unknown
  readonly versions?: readonly string[]
}

/** A peer in a process of its own. */
class Remote {
  address: unknown
  versions: readonly string[] = []
  private readonly child: ChildProcess

  private constructor(child: ChildProcess) {
    this.child = child
  }

  static async open(name: string, folder: string, writer?: Remote): Promise<Remote> {
    const role = writer ? 'reader' : 'writer'
    const own = folderOf(name, folder, role)
    const child = fork(PEER, [name, role, own, JSON.stringify(writer?.address ?? null)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: { ...process.env, NODE_NO_WARNINGS: '1' },
    })
    const remote = new Remote(child)
    const { address, versions = [] } = await remote.answer('open')
    remote.address = address
    remote.versions = versions
    return remote
  }

  async ask(act: string, argument?: unknown): Promise<void> {
    const answered = this.answer(act)
    this.child.send({ act, argument: argument ?? null })
    await answered
  }

  private answer(act: string): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    const onExit = (code: number | null): void => reject(new Error(`a peer ended (${code})`))
    const onMessage = (answer: Answer): void => {
      if (answer.act !== act) return
      this.child.off('message', onMessage).off('exit', onExit)
      if (answer.error === undefined) resolve(answer)
      else reject(new Error(answer.error))
    }
    this.child.on('message', onMessage).once('exit', onExit)
    return promise
  }
}

/** What comes before both peers of a system start: for ours, homes of a coalition that is founded. */
async function prepare(name: string, folder: string): Promise<void> {
  if (name !== 'folkmoot') return
  const { foundHomes, makeHomes } = await import('../../test/support/daemons.ts')
  const { foundBy, testCharter } = await import('../../test/support/coalition.ts')
  const { writeHistory } = await import('../../test/soak/load/history.ts')
  const homes = await makeHomes(2, folder)
  const at = Date.now() - 3_600_000
  foundHomes(homes, {}, at)
  const members = homes.map(({ member }) => member)
  const founded = foundBy(members, testCharter(members), at)
  for (const { home } of homes) writeHistory(home.layout.store, founded, 0)
}

async function inFolder<T>(name: string, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), `peers-${name}-`))
  try {
    await prepare(name, folder)
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const folderOf = (name: string, folder: string, role: string): string =>
  name === 'folkmoot' ? folder : join(folder, role)

interface Lap {
  readonly streaming: number | null
  readonly catchUp: number
  readonly versions: readonly string[]
}

async function streaming(name: string): Promise<number> {
  return inFolder(name, async (folder) => {
    const writer = await Remote.open(name, folder)
    const reader = await Remote.open(name, folder, writer)
    await reader.ask('connect', writer.address)
    await writer.ask('listened')
    // Handshakes have echoes: what follows a connection is not what is measured.
    await new Promise((resolve) => setTimeout(resolve, 3_000))
    const began = performance.now()
    await Promise.all([writer.ask('write', entries), reader.ask('holds', entries)])
    const rate = entries / ((performance.now() - began) / 1000)
    await Promise.all([reader.ask('close'), writer.ask('close')])
    return rate
  })
}

async function catchUp(name: string): Promise<Pick<Lap, 'catchUp' | 'versions'>> {
  return inFolder(name, async (folder) => {
    const writer = await Remote.open(name, folder)
    await writer.ask('write', entries)
    const reader = await Remote.open(name, folder, writer)
    const began = performance.now()
    await reader.ask('connect', writer.address)
    await reader.ask('holds', entries)
    const rate = entries / ((performance.now() - began) / 1000)
    await Promise.all([reader.ask('close'), writer.ask('close')])
    return { catchUp: rate, versions: writer.versions }
  })
}

async function lap(name: string): Promise<Lap> {
  // One change for all is not a stream.
  const rate = name === 'automerge-batched' ? null : await streaming(name)
  const lapped = { streaming: rate, ...(await catchUp(name)) }
  process.stderr.write(
    `${name}: streaming ${rate?.toFixed(0) ?? '–'}, catch-up ${lapped.catchUp.toFixed(0)} entries/s\n`,
  )
  return lapped
}

const median = (list: readonly number[]): number =>
  list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN

const laps = new Map<string, Lap[]>(names.map((name) => [name, []]))
for (let round = 0; round < Number(values.rounds); round++)
  for (const name of names) laps.get(name)?.push(await lap(name))

const results = [...laps].map(([name, ofName]) => ({
  name,
  versions: ofName[0]?.versions ?? [],
  streaming: median(ofName.flatMap(({ streaming: rate }) => rate ?? [])),
  catchUp: median(ofName.map(({ catchUp: rate }) => rate)),
}))
const machine = `${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, Node ${process.versions.node}`

if (values.json)
  process.stdout.write(`${JSON.stringify({ machine, entries, results }, undefined, 2)}\n`)
else {
  const whole = (value: number): string => (Number.isNaN(value) ? '' : `${Math.round(value)}`)
  const rows = results.map(
    ({ name, versions, streaming: rate, catchUp: batch }) =>
      `| ${name} | ${versions.join(', ')} | ${whole(rate)} | ${whole(batch)} |`,
  )
  process.stdout.write(
    [
      '| system | versions | streaming, entries/s | catch-up, entries/s |',
      '|---|---|---|---|',
      ...rows,
      '',
      `${entries} entries, median of ${values.rounds} rounds; ${machine}`,
      '',
    ].join('\n'),
  )
}

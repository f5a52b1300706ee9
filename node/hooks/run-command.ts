/** A hook that is a program: its own process group, the event on its input, an end in any case. */
import { type ChildProcess, spawn } from 'node:child_process'
import type { HookEvent } from './hook-event.ts'
import type { HookTry } from './hook-try.ts'

/** With this exit code (EX_TEMPFAIL) a program says that it did nothing and may be run again. */
export const EXIT_TRY_AGAIN = 75
/** Most bytes of output that are kept; the last ones, of either stream. */
export const MAX_OUTPUT_BYTES = 256 * 1024
/** How long its output is read after its end, where something that it left running holds it, in ms. */
const PIPES_MS = 500
/** How long a program has to end itself after it was asked to, in ms. */
const GRACE_MS = 5_000
/** Longest part of what a program complained that is repeated. */
export const MAX_COMPLAINT = 500

/** How a command is run. */
export interface CommandContext {
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** Runs a program once. It is killed with all that it started in its group when its time is over. */
export async function runCommand(
  [program = '', ...args]: readonly string[],
  event: HookEvent,
  { timeoutMs, signal }: CommandContext,
): Promise<HookTry> {
  if (signal.aborted) return nothing('the node is stopping')
  const child = spawn(program, args, {
    detached: true,
    env: { ...surroundings(), ...facts(event) },
  })
  const [output, complaint] = [collect(child.stdout), collect(child.stderr)]
  // A program that does not read its input, or ends before, is none the worse for it.
  child.stdin?.on('error', () => {})
  child.stdin?.end(`${JSON.stringify(event)}\n`)
  const reasons: string[] = []
  const end = (why: string): void => {
    reasons.push(why)
    killGroup(child, 'SIGTERM')
    setTimeout(() => killGroup(child, 'SIGKILL'), GRACE_MS).unref()
  }
  const timer = setTimeout(() => end(`it took longer than ${timeoutMs} ms`), timeoutMs)
  const ended = await Promise.race([endOf(child), abandoned(child, signal)])
  clearTimeout(timer)
  return { ...verdict(ended, reasons[0], complaint()), output: output() }
}

/**
 * A node that stops leaves a program to itself: it may be what restarts the node. What came of it is
 * then unknown.
 */
const abandoned = (child: ChildProcess, signal: AbortSignal): Promise<End> =>
  new Promise((resolve) => {
    signal.addEventListener(
      'abort',
      () => {
        child.unref()
        for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy()
        resolve({ isAbandoned: true })
      },
      { once: true },
    )
  })

interface End {
  readonly error?: Error
  readonly code?: number | null
  readonly killedBy?: string | null
  readonly isAbandoned?: true
}

/** Its own end, not that of all that holds its output: a service that it left running may. */
const endOf = (child: ChildProcess): Promise<End> =>
  new Promise((resolve) => {
    child.once('error', (error) => resolve({ error }))
    child.once('close', (code, killedBy) => resolve({ code, killedBy }))
    child.once('exit', (code, killedBy) => {
      // What is in the pipes by now is read first.
      setTimeout(() => resolve({ code, killedBy }), PIPES_MS)
    })
  })

function verdict(
  { error, code, killedBy, isAbandoned }: End,
  ended: string | undefined,
  complaint: string,
): Omit<HookTry, 'output'> {
  const said = complaint.trim().slice(-MAX_COMPLAINT)
  const because = said === '' ? '' : `: ${said}`
  if (isAbandoned) return { end: 'unknown', why: 'the node was stopped meanwhile' }
  if (error) return { end: 'nothing', why: `it could not be run: ${error.message}` }
  if (ended !== undefined) return { end: 'unknown', why: `${ended}${because}` }
  if (code === 0) return { end: 'did', why: 'it ended well' }
  if (code === EXIT_TRY_AGAIN) return { end: 'nothing', why: `it did nothing yet${because}` }
  return typeof code === 'number'
    ? { end: 'failed', why: `exit code ${code}${because}` }
    : { end: 'unknown', why: `ended by ${killedBy}${because}` }
}

const nothing = (why: string): HookTry => ({ end: 'nothing', why, output: '' })

/** The node's own surroundings, without what opens the root key: no hook has to do with that. */
function surroundings(): NodeJS.ProcessEnv {
  const {
    FOLKMOOT_PASSPHRASE: _secret,
    FOLKMOOT_PASSPHRASE_FILE: _file,
    FOLKMOOT_NODE_PASSPHRASE_FILE: _nodeFile,
    CREDENTIALS_DIRECTORY: _credentials,
    ...others
  } = process.env
  return others
}

/** For programs that would rather not read JSON. */
const facts = ({ id, data }: HookEvent): Record<string, string> => ({
  FOLKMOOT_EVENT_ID: id,
  FOLKMOOT_HOOK: data.kind,
  FOLKMOOT_PROPOSAL: data.proposal,
  FOLKMOOT_SLOT: data.slot,
  FOLKMOOT_STAGE: data.stage,
  FOLKMOOT_DIGEST: data.artefacts[0]?.digest ?? '',
  FOLKMOOT_REPLACES: data.replaces ?? '',
  FOLKMOOT_DRY_RUN: data.dryRun ? '1' : '',
})

/** Keeps the last bytes of a stream. */
function collect(stream: NodeJS.ReadableStream | null): () => string {
  let kept = Buffer.alloc(0)
  stream?.on('data', (chunk: Buffer) => {
    kept = Buffer.concat([kept, chunk]).subarray(-MAX_OUTPUT_BYTES)
  })
  stream?.on('error', () => {})
  return () => kept.toString('utf8')
}

/** The whole group: a shell's children too. It may be gone. */
function killGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch {
    // Nobody is there any more.
  }
}

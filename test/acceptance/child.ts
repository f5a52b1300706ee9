/** Starts `store-child.ts` and talks to it line by line. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const SCRIPT = fileURLToPath(new URL('./store-child.ts', import.meta.url))

/** A running child: `ask` sends a command and resolves with its answer. */
export interface StoreChild {
  readonly pid: number
  ask(command: string): Promise<string>
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>
}

/** Starts a child on a store; with `fileLimitKib` the kernel refuses it larger files. */
export function startChild(
  path: string,
  args: readonly string[] = [],
  fileLimitKib?: number,
): StoreChild {
  const node = [process.execPath, SCRIPT, path, ...args]
  const limited = [
    '-c',
    'ulimit -S -f "$1" && shift && exec "$@"',
    'sh',
    `${fileLimitKib}`,
    ...node,
  ]
  const stdio = ['pipe', 'pipe', 'inherit'] as const
  const child =
    fileLimitKib === undefined
      ? spawn(process.execPath, node.slice(1), { stdio: [...stdio] })
      : spawn('bash', limited, { stdio: [...stdio] })
  onTestFinished(() => stop(child))
  return speaking(child)
}

function speaking(child: ChildProcess): StoreChild {
  if (child.stdout === null || child.stdin === null || child.pid === undefined)
    throw new TypeError('the child has no pipes')
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const { stdin, pid } = child
  return {
    pid,
    ask: async (command) => {
      stdin.write(`${command}\n`)
      const line = await lines.next()
      return line.done ? 'gone' : line.value
    },
    kill: () => stop(child),
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

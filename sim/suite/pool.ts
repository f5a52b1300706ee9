/** Worker processes that run scenarios, each one at a time. */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { RunResult } from '../run-result.ts'

/** One run that is asked for. */
export interface Task {
  readonly scenario: string
  readonly seed: number
  /** A mutant to break the rules with. */
  readonly mutant?: string
}

/** What came of it. */
export interface Done {
  readonly task: Task
  readonly result: RunResult
  /** CPU time that it took, in ms: unlike wall time the same on a busy machine. */
  readonly cpuMs: number
}

const WORKER = fileURLToPath(
  new URL(`./worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url),
)

/** Workers that take tasks as they become free. */
export class Pool {
  private readonly size: number

  constructor(size: number) {
    this.size = size
  }

  /** Runs tasks; `next` gives one after another, and may depend on what is done already. */
  async run(next: () => Task | undefined, done: (done: Done) => void): Promise<void> {
    await Promise.all(Array.from({ length: this.size }, () => work(next, done)))
  }
}

async function work(next: () => Task | undefined, done: (done: Done) => void): Promise<void> {
  let task = next()
  if (!task) return
  const worker = fork(WORKER, { serialization: 'advanced' })
  try {
    for (; task; task = next()) done(await ask(worker, task))
  } finally {
    worker.kill()
  }
}

function ask(worker: ChildProcess, task: Task): Promise<Done> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void => reject(new WorkerError(task, code))
    worker.once('exit', onExit)
    worker.once('message', (message) => {
      worker.off('exit', onExit)
      // cast: worker.ts sends nothing else
      resolve(message as unknown as Done)
    })
    worker.send(task)
  })
}

/** A worker ended in the middle of a run. */
export class WorkerError extends Error {
  readonly code = 'worker-died'
  readonly hint: string

  constructor({ scenario, seed }: Task, exit: number | null) {
    super(`a worker ended with ${exit ?? 'a signal'} while it ran ${scenario} with seed ${seed}`)
    this.name = 'WorkerError'
    this.hint = `folkmoot-sim run ${scenario} --seed ${seed}`
  }
}

/** A worker process, as its parent sees it: a run goes in, what came of it comes out. */
import { type ChildProcess, fork } from 'node:child_process'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RefusedError, refuse } from '../../src/op/refusal.ts'
import type { Executed } from './execute.ts'
import type { PlanHead, PlannedRun } from './plan.ts'
import type { Answer, Order } from './worker.ts'

/** How often a run is given to a fresh worker after one died of it. */
const RETRIES = 1

/** A lane: one worker at a time, replaced when it dies. */
export class Lane {
  readonly #head: PlanHead
  #worker: ChildProcess | undefined

  constructor(head: PlanHead) {
    this.#head = head
  }

  /** Does a run; throws `RefusedError` (`worker-died`, or what the run was refused for). */
  async run(planned: PlannedRun): Promise<Executed> {
    for (let attempt = 0; ; attempt++) {
      const answer = await this.#ask(planned)
      if (answer !== undefined) return accepted(answer, planned)
      if (attempt === RETRIES) throw died(planned)
    }
  }

  /** Ends the worker; there is no run in hand. */
  close(): void {
    this.#worker?.kill('SIGKILL')
    this.#worker = undefined
  }

  /** The worker's answer; undefined if it died instead. */
  #ask(planned: PlannedRun): Promise<Answer | undefined> {
    this.#worker ??= this.#start()
    const worker = this.#worker
    return new Promise((resolve) => {
      const gone = (): void => {
        this.#worker = undefined
        resolve(undefined)
      }
      worker.once('exit', gone)
      worker.once('message', (answer: Answer) => {
        worker.off('exit', gone)
        resolve(answer)
      })
      // A worker that dies meanwhile is noticed by its exit.
      worker.send({ run: planned } satisfies Order, () => undefined)
    })
  }

  #start(): ChildProcess {
    const file = new URL(`./worker${extname(import.meta.url)}`, import.meta.url)
    const worker = fork(fileURLToPath(file), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    worker.on('error', () => undefined)
    worker.send({ head: this.#head } satisfies Order, () => undefined)
    return worker
  }
}

function accepted(answer: Answer, { run, index }: PlannedRun): Executed {
  if ('done' in answer) return answer.done
  const { code, message } = answer.refused
  throw new RefusedError(refuse(code, `run ${run} (index ${index}): ${message}`))
}

const died = ({ run, index, seed }: PlannedRun): RefusedError =>
  new RefusedError(
    refuse(
      'worker-died',
      `the process that ran ${run} (index ${index}, seed ${seed}) died, and so did the next`,
      'it may need more memory: fewer --workers, or a machine with more',
    ),
  )

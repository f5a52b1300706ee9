/**
 * A worker process of a sweep: it is sent a plan's first line, then runs one at a time, and sends back
 * what came of them. Interrupts are its parent's business, who lets it finish the run in hand.
 */
import type { RunOptions } from '../run-result.ts'
import { type Executed, execute } from './execute.ts'
import { loadExtras } from './extras.ts'
import type { PlanHead, PlannedRun } from './plan.ts'

/** What a worker is sent. */
export type Order = { readonly head: PlanHead } | { readonly run: PlannedRun }
/** What it sends back for each run. */
export type Answer = { readonly done: Executed } | { readonly refused: Refused }
/** Why a run could not be done: every other worker would say the same. */
export interface Refused {
  readonly code: string
  readonly message: string
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined)

// Nobody waits for an answer any more.
process.on('disconnect', () => process.exit())

let head: PlanHead | undefined
let options: Promise<RunOptions> = Promise.resolve({})

process.on('message', async (order: Order) => {
  if ('head' in order) {
    head = order.head
    options = loadExtras(head.extras)
    // Whoever asks for a run is told what failed.
    options.catch(() => undefined)
  } else if (head) process.send?.(await answerTo(head, order.run), () => undefined)
})

async function answerTo(plan: PlanHead, run: PlannedRun): Promise<Answer> {
  try {
    return { done: execute(plan, run, await options) }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'run-broke'
    const message = error instanceof Error ? error.message : String(error)
    return { refused: { code, message } }
  }
}

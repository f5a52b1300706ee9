/** What a node does by itself, as the daemon's steward would: duties when they are due, one after another. */
import type { Duty } from '../../src/replica/duties.ts'
import type { Core } from './core.ts'
import type { SimNode } from './node.ts'
import { DiskFullError } from './store.ts'

/** Duties that one look does at most; more would be a loop. */
const MAX_DUTIES = 500
/** The shortest wait between two looks that nothing new asks for, in ms: clocks may jump about. */
const MIN_WAIT_MS = 250
/** How soon a node looks again after a duty that could not be done, in ms. */
const RETRY_MS = 1_000

/** Is told of duties before they are done. */
export type DutyListener = (node: SimNode, duty: Duty) => void

/** The steward of every node. */
export class Steward {
  private readonly core: Core
  private readonly listener: DutyListener
  private readonly checkpoints: boolean

  constructor(core: Core, checkpoints: boolean, listener: DutyListener) {
    this.core = core
    this.checkpoints = checkpoints
    this.listener = listener
  }

  /** Does what a node owes, and says when to look again. */
  look(node: SimNode): void {
    if (node.store.isFull) return
    try {
      const wakeAt = this.doDuties(node)
      node.replica.flush()
      if (Number.isFinite(wakeAt)) this.core.wakeAt(node, Math.ceil(wakeAt * 1000))
    } catch (error) {
      if (!(error instanceof DiskFullError)) throw error
    }
  }

  private doDuties(node: SimNode): number {
    for (let i = 0; i < MAX_DUTIES; i++) {
      const { due, wakeAt } = node.replica.duties(node.clock.now(), this.checkpoints)
      const [duty] = due
      if (!duty) return Math.max(node.clock.virtual(wakeAt), this.core.now + MIN_WAIT_MS)
      this.listener(node, duty)
      const done = node.replica.perform(duty)
      if (!done.ok) return this.core.now + RETRY_MS
      if (done.value) this.core.publish(node, done.value)
    }
    this.core.metrics.add('steward.endless')
    return this.core.now + RETRY_MS
  }
}

/** One member of the long haul: a daemon process that comes and goes, and its meters. */
import type { ApiClient } from '../../../node/api/client.ts'
import type { NodeProcess } from '../../support/node-process.ts'
import { Gauge, type Reading } from '../gauge/gauge.ts'

/** A reading of a process that was not restarted since its first one. */
export interface Sample extends Reading {
  /** Operations that the coalition held by then. */
  readonly operations: number
}

/** A member. Those that stay are never restarted: what they take is followed from start to end. */
export class HaulMember {
  readonly id: string
  readonly stays: boolean
  readonly samples: Sample[] = []
  isUp = false
  private readonly node: NodeProcess
  private readonly gauge: Gauge

  constructor(id: string, node: NodeProcess, stays: boolean) {
    this.id = id
    this.stays = stays
    this.node = node
    this.gauge = new Gauge(node)
  }

  get api(): ApiClient {
    return this.node.api
  }

  async up(): Promise<void> {
    await this.node.up({ env: this.gauge.environment() })
    this.isUp = true
  }

  async down(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    this.isUp = false
    await this.node.down(signal)
  }

  async sample(operations: number): Promise<void> {
    this.samples.push({ ...(await this.gauge.read()), operations })
  }
}

/** What a history takes on disk, and how long a node that holds it needs to be up again. */

import { NodeProcess } from '../../support/node-process.ts'
import { Gauge } from '../gauge/gauge.ts'
import { median } from '../gauge/statistics.ts'
import type { Figure } from './figure.ts'
import type { OldCoalition } from './old-coalition.ts'

/** How long a node with a million operations may take to be ready, in ms. */
export const READY_MS = 3_000
/** Starts that are measured; one before them is not. */
const STARTS = 3
const MIB = 1024 * 1024

/** Starts the node that holds everything some times. */
export async function measureRestart(old: OldCoalition): Promise<Figure[]> {
  const { operations, storeBytes } = old
  const node = new NodeProcess(old.old.home)
  const gauge = new Gauge(node)
  const times: number[] = []
  let peakBytes = 0
  let heapBytes = 0
  for (let start = 0; start <= STARTS; start++) {
    const began = performance.now()
    await node.up({ env: gauge.environment() })
    if (start > 0) times.push(performance.now() - began)
    peakBytes = Math.max(peakBytes, node.memory().peakBytes)
    const { heapBytes: heap, bufferBytes } = await gauge.read()
    heapBytes = heap + bufferBytes
    await node.down('SIGTERM')
  }
  const ofOps = `${operations.toLocaleString('en-GB')} operations`
  const readyMs = median(times)
  return [
    { name: `store size, ${ofOps}`, value: storeBytes / operations, unit: 'bytes/op' },
    {
      name: `restart until ready, ${ofOps}`,
      value: readyMs / 1000,
      unit: 's',
      goal: `< ${READY_MS / 1000} s`,
      met: readyMs < READY_MS,
    },
    { name: `live memory once ready, ${ofOps}`, value: heapBytes / operations, unit: 'bytes/op' },
    { name: `peak memory of a restart, ${ofOps}`, value: peakBytes / MIB, unit: 'MiB' },
  ]
}

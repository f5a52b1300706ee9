/** Does the runs of a shard on all cores, each written down as soon as it is done. */
import { RefusedError, refuse } from '../../src/op/refusal.ts'
import type { HostTimings } from './execute.ts'
import { Lane } from './lane.ts'
import type { Plan, PlannedRun } from './plan.ts'
import type { Row } from './row.ts'

/** How a campaign goes. */
export interface CampaignOptions {
  /** The runs to do, in this order. */
  readonly runs: readonly PlannedRun[]
  readonly workers: number
  /** Aborts: no run is begun any more, those in hand are finished. */
  readonly signal: AbortSignal
  readonly onRow: (row: Row, host: HostTimings) => void
}

/**
 * Does runs until all are done or the signal aborts; returns how many are left. Throws `RefusedError`:
 * `determinism` where a repeated run gave something else, or what a run was refused for.
 */
export async function campaign({ head }: Plan, options: CampaignOptions): Promise<number> {
  const { runs, workers, signal, onRow } = options
  const queue = runs.values()
  let left = runs.length
  let failure: unknown
  const work = async (lane: Lane): Promise<void> => {
    for (const run of queue) {
      if (signal.aborted || failure !== undefined) return
      const { row, host, differs } = await lane.run(run)
      if (differs) throw notTheSame(row, differs)
      onRow(row, host)
      left--
    }
  }
  const lanes = Array.from({ length: Math.min(workers, runs.length) }, () => new Lane(head))
  const ends = lanes.map((lane) =>
    work(lane)
      .catch((error: unknown) => {
        failure ??= error
      })
      .finally(() => lane.close()),
  )
  await Promise.all(ends)
  if (failure !== undefined) throw failure
  return left
}

const notTheSame = (first: Row, second: Row): RefusedError =>
  new RefusedError(
    refuse(
      'determinism',
      `run ${first.run} (index ${first.index}, seed ${first.seed}) gave trace ${first.traceHash}, then ${second.traceHash}`,
      'one code, scenario and seed must give one trace: please report it',
    ),
  )

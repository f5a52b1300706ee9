/** The settings of a home as options of the network host (design §6.3). */
import type { Config } from '../home/config-schema.ts'
import type { NetworkOptions } from '../network/host-types.ts'
import type { InboundLimits } from '../network/inbound-gate.ts'
import {
  MAX_CONNECTIONS,
  MAX_PENDING_CONNECTIONS,
  type NetworkTimings,
  pingIntervalFor,
} from '../network/limits.ts'

/** Inbound connections from this machine, where many nodes share it. */
const FROM_THIS_MACHINE: InboundLimits = {
  perSecond: 100,
  pending: MAX_PENDING_CONNECTIONS,
  open: MAX_CONNECTIONS,
}
/** Waits between random sessions, as parts of the mean. */
const SHORTEST_WAIT = 0.5
const LONGEST_WAIT = 1.5

/** The part of the host's options that follows from settings, in a coalition of so many members. */
export const networkOptionsOf = (
  config: Config,
  members: number,
): Pick<NetworkOptions, 'listen' | 'announce' | 'maxConnections' | 'maxDials' | 'inboundHere'> & {
  readonly timings: Partial<NetworkTimings>
} => ({
  listen: config.listen,
  announce: config.announce,
  maxConnections: config.maxConnections,
  maxDials: config['dial.maxParallel'],
  ...(config.allowLoopback && { inboundHere: FROM_THIS_MACHINE }),
  timings: {
    syncMinMs: config.syncIntervalMs * SHORTEST_WAIT,
    syncMaxMs: config.syncIntervalMs * LONGEST_WAIT,
    pingIntervalMs: pingIntervalFor(members),
    dialTimeoutMs: config['dial.timeoutMs'],
    dialMinMs: config['dial.minBackoffMs'],
    dialMaxMs: config['dial.maxBackoffMs'],
  },
})

/** The settings of a home as options of the network host (design §6.3). */
import type { Config } from '../home/config-schema.ts'
import type { NetworkOptions } from '../network/host-types.ts'
import { MAX_CONNECTIONS, type NetworkTimings } from '../network/limits.ts'

/** Inbound connections a second where many nodes share one machine. */
const LOOPBACK_INBOUND_PER_SECOND = 100
/** Waits between random sessions, as parts of the mean. */
const SHORTEST_WAIT = 0.5
const LONGEST_WAIT = 1.5

/** The part of the host's options that follows from settings. */
export const networkOptionsOf = (
  config: Config,
): Pick<
  NetworkOptions,
  | 'listen'
  | 'announce'
  | 'maxConnections'
  | 'maxDials'
  | 'maxConnectionsPerAddress'
  | 'inboundPerSecond'
> & { readonly timings: Partial<NetworkTimings> } => ({
  listen: config.listen,
  announce: config.announce,
  maxConnections: config.maxConnections,
  maxDials: config['dial.maxParallel'],
  ...(config.allowLoopback && {
    maxConnectionsPerAddress: MAX_CONNECTIONS,
    inboundPerSecond: LOOPBACK_INBOUND_PER_SECOND,
  }),
  timings: {
    syncMinMs: config.syncIntervalMs * SHORTEST_WAIT,
    syncMaxMs: config.syncIntervalMs * LONGEST_WAIT,
    dialTimeoutMs: config['dial.timeoutMs'],
    dialMinMs: config['dial.minBackoffMs'],
    dialMaxMs: config['dial.maxBackoffMs'],
  },
})

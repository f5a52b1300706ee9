/** What every part of the host shares: the port, the clock, the log, who is here and who may be. */
import type { PrivateKey } from '@libp2p/interface'
import type { KeyId } from '../../src/op/ids.ts'
import { keyIdFromBytes } from '../../src/op/key-id.ts'
import { Admission } from './admission.ts'
import type { ArtefactPort } from './artefact-port.ts'
import { FaultLedger } from './fault-ledger.ts'
import type { NetworkOptions } from './host-types.ts'
import { InboundGate, type InboundLimits } from './inbound-gate.ts'
import { KnownPlaces } from './known-places.ts'
import {
  DEFAULT_TIMINGS,
  INBOUND_PER_SECOND,
  MAX_CONNECTIONS_PER_ADDRESS,
  MAX_DIALS,
  MAX_PENDING_PER_ADDRESS,
  type NetworkTimings,
} from './limits.ts'
import { PeerTable } from './peer-table.ts'
import { type NetworkLogger, type NetworkPort, silentLogger } from './port.ts'

/** Shared by reference; nobody replaces a field. */
export interface NetworkContext {
  readonly self: KeyId
  readonly port: NetworkPort
  readonly artefacts: ArtefactPort | undefined
  readonly log: NetworkLogger
  readonly timings: NetworkTimings
  readonly maxDials: number
  /** Wall clock in ms. */
  readonly now: () => number
  /** Chance in [0, 1). */
  readonly random: () => number
  readonly table: PeerTable
  readonly faults: FaultLedger
  readonly admission: Admission
  readonly inbound: InboundGate
}

/** The context of a host, with the defaults filled in. */
export function makeContext(options: NetworkOptions, key: PrivateKey): NetworkContext {
  const now = options.now ?? Date.now
  const table = new PeerTable()
  const faults = new FaultLedger(now)
  return {
    self: keyIdFromBytes(key.publicKey.raw),
    port: options.port,
    artefacts: options.artefacts,
    log: options.log ?? silentLogger,
    timings: { ...DEFAULT_TIMINGS, ...options.timings },
    maxDials: options.maxDials ?? MAX_DIALS,
    now,
    random: options.random ?? Math.random,
    table,
    faults,
    admission: new Admission(options.port, faults, table),
    inbound: inboundGate(options, table, now),
  }
}

const INBOUND: InboundLimits = {
  perSecond: INBOUND_PER_SECOND,
  pending: MAX_PENDING_PER_ADDRESS,
  open: MAX_CONNECTIONS_PER_ADDRESS,
}

function inboundGate(options: NetworkOptions, table: PeerTable, now: () => number): InboundGate {
  const limits = { ...INBOUND, ...options.inbound }
  const open = (place: string): number => table.inboundFrom(place).length
  const limitsHere = { ...limits, ...options.inboundHere }
  const known = new KnownPlaces(() => options.port.addresses(), now)
  return new InboundGate({ limits, limitsHere, open, now, isKnown: (place) => known.has(place) })
}

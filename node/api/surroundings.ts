/** What the service asks of the process around the replica; a command without daemon has little of it. */
import type { KeyId } from '../../src/op/ids.ts'
import type { Issued } from '../../src/replica/replica.ts'
import type { PeerInfo } from '../network/host-types.ts'
import type { JournalLine } from '../store/journal.ts'
import type { ArtefactDesk } from './artefact-desk.ts'
import type { Bootstrap } from './bootstrap.ts'
import type { EventLog } from './event-log.ts'
import type { Alarm, JournalQuery } from './node-api.ts'

/** The network as the service sees it. */
export interface NetworkView {
  peers(): readonly PeerInfo[]
  /** Where we can be reached, as multiaddrs. */
  listenAddresses(): readonly string[]
  /** Blocks exactly these keys. */
  setBlocked(keys: Iterable<KeyId>): void
}

/** The process around a replica. */
export interface Surroundings {
  readonly bootstrap: Bootstrap
  readonly events: EventLog
  /** Absent without a daemon. */
  network(): NetworkView | undefined
  /** Contents of artefacts; absent without a daemon. */
  artefacts(): ArtefactDesk | undefined
  /** What this node did by itself, newest first. */
  journal(query: JournalQuery): readonly JournalLine[]
  /** Beside those that follow from the replica. */
  alarms(): readonly Alarm[]
  /** True while the store takes nothing: then nothing may be signed. */
  isReadOnly(): boolean
  /** A write failed: nothing leaves until one succeeds. */
  storeFailed(): void
  /** Sends what is on disk already. */
  publish(ops: readonly Issued[]): void
  /** Something was taken in or decided: the steward looks at its duties. */
  poke(): void
  /** Ends the process, after the answer. */
  stop(): Promise<void>
}

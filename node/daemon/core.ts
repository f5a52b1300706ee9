/** The parts of a daemon that need no network: replica, store, alarms, events (design §2.7, §6.2). */
import type { Replica } from '../../src/replica/replica.ts'
import { AlarmBoard } from '../api/alarms.ts'
import { type Bootstrap, bootstrapOf } from '../api/bootstrap.ts'
import { noCoalition } from '../api/errors.ts'
import { EventLog } from '../api/event-log.ts'
import { EventWatch } from '../api/event-watch.ts'
import { type Build, clockOf, openReplica } from '../api/open-replica.ts'
import { KeyCache, OpensslVerifier } from '../crypto/openssl-verifier.ts'
import { PooledVerifier } from '../crypto/pooled-verifier.ts'
import { assertKeysPrivate, type Home } from '../home/home.ts'
import { type Membership, readMembership } from '../home/membership.ts'
import { TimerSet } from '../network/timers.ts'
import { SqliteStore } from '../store/sqlite-store.ts'
import { ARCHIVE_LIMITS, type ArchiveLimits, Archivist } from './archivist.ts'
import type { Log } from './log.ts'
import { selfTest } from './self-test.ts'
import { StoreKeeper } from './store-keeper.ts'

const BYTES_PER_MIB = 1024 * 1024

/** What everything else in the daemon works on. */
export interface Core {
  readonly home: Home
  readonly log: Log
  readonly membership: Membership
  readonly bootstrap: Bootstrap
  readonly store: SqliteStore
  readonly replica: Replica
  readonly verifier: OpensslVerifier
  readonly pool: PooledVerifier
  readonly alarms: AlarmBoard
  readonly events: EventLog
  readonly watch: EventWatch
  readonly timers: TimerSet
  readonly keeper: StoreKeeper
  readonly archivist: Archivist
}

/** What a core is opened with. */
export interface CoreOptions {
  readonly home: Home
  readonly log: Log
  /** Tests run other builds (design §2.1, evolution). */
  readonly build?: Build
  /** When images are taken of the replica; tests take them of short histories. */
  readonly archive?: ArchiveLimits
}

/**
 * Opens all of it. Throws `home-too-open`, `no-coalition`, `self-test-failed`, and what the home and the store throw
 * (`store-locked` while another daemon runs).
 */
export function openCore(
  { home, log, build, archive = ARCHIVE_LIMITS }: CoreOptions,
  onRecovered: () => void,
): Core {
  assertKeysPrivate(home.layout)
  const membership = readMembership(home.layout)
  if (!membership) throw noCoalition(home.layout.dir)
  const keys = new KeyCache()
  const verifier = new OpensslVerifier(keys)
  selfTest(verifier)
  const store = SqliteStore.open(home.layout.store, { trustFrom: archive.from })
  try {
    const bootstrap = bootstrapOf(membership)
    const parts = { home, log, membership, store, verifier, build, limits: archive }
    const opened = openState(parts, onRecovered)
    const pool = new PooledVerifier(keys)
    return { home, log, membership, bootstrap, store, verifier, pool, ...opened }
  } catch (error) {
    store.close()
    throw error
  }
}

/** Lets go of the store; nothing may be taken in afterwards. */
export function closeCore({ watch, timers, keeper, store }: Core): void {
  watch.stop()
  timers.stop()
  try {
    keeper.flush()
  } finally {
    store.close()
  }
}

type Opening = Pick<Core, 'home' | 'log' | 'membership' | 'store' | 'verifier'> & {
  readonly build: Build | undefined
  readonly limits: ArchiveLimits
}
type Opened = Pick<
  Core,
  'replica' | 'alarms' | 'events' | 'watch' | 'timers' | 'keeper' | 'archivist'
>

function openState(parts: Opening, onRecovered: () => void): Opened {
  const { home, log, store } = parts
  const maxMib = home.config.values['store.maxMib']
  if (maxMib !== null) store.limitSize(maxMib * BYTES_PER_MIB)
  const clock = clockOf(home)
  const replica = openReplica({ ...parts, clock })
  const events = new EventLog(() => clock.now())
  const alarms = new AlarmBoard(({ sentence }) =>
    events.add({ kind: 'alarm', proposal: null, sentence }),
  )
  const timers = new TimerSet()
  const keeper = new StoreKeeper({ replica, store, alarms, timers, log, onRecovered })
  keeper.flush()
  if (store.hadUnfinishedWrite) log.warn({}, UNFINISHED)
  const archivist = new Archivist({ replica, store, keeper, log, limits: parts.limits })
  const watch = new EventWatch(replica, events)
  return { replica, alarms, events, watch, timers, keeper, archivist }
}

const UNFINISHED =
  'the store ended in a write that a crash cut off before it was acknowledged; it was left out'

/** A node without its daemon: for commands that sign, look or carry while nothing runs (§6.6). */
import type { Replica } from '../../src/replica/replica.ts'
import { dutyMode } from '../home/config-schema.ts'
import { type Home, openHome } from '../home/home.ts'
import type { HomeLayout } from '../home/layout.ts'
import { readMembership } from '../home/membership.ts'
import { rolloutSettings } from '../hooks/settings-of.ts'
import { TRUST_FROM } from '../store/images.ts'
import { DEFAULT_JOURNAL_LINES } from '../store/journal.ts'
import { SqliteStore } from '../store/sqlite-store.ts'
import { bootstrapOf } from './bootstrap.ts'
import { noCoalition } from './errors.ts'
import { EventLog } from './event-log.ts'
import { openReplica } from './open-replica.ts'
import { NodeService } from './service.ts'

/** A node opened by a command; close it, or the daemon cannot start. */
export interface OfflineNode {
  readonly api: NodeService
  readonly replica: Replica
  readonly store: SqliteStore
  close(): void
}

/**
 * Opens the home's store itself, with its lock. Throws `store-locked` while a daemon runs,
 * `no-coalition` before founding or joining, and what the home and the store throw.
 */
export function openOffline(at: Home | HomeLayout): OfflineNode {
  const home = 'layout' in at ? at : openHome(at.dir)
  const membership = readMembership(home.layout)
  if (!membership) throw noCoalition(home.layout.dir)
  const store = SqliteStore.open(home.layout.store, { trustFrom: TRUST_FROM })
  try {
    const replica = openReplica({ home, membership, store })
    replica.flush()
    const api = new NodeService({
      replica,
      home,
      sealModes: (track) => dutyMode(home.config.values['steward.seal'], track),
      rollout: rolloutSettings(home.config.values),
      startedAt: replica.clock.now(),
      surroundings: {
        bootstrap: bootstrapOf(membership),
        events: new EventLog(() => replica.clock.now()),
        network: () => undefined,
        artefacts: () => undefined,
        journal: ({ limit = DEFAULT_JOURNAL_LINES, before, what }) =>
          store.journal.recent(limit, before, what),
        alarms: () => [],
        isReadOnly: () => store.readOnly,
        storeFailed() {},
        publish() {},
        poke() {},
        stop: async () => store.close(),
      },
    })
    return { api, replica, store, close: () => store.close() }
  } catch (error) {
    store.close()
    throw error
  }
}

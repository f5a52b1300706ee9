/** Makes an event of every alarm that begins to follow from the replica (design §6.5). */
import type { Replica } from '../../src/replica/replica.ts'
import { replicaAlarms } from '../api/alarms.ts'
import type { EventLog } from '../api/event-log.ts'

/** Compares the alarms of now with those of the last look. */
export class AlarmWatch {
  private readonly replica: Replica
  private readonly events: EventLog
  private standing: ReadonlySet<string> = new Set()

  constructor(replica: Replica, events: EventLog) {
    this.replica = replica
    this.events = events
  }

  /** Call after changes, and now and then: some alarms come with time alone. */
  check(): void {
    const alarms = replicaAlarms(this.replica)
    for (const { code, sentence } of alarms)
      if (!this.standing.has(code)) this.events.add({ kind: 'alarm', proposal: null, sentence })
    this.standing = new Set(alarms.map(({ code }) => code))
  }
}

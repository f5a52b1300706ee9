/** Situations that a suite should reach at least once, counted: a green run that met none is empty. */
import type { WorldView } from '../oracle/oracle.ts'
import type { TraceRecord } from '../trace/record.ts'

/** Counts of one run. */
export class Situations {
  private readonly reached = new Map<string, number>()

  /** Looks at a record. */
  observe(record: TraceRecord, _view: WorldView): void {
    if (record.what === 'settled') this.note(record.outcome)
  }

  /** How often each was reached. */
  counts(): Record<string, number> {
    return Object.fromEntries(this.reached)
  }

  private note(name: string): void {
    this.reached.set(name, (this.reached.get(name) ?? 0) + 1)
  }
}

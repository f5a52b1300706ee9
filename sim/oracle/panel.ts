/** All oracles of a run, what each found, and how often it had something to judge. */
import type { OracleFailure, OracleResult } from '../run-result.ts'
import type { TraceRecord } from '../trace/record.ts'
import type { About, Judge, Oracle, WorldView } from './oracle.ts'

/** Hears for one oracle. */
class Hearing implements Judge {
  readonly oracle: Oracle
  checked = 0
  failure: OracleFailure | undefined
  now = 0

  constructor(oracle: Oracle) {
    this.oracle = oracle
  }

  holds(): void {
    this.checked++
  }

  fails(sentence: string, { nodes = [], ops = [] }: About = {}): void {
    this.checked++
    this.failure ??= { at: this.now, sentence, nodes, ops }
  }
}

/** The oracles of one run. */
export class Panel {
  private readonly hearings: readonly Hearing[]

  constructor(oracles: readonly Oracle[]) {
    this.hearings = oracles.map((oracle) => new Hearing(oracle))
  }

  /** Shows a record to every oracle. */
  observe(record: TraceRecord, view: WorldView): void {
    for (const hearing of this.hearings) {
      hearing.now = record.at
      hearing.oracle.observe?.(record, view, hearing)
    }
  }

  /** Shows the end to every oracle. */
  conclude(view: WorldView): void {
    for (const hearing of this.hearings) {
      hearing.now = view.now
      hearing.oracle.conclude?.(view, hearing)
    }
  }

  /** What each found. */
  results(): OracleResult[] {
    return this.hearings.map(({ oracle: { name }, checked, failure }) => ({
      name,
      ok: failure === undefined,
      checked,
      ...(failure && { failure }),
    }))
  }
}

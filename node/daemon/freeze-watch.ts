/**
 * Derives what a freeze builds on when the freeze comes, a few ms at a time: a proposal that cites
 * it is judged at once, and must not hold up everything else (design §2.5).
 */
import type { OpCid } from '../../src/op/ids.ts'
import type { Replica } from '../../src/replica/replica.ts'
import type { Touched } from '../../src/replica/topics.ts'
import { inTurns } from '../api/turns.ts'
import type { Log } from './log.ts'

/** Watches a replica for freezes; `stop` it before the replica's store closes. */
export class FreezeWatch {
  private readonly replica: Replica
  private readonly log: Log
  private readonly stopListening: () => void
  /** Freezes of each document when it was last derived for them. */
  private readonly seen = new Map<OpCid, number>()
  /** One document after the other: many at once would hold up all else. */
  private last: Promise<void> = Promise.resolve()
  private isStopped = false

  constructor(replica: Replica, log: Log) {
    this.replica = replica
    this.log = log
    this.stopListening = replica.on('change', (touched) => this.look(touched))
  }

  stop(): void {
    this.isStopped = true
    this.stopListening()
  }

  private look(touched: readonly Touched[]): void {
    for (const one of touched) if (one.view === 'document') this.lookAt(one.id)
  }

  private lookAt(id: OpCid): void {
    const { topics, documents } = this.replica.views
    const freezes = topics.documents.get(id)?.freezes.length ?? 0
    if (freezes <= (this.seen.get(id) ?? 0)) return
    this.seen.set(id, freezes)
    this.last = this.last
      .then(() => (this.isStopped ? undefined : inTurns(documents.prepare(id))))
      .catch((err: unknown) =>
        this.log.error({ err, document: id }, 'a document could not be derived'),
      )
  }
}

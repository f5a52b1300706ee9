/**
 * Keeps images of a replica with a long history (`src/replica/rest/`): one when enough is new, one when
 * the node goes down. With each, what is in it stays in memory as rows and summaries alone.
 */
import type { Turns } from '../../src/chain/archive/archiving.ts'
import { finish } from '../../src/document/steps.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { encodeImage, type ReplicaImage } from '../../src/replica/rest/image.ts'
import { rest, takeImage } from '../../src/replica/rest/imaging.ts'
import { imageRules } from '../api/open-replica.ts'
import { inTurns } from '../api/turns.ts'
import { nodeSha256 } from '../crypto/node-sha256.ts'
import { TRUST_FROM } from '../store/images.ts'
import type { SqliteStore } from '../store/sqlite-store.ts'
import type { Log } from './log.ts'
import type { StoreKeeper } from './store-keeper.ts'

/** When images are taken. */
export interface ArchiveLimits {
  /** Operations below which a history is short: it is read whole, and checked whole, at each start. */
  readonly from: number
  /** New operations after which a running node takes another. */
  readonly every: number
  /** New operations after which one is taken when it stops. */
  readonly atStop: number
}

/** Reading some thousands of operations takes well under a second. */
export const ARCHIVE_LIMITS: ArchiveLimits = { from: TRUST_FROM, every: 20_000, atStop: 1_000 }

/** What an archivist works with. */
export interface ArchivistParts {
  readonly replica: Replica
  readonly store: SqliteStore
  readonly keeper: Pick<StoreKeeper, 'flush' | 'isReadOnly'>
  readonly log: Log
  readonly limits: ArchiveLimits
}

/** Takes images, one at a time. */
export class Archivist {
  private readonly parts: ArchivistParts
  private underWay: Promise<void> | undefined
  private isStopped = false
  /** Operations at the last attempt, whatever came of it. */
  private triedAt = 0
  /** The image that the store keeps is by this build, and whole. */
  private isOurs: boolean

  constructor(parts: ArchivistParts) {
    this.parts = parts
    this.isOurs = parts.replica.ledger.byCid.archive !== undefined
  }

  /** Call now and then: takes an image where one is due, a few ms at a time. */
  check(): void {
    const { every } = this.parts.limits
    if (this.underWay || !this.isDue(every)) return
    const steps = this.begin()
    if (!steps) return
    this.underWay = inTurns(this.rested(steps))
      .then((bytes) => (bytes ? this.save(bytes) : this.tryAgainSoon()))
      .catch((err: unknown) => this.parts.log.error({ err }, 'no image of the replica was taken'))
      .finally(() => {
        this.underWay = undefined
      })
  }

  /** Ends what is under way, and takes a last image where enough is new; then nothing is taken in. */
  async stop(): Promise<void> {
    this.isStopped = true
    await this.underWay
    this.triedAt = 0
    const steps = this.isDue(this.parts.limits.atStop) ? this.begin() : undefined
    if (!steps) return
    try {
      const image = finish(steps)
      if (image) await this.save(encodeImage(image, nodeSha256))
    } catch (err) {
      this.parts.log.error({ err }, 'no image of the replica was taken')
    }
  }

  private isDue(news: number): boolean {
    const { replica, limits, store, keeper } = this.parts
    const { size } = replica.ledger.byCid
    const since = Math.max(this.triedAt, this.isOurs ? store.images.operations : 0)
    return size >= limits.from && size - since >= news && !keeper.isReadOnly
  }

  /** What is taken in and not written must not be in it. */
  private begin(): Turns<ReplicaImage | undefined> | undefined {
    const { replica, store, keeper } = this.parts
    if (!keeper.flush()) return undefined
    this.triedAt = replica.ledger.byCid.size
    store.images.mark()
    const steps = takeImage(replica, imageRules(replica))
    steps.next()
    return steps
  }

  /** The bytes of the image; the replica rests by it in the very step in which it is whole. */
  private *rested(steps: Turns<ReplicaImage | undefined>): Turns<Uint8Array | undefined> {
    for (;;) {
      const { done, value } = steps.next()
      if (done) return value && this.rest(value)
      if (this.isStopped) return undefined
      yield
    }
  }

  private rest(image: ReplicaImage): Uint8Array {
    const { replica, log } = this.parts
    const bytes = encodeImage(image, nodeSha256)
    rest(replica, image, replica.source)
    const ballots = image.facts.length
    log.info({ operations: this.triedAt, ballots }, 'finished ballots rest on disk')
    return bytes
  }

  /** Something came between that changes what was taken already. */
  private tryAgainSoon(): void {
    const { every, atStop } = this.parts.limits
    this.triedAt -= every - atStop
  }

  private async save(bytes: Uint8Array): Promise<void> {
    if (await this.parts.store.images.save(bytes)) this.isOurs = true
  }
}

/** A replica that is put to rest, in place or by a restart, as often as a test likes. */
import { sha256 } from '@noble/hashes/sha2.js'
import type { Steps } from '../../src/document/steps.ts'
import type { CoalitionId, OpCid } from '../../src/op/ids.ts'
import { InvariantError } from '../../src/op/refusal.ts'
import type { Verifier } from '../../src/op/signature.ts'
import type { StoredImage } from '../../src/replica/options.ts'
import { Replica } from '../../src/replica/replica.ts'
import { encodeImage, type ReplicaImage } from '../../src/replica/rest/image.ts'
import { rest, takeImage } from '../../src/replica/rest/imaging.ts'
import { MemoryStore } from '../../src/replica/store.ts'
import { TestClock } from '../support/people.ts'

/** Long enough after the last word for a ballot to rest, in ms. */
const HOUR_MS = 3_600_000
const RULES = 'of this test'

function taken<T>(steps: Steps<T>, between: () => void = () => {}): T {
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
    between()
  }
}

/** An image, and what the store held when it was taken. */
interface Kept {
  readonly bytes: Uint8Array
  /** With each whether its signature was kept. */
  readonly held: ReadonlyMap<OpCid, boolean>
}

/** What a sleeper is of. */
export interface SleeperOptions {
  readonly coalition: CoalitionId
  readonly verifier: Verifier
  readonly at: number
}

/** A replica with a store and images in memory. */
export class Sleeper {
  replica: Replica
  readonly clock: TestClock
  /** Ballots at rest after each time, added up. */
  rested = 0
  private readonly options: SleeperOptions
  private readonly store = new MemoryStore()
  private kept: Kept | undefined
  /** Tests break what an image says. */
  private readonly spoil: (image: ReplicaImage) => ReplicaImage

  constructor(options: SleeperOptions, spoil = (image: ReplicaImage) => image) {
    this.options = options
    this.spoil = spoil
    this.clock = new TestClock(options.at)
    this.replica = this.open(undefined)
  }

  /**
   * Takes an image, which later restarts are by; and rests by it at once. What comes `between` its
   * steps may end it: then there is no other image than before.
   */
  rest(isAtOnce = true, between?: () => void): void {
    this.clock.time += HOUR_MS
    this.replica.tick()
    this.replica.flush()
    const held = new Map([...this.store.load()].map(({ cid, sig }) => [cid, sig !== null]))
    const image = taken(takeImage(this.replica, RULES), between)
    if (!image && between) return
    if (!image) throw new InvariantError('nothing came between')
    const told = this.spoil(image)
    this.kept = { bytes: encodeImage(told, sha256), held }
    if (isAtOnce) rest(this.replica, told, this.replica.source)
    this.rested += told.facts.length
  }

  /** Starts again, by the last image where it still fits. True when it was by that. */
  restart(): boolean {
    this.replica.flush()
    const image = this.image()
    this.replica = this.open(image)
    return image !== undefined
  }

  /** Another replica, which reads the same store whole. */
  recounted(): Replica {
    this.replica.flush()
    return this.open(undefined)
  }

  private open(image: StoredImage | undefined): Replica {
    const { coalition, verifier } = this.options
    return Replica.open({ coalition, verifier, store: this.store, clock: this.clock, image })
  }

  private image(): StoredImage | undefined {
    const { kept, store } = this
    if (!kept || [...kept.held.keys()].some((cid) => !store.get(cid))) return undefined
    return {
      // A replica goes on writing to the columns that it is given.
      bytes: Uint8Array.from(kept.bytes),
      rules: RULES,
      operations: kept.held.size,
      signed: [...kept.held].flatMap(([cid, had]) => (!had && store.get(cid)?.sig ? cid : [])),
      since: () => [...store.load()].filter(({ cid }) => !kept.held.has(cid)),
      rejected: (why) => {
        throw new InvariantError(`the image was rejected: ${why}`)
      },
    }
  }
}

/**
 * The daemon's artefacts: fetches, checks, keeps, evicts and serves contents. What is pinned stays
 * (`src/replica/pins.ts`), of the rest what was unused for longest goes when the quota is reached.
 */
import { type Announcement, offersOf } from '../../src/artefact/catalogue.ts'
import { type ContentDigest, formatDigest } from '../../src/artefact/digest.ts'
import { planEviction } from '../../src/artefact/eviction.ts'
import type { KeyId } from '../../src/op/ids.ts'
import { accept, type Result, refuse } from '../../src/op/refusal.ts'
import { pinsOf } from '../../src/replica/pins.ts'
import type { ArtefactDesk, LocalArtefact } from '../api/artefact-desk.ts'
import { askedPins, isFalse, isLiar, noteFalse, noteLiar } from '../api/artefact-notes.ts'
import { localOnDisk } from '../api/local-artefact.ts'
import { nameOf } from '../api/naming.ts'
import type { BlobFile } from '../blob/blob-file.ts'
import { BlobStore } from '../blob/blob-store.ts'
import type { ContentIdentity } from '../blob/content-hasher.ts'
import { digestOfManifest } from '../blob/content-hasher.ts'
import { BlobError } from '../blob/errors.ts'
import { messageOf } from '../home/errors.ts'
import type { ArtefactName, ArtefactPort, ServedArtefact } from '../network/artefact-port.ts'
import { DEFAULT_TIMINGS, type NetworkTimings } from '../network/limits.ts'
import { Turns } from '../network/turns.ts'
import type { FetchNetwork } from './artefact-fetch.ts'
import { ArtefactJob } from './artefact-job.ts'
import type { Core } from './core.ts'

/** Artefacts fetched or checked at a time. */
export const MAX_JOBS = 4
/** Between two attempts to go on after the disk refused, in ms. */
export const DISK_RETRY_MS = 30_000
/** The alarm that stands while the disk takes no contents. */
const ALARM = 'artefact-disk'
const BYTES_PER_MIB = 1024 * 1024

/** All contents of one node. */
export class Artefacts implements ArtefactDesk, ArtefactPort {
  private readonly core: Core
  private readonly network: FetchNetwork
  private readonly timings: Pick<NetworkTimings, 'artefactPatienceMs' | 'artefactAskMs'>
  private readonly store: BlobStore
  private readonly turns = new Turns(MAX_JOBS)
  private readonly jobs = new Map<ContentDigest, ArtefactJob>()
  private readonly checked = new Map<ContentDigest, LocalArtefact['checked']>()
  private isStopped = false

  constructor(core: Core, network: FetchNetwork, timings: Partial<NetworkTimings> = {}) {
    this.core = core
    this.network = network
    this.timings = { ...DEFAULT_TIMINGS, ...timings }
    this.store = new BlobStore(core.home.layout.blobs)
  }

  /** Goes on with what was begun before a restart; call once. */
  resume(): void {
    this.store.tidy()
    for (const { digest, isWhole } of this.store.entries()) {
      if (isWhole) continue
      if (this.offers(digest).length > 0) this.begin(digest)
      else this.store.remove(digest)
    }
  }

  /** Ends all jobs; what came is kept. */
  async stop(): Promise<void> {
    this.isStopped = true
    await Promise.all([...this.jobs.values()].map((job) => job.stop()))
  }

  local(digest: ContentDigest): LocalArtefact {
    const checked = this.checked.get(digest) ?? null
    const job = this.jobs.get(digest)
    return job ? { ...job.standing, checked } : { ...localOnDisk(this.store, digest), checked }
  }

  fetch(digest: ContentDigest): Result<LocalArtefact> {
    if (this.store.entry(digest)?.isWhole || this.isAtWork(digest))
      return accept(this.local(digest))
    const [offer] = this.offers(digest)
    if (!offer) return unknown(digest)
    const room = this.makeRoom(this.store.entry(digest) ? 0 : offer.sizeBytes)
    if (!room.ok) return room
    this.begin(digest)
    return accept(this.local(digest))
  }

  check(digest: ContentDigest): Result<LocalArtefact> {
    if (!this.store.entry(digest)) return notHere(digest)
    if (this.offers(digest).length === 0) return unknown(digest)
    this.checked.delete(digest)
    if (!this.isAtWork(digest)) this.begin(digest)
    return accept(this.local(digest))
  }

  async drop(digest: ContentDigest): Promise<void> {
    await this.jobs.get(digest)?.stop()
    this.jobs.delete(digest)
    this.checked.delete(digest)
    this.store.remove(digest)
  }

  async take(
    identity: ContentIdentity,
    source: AsyncIterable<Uint8Array>,
  ): Promise<Result<LocalArtefact>> {
    const { digest, sizeBytes } = identity
    const entry = this.store.entry(digest)
    if (entry?.isWhole && !this.isAtWork(digest)) return accept(this.local(digest))
    const room = this.makeRoom(entry ? 0 : sizeBytes)
    if (!room.ok) return room
    await this.jobs.get(digest)?.stop()
    this.jobs.delete(digest)
    await this.store.take(identity, source)
    return accept(this.local(digest))
  }

  async content(digest: ContentDigest): Promise<Result<AsyncIterable<Uint8Array>>> {
    const file = await this.store.openWhole(digest)
    if (!file) {
      // Whole, and yet not to be opened: its manifest was lost.
      if (this.store.entry(digest)?.isWhole) this.check(digest)
      return notHere(digest)
    }
    this.store.touch(digest)
    return accept(chunksFrom(file, () => void this.check(digest)))
  }

  async open({ digest, manifest }: ArtefactName): Promise<ServedArtefact | undefined> {
    if (!this.offers(digest).some((offer) => offer.manifest === manifest)) return undefined
    try {
      const file = await this.openFor(digest, manifest)
      return file && this.served(digest, file)
    } catch (error) {
      // It became whole, or went, between the look and the opening: the peer asks again.
      this.core.log.debug({ digest, reason: messageOf(error) }, 'an artefact could not be opened')
      return undefined
    }
  }

  private async openFor(
    digest: ContentDigest,
    manifest: ContentDigest,
  ): Promise<BlobFile | undefined> {
    const part = this.jobs.get(digest)?.open
    if (part) return part.manifest === manifest ? part.file.share() : undefined
    const encoded = await this.store.manifestOf(digest)
    if (encoded === undefined || digestOfManifest(encoded) !== manifest) return undefined
    const file = await this.store.openWhole(digest)
    if (file) this.store.touch(digest)
    return file
  }

  private served(digest: ContentDigest, file: BlobFile): ServedArtefact {
    return {
      manifest: file.manifest,
      held: file.durable,
      read: async (index) => {
        const wasHeld = file.durable.has(index)
        const bytes = await file.read(index)
        if (wasHeld && bytes === undefined) this.check(digest)
        return bytes
      },
      close: () => file.close(),
    }
  }

  /** The announcements to go by; a manifest that was found to be false is none. */
  private offers(digest: ContentDigest): Announcement[] {
    const { replica } = this.core
    return offersOf(replica.views.artefacts(), digest).filter(
      ({ manifest }) => !isFalse(replica, manifest),
    )
  }

  private isAtWork(digest: ContentDigest): boolean {
    const job = this.jobs.get(digest)
    return job !== undefined && job.standing.state !== 'stopped'
  }

  private begin(digest: ContentDigest): void {
    if (this.isStopped) return
    const { log, replica } = this.core
    const job = new ArtefactJob({
      digest,
      log,
      store: this.store,
      network: this.network,
      timings: this.timings,
      offers: () => this.offers(digest),
      isLiar: (peer) => isLiar(replica, peer, digest),
      onLie: (peer, what) => this.caught(peer, digest, what),
      onChecked: (damagedChunks) =>
        this.checked.set(digest, { at: replica.clock.now(), damagedChunks }),
      onFalse: (offer) => this.foundFalse(offer),
    })
    this.jobs.set(digest, job)
    void this.turns.take(digest, () => this.work(digest, job))
  }

  private async work(digest: ContentDigest, job: ArtefactJob): Promise<void> {
    if (this.jobs.get(digest) !== job) return
    const isHeld = await job.run()
    const isCurrent = this.jobs.get(digest) === job
    if (isHeld && isCurrent) this.jobs.delete(digest)
    if (isHeld) this.arrived(digest)
    else if (isCurrent) this.stuck(digest, job)
  }

  private arrived(digest: ContentDigest): void {
    const { events, alarms, log } = this.core
    alarms.clear(ALARM)
    const sentence = `The artefact ${formatDigest(digest)} is here, whole and verified.`
    events.add({ kind: 'artefact', proposal: null, sentence })
    log.info({ digest }, 'an artefact is here')
  }

  /** A full disk may have room again; all else needs somebody. */
  private stuck(digest: ContentDigest, job: ArtefactJob): void {
    const { problem } = job.standing
    if (!problem || this.isStopped) return
    const { alarms, log, timers } = this.core
    log.warn({ digest, code: problem.code }, problem.message)
    if (problem.code !== 'disk-full') return
    alarms.raise({ code: ALARM, severity: 'error', sentence: problem.message, fix: problem.hint })
    timers.after(DISK_RETRY_MS, () => {
      if (this.jobs.get(digest) === job) this.begin(digest)
    })
  }

  /** Told once: it is remembered, and never asked for this artefact again. */
  private caught(peer: KeyId, digest: ContentDigest, what: string): void {
    const { replica } = this.core
    const who = nameOf(replica, peer)
    this.remember(() => noteLiar(replica, peer, digest))
    this.tell(`${who} served wrong bytes of the artefact ${formatDigest(digest)}: ${what}.`, {
      peer,
      digest,
    })
  }

  private foundFalse({ digest, manifest, key, sizeBytes }: Announcement): void {
    const { replica } = this.core
    this.remember(() => noteFalse(replica, manifest))
    const who = nameOf(replica, key)
    this.tell(
      `${who} announced ${formatDigest(digest)} with chunks of something else: nobody can fetch it so.`,
      { digest, manifest, sizeBytes },
    )
  }

  private tell(sentence: string, data: object): void {
    const { events, store, replica, log } = this.core
    events.add({ kind: 'artefact', proposal: null, sentence })
    log.warn(data, sentence)
    const at = replica.clock.now()
    this.remember(() =>
      store.journal.append({ at, what: 'artefact', why: sentence, data: JSON.stringify(data) }),
    )
  }

  /** What a full disk keeps us from remembering is found out again. */
  private remember(write: () => void): void {
    try {
      write()
    } catch (error) {
      this.core.log.error({ reason: messageOf(error) }, 'a fault of a peer could not be noted')
    }
  }

  private makeRoom(neededBytes: number): Result<void> {
    const { replica, home, log } = this.core
    const pins = pinsOf(replica, askedPins(replica))
    const copies = this.store.entries().map((entry) => ({
      ...entry,
      isPinned: pins.has(entry.digest) || this.isAtWork(entry.digest),
    }))
    const quotaBytes = home.config.values['artefacts.maxMib'] * BYTES_PER_MIB
    const leaving = planEviction(copies, neededBytes, quotaBytes)
    if (!leaving.ok) return leaving
    for (const digest of leaving.value) {
      log.info({ digest }, 'an artefact makes room')
      this.jobs.delete(digest)
      this.store.remove(digest)
    }
    return accept(undefined)
  }
}

async function* chunksFrom(file: BlobFile, onDamage: () => void): AsyncGenerator<Uint8Array> {
  try {
    for (let i = 0; i < file.manifest.chunks; i++) {
      const bytes = await file.read(i)
      if (bytes === undefined) {
        onDamage()
        throw damaged(file.path, i)
      }
      yield bytes
    }
  } finally {
    await file.close()
  }
}

const damaged = (path: string, index: number): BlobError =>
  new BlobError(
    'blob-damaged',
    `${path} is damaged at chunk ${index}`,
    'it is being fetched again; folkmoot artefact list shows how far it is',
  )

const unknown = (digest: ContentDigest): Result<never> =>
  refuse(
    'artefact-unknown',
    `no member stands behind ${formatDigest(digest)}`,
    'folkmoot artefact list',
  )

const notHere = (digest: ContentDigest): Result<never> =>
  refuse(
    'artefact-absent',
    `${formatDigest(digest)} is not here whole`,
    'folkmoot artefact get <id>',
  )

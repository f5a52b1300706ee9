/**
 * Fetches one artefact by one manifest from all members that have it: opens links, does what the
 * plan says, verifies and writes each chunk. Who lies is told on and left; who stalls is left.
 */
import type { Stream } from '@libp2p/interface'
import type { Announcement } from '../../src/artefact/catalogue.ts'
import type { ChunkSet } from '../../src/artefact/chunk-set.ts'
import type { ContentDigest } from '../../src/artefact/digest.ts'
import { FetchPlan } from '../../src/artefact/fetch-plan.ts'
import { chunkCount, decodeManifest } from '../../src/artefact/manifest.ts'
import type { KeyId } from '../../src/op/ids.ts'
import type { BlobFile } from '../blob/blob-file.ts'
import type { BlobStore } from '../blob/blob-store.ts'
import { digestOfManifest } from '../blob/content-hasher.ts'
import { BlobError } from '../blob/errors.ts'
import { ArtefactLink } from '../network/artefact-link.ts'
import { asError, NetworkError, reasonOf } from '../network/errors.ts'
import type { NetworkTimings } from '../network/limits.ts'
import type { Log } from './log.ts'

/** Members that one artefact is fetched from at a time. */
export const MAX_SOURCES = 8
/** How often an artefact is fetched again where the disk damaged it before it was whole. */
const MAX_ROUNDS = 3
/** Errors of a link that only a peer at fault causes. */
const FAULTS: ReadonlySet<string> = new Set(['artefact-fault', 'frame-too-large', 'frame-prefix'])

/** The members as a fetch sees them. */
export interface FetchNetwork {
  /** Those that are connected. */
  connected(): readonly KeyId[]
  openArtefactStream(peer: KeyId, signal: AbortSignal): Promise<Stream>
}

/** What a fetch works with. */
export interface FetchParts {
  /** Content, size and manifest as a member announced them. */
  readonly offer: Pick<Announcement, 'digest' | 'manifest' | 'sizeBytes'>
  readonly store: BlobStore
  readonly network: FetchNetwork
  readonly timings: Pick<NetworkTimings, 'artefactPatienceMs' | 'artefactAskMs'>
  readonly log: Log
  readonly isLiar: (peer: KeyId) => boolean
  /** A peer sent bytes that are not what was announced. */
  readonly onLie: (peer: KeyId, what: string) => void
  /** Every byte that was here before has been looked at. */
  readonly onChecked: (damagedChunks: number) => void
}

interface Source {
  readonly link: ArtefactLink
  has: ChunkSet
}

/** One fetch. Run it once. */
export class ArtefactFetch {
  /** What is here of it; open while it runs. */
  file: BlobFile | undefined
  /** Looking at what was here before. */
  isChecking = false
  private readonly parts: FetchParts
  private readonly sources = new Map<KeyId, Source>()
  private readonly opening = new Set<KeyId>()
  private readonly restsUntil = new Map<KeyId, number>()
  private plan: FetchPlan<KeyId> | undefined
  private looked = 0
  private news = Promise.withResolvers<void>()
  private fault: Error | undefined
  private isOver = false

  constructor(parts: FetchParts) {
    this.parts = parts
  }

  /** Digest of the manifest that it goes by. */
  get manifest(): ContentDigest {
    return this.parts.offer.manifest
  }

  /** Bytes that are here, or while it checks, that were looked at. */
  get doneBytes(): number {
    const chunks = this.isChecking ? this.looked : (this.plan?.count ?? 0)
    const { sizeBytes } = this.parts.offer
    return Math.round((sizeBytes * chunks) / chunkCount(sizeBytes))
  }

  /** How many members serve it. */
  get sourceCount(): number {
    return this.sources.size
  }

  /**
   * Fetches until it is whole; `false` when the announcement is: its chunks are not its content.
   * Throws `BlobError`, and the signal's reason.
   */
  async run(signal: AbortSignal): Promise<'held' | 'false'> {
    const { offer, store } = this.parts
    try {
      const encoded = await this.findManifest(signal)
      if (!decodeManifest(encoded, offer.sizeBytes).ok) return 'false'
      const { file, wasThere } = await store.openPart(offer, encoded)
      this.file = file
      if (wasThere) await this.check(file)
      for (let round = 0; round < MAX_ROUNDS; round++) {
        await this.fetchChunks(file, signal)
        const outcome = await store.seal(offer.digest, file)
        if (outcome !== 'damaged') return outcome
      }
      throw damaged(file.path)
    } finally {
      this.isOver = true
      for (const { link } of this.sources.values()) link.close()
      await this.file?.close()
    }
  }

  private async check(file: BlobFile): Promise<void> {
    this.isChecking = true
    await file.check((looked) => {
      this.looked = looked
    })
    this.isChecking = false
    this.parts.onChecked(file.manifest.chunks - file.durable.count)
  }

  /** The manifest that the announcement names: from here, else from the first member that has it. */
  private async findManifest(signal: AbortSignal): Promise<Uint8Array> {
    const { offer, store } = this.parts
    const here = await store.manifestOf(offer.digest)
    if (here !== undefined && digestOfManifest(here) === offer.manifest) return here
    for (;;) {
      this.connect(signal)
      for (const [peer, { link }] of this.sources) {
        const encoded = await this.askManifest(peer, link)
        if (encoded !== undefined) return encoded
      }
      await this.wait(this.parts.timings.artefactAskMs, signal)
    }
  }

  private async askManifest(peer: KeyId, link: ArtefactLink): Promise<Uint8Array | undefined> {
    try {
      const encoded = await link.manifest()
      if (encoded === undefined) this.leave(peer)
      else if (digestOfManifest(encoded) === this.parts.offer.manifest) return encoded
      else this.tellOn(peer, 'another manifest than was announced')
    } catch (thrown) {
      this.lost(peer, link, thrown)
    }
    return undefined
  }

  private async fetchChunks(file: BlobFile, signal: AbortSignal): Promise<void> {
    const { artefactPatienceMs, artefactAskMs } = this.parts.timings
    const plan = new FetchPlan<KeyId>(file.durable, artefactPatienceMs)
    this.plan = plan
    for (const [peer, { has }] of this.sources) plan.peerHas(peer, has)
    for (let askAt = Date.now() + artefactAskMs; !plan.isComplete; ) {
      const now = Date.now()
      if (now >= askAt) this.askAgain()
      if (now >= askAt) askAt = now + artefactAskMs
      this.connect(signal)
      const { asks, stalled } = plan.step(now)
      for (const peer of stalled) this.leave(peer)
      for (const { peer, index } of asks) void this.ask(peer, index)
      await this.wait(Math.min(plan.wakeAtMs, askAt) - now, signal)
    }
  }

  /** Opens links to members that may have it. */
  private connect(signal: AbortSignal): void {
    const now = Date.now()
    for (const peer of this.parts.network.connected()) {
      if (this.sources.size + this.opening.size >= MAX_SOURCES) return
      if (this.sources.has(peer) || this.opening.has(peer)) continue
      if ((this.restsUntil.get(peer) ?? 0) > now || this.parts.isLiar(peer)) continue
      if (this.plan?.mayUse(peer, now) !== false) void this.openLink(peer, signal)
    }
  }

  private async openLink(peer: KeyId, signal: AbortSignal): Promise<void> {
    const { network, offer, timings } = this.parts
    this.opening.add(peer)
    let link: ArtefactLink | undefined
    try {
      const stream = await network.openArtefactStream(peer, signal)
      link = new ArtefactLink(stream, chunkCount(offer.sizeBytes), timings.artefactPatienceMs)
      const has = await link.open(offer)
      if (this.isOver) return link.close()
      if (has) this.sources.set(peer, { link, has })
      else this.dismiss(peer, link)
      if (has) this.plan?.peerHas(peer, has)
    } catch (thrown) {
      this.lost(peer, link, thrown)
    } finally {
      this.opening.delete(peer)
      this.wake()
    }
  }

  private async ask(peer: KeyId, index: number): Promise<void> {
    const source = this.sources.get(peer)
    const { plan, file } = this
    if (!source || !plan || !file) return
    try {
      const bytes = await source.link.chunk(index)
      if (bytes === undefined) plan.lacks(peer, index)
      else if (await this.write(file, index, bytes)) plan.got(peer, index)
      else this.tellOn(peer, `chunk ${index} is not what was announced`)
    } catch (thrown) {
      this.lost(peer, source.link, thrown)
    } finally {
      this.wake()
    }
  }

  /** A disk that refuses ends the fetch; that is no fault of the peer. */
  private async write(file: BlobFile, index: number, bytes: Uint8Array): Promise<boolean> {
    try {
      return await file.write(index, bytes)
    } catch (thrown) {
      this.fault ??= asError(thrown)
      return true
    }
  }

  /** Members that had a part of it may have more by now. */
  private askAgain(): void {
    for (const [peer, source] of this.sources)
      if (!source.has.isFull) void this.refresh(peer, source)
  }

  private async refresh(peer: KeyId, source: Source): Promise<void> {
    try {
      const has = await source.link.have()
      if (!has || this.sources.get(peer) !== source) return
      source.has = has
      this.plan?.peerHas(peer, has)
      this.wake()
    } catch (thrown) {
      const isBusy = thrown instanceof NetworkError && thrown.code === 'session-busy'
      if (!isBusy) this.lost(peer, source.link, thrown)
    }
  }

  /** A link is over, by the peer's fault or by nobody's. */
  private lost(peer: KeyId, link: ArtefactLink | undefined, thrown: unknown): void {
    const isCurrent = this.sources.get(peer)?.link === link
    this.parts.log.debug({ peer, reason: reasonOf(thrown) }, 'an artefact link was lost')
    if (thrown instanceof NetworkError && FAULTS.has(thrown.code)) this.tellOn(peer, thrown.message)
    else if (isCurrent || !this.sources.has(peer)) this.dismiss(peer, link)
  }

  private tellOn(peer: KeyId, what: string): void {
    this.plan?.lied(peer)
    this.leave(peer)
    if (!this.parts.isLiar(peer)) this.parts.onLie(peer, what)
  }

  private dismiss(peer: KeyId, link: ArtefactLink | undefined): void {
    link?.close()
    this.leave(peer)
  }

  /** Lets go of a peer; it is asked again after a while. */
  private leave(peer: KeyId): void {
    const now = Date.now()
    this.sources.get(peer)?.link.close()
    this.sources.delete(peer)
    this.plan?.peerGone(peer, now)
    this.restsUntil.set(peer, now + this.parts.timings.artefactAskMs)
  }

  private wake(): void {
    this.news.resolve()
  }

  /** Waits for news, at most so long; throws what ended the fetch. */
  private async wait(forMs: number, signal: AbortSignal): Promise<void> {
    const wake = () => this.wake()
    const timer = setTimeout(wake, Math.max(0, forMs))
    signal.addEventListener('abort', wake)
    if (signal.aborted) wake()
    await this.news.promise
    this.news = Promise.withResolvers()
    clearTimeout(timer)
    signal.removeEventListener('abort', wake)
    signal.throwIfAborted()
    if (this.fault) throw this.fault
  }
}

const damaged = (path: string): BlobError =>
  new BlobError(
    'blob-damaged',
    `${path} is damaged as soon as it is written`,
    'check the disk: it gives back other bytes than it was given',
  )

/** Answers and acts about artefacts; contents are the desk's, which only a daemon has. */
import type { Announcement, Catalogue } from '../../src/artefact/catalogue.ts'
import { type ContentDigest, formatDigest } from '../../src/artefact/digest.ts'
import { accept, type Result, refuse } from '../../src/op/refusal.ts'
import { type PinReason, pinsOf } from '../../src/replica/pins.ts'
import { type AnnounceInput, announceDraft, releaseDraft } from '../../src/replica/record-acts.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { BlobStore } from '../blob/blob-store.ts'
import type { HomeLayout } from '../home/layout.ts'
import { type Acting, refusingStoreErrors } from './acting.ts'
import type { ArtefactDesk, LocalArtefact } from './artefact-desk.ts'
import { askedPins, savePins } from './artefact-notes.ts'
import { findId } from './ids.ts'
import { localOnDisk } from './local-artefact.ts'
import { nameOf } from './naming.ts'
import type { ActOptions, Signed } from './node-api.ts'
import type { ArtefactApi, ArtefactLine } from './record-api.ts'

/** What the service works with. */
export interface ArtefactServiceParts {
  readonly replica: Replica
  readonly acting: Acting
  readonly layout: Pick<HomeLayout, 'blobs'>
  /** Absent without a daemon. */
  readonly desk: () => ArtefactDesk | undefined
}

/** The one implementation of `ArtefactApi`; the client only carries it. */
export class ArtefactService implements ArtefactApi {
  private readonly parts: ArtefactServiceParts
  private readonly replica: Replica

  constructor(parts: ArtefactServiceParts) {
    this.parts = parts
    this.replica = parts.replica
  }

  async list(): Promise<readonly ArtefactLine[]> {
    const pins = this.pins()
    const lines = [...this.catalogue.byDigest.keys()].map((digest) => this.line(digest, pins))
    return lines.sort((a, b) => b.announcedAt - a.announcedAt)
  }

  async show(id: string): Promise<Result<ArtefactLine>> {
    const digest = this.find(id)
    return digest.ok ? accept(this.line(digest.value)) : digest
  }

  async announce(input: AnnounceInput, options: ActOptions = {}): Promise<Result<Signed>> {
    const draft = announceDraft(this.replica, input)
    if (draft.ok && !options.dryRun && this.local(input.digest).state !== 'held')
      return refuse(
        'artefact-absent',
        `${formatDigest(input.digest)} is not here: nobody could fetch it`,
        'folkmoot artefact add <file>',
      )
    return this.parts.acting.sign(draft, options)
  }

  async release(id: string, options: ActOptions = {}): Promise<Result<readonly Signed[]>> {
    const digest = this.find(id)
    if (!digest.ok) return digest
    const drafts = releaseDraft(this.replica, digest.value)
    if (!drafts.ok) return drafts
    const signed: Signed[] = []
    for (const draft of drafts.value) {
      const one = this.parts.acting.sign(accept(draft), options)
      if (!one.ok) return one
      signed.push(one.value)
    }
    return accept(signed)
  }

  async put(
    identity: Pick<AnnounceInput, 'digest' | 'manifest' | 'sizeBytes'>,
    source: AsyncIterable<Uint8Array>,
  ): Promise<Result<LocalArtefact>> {
    const desk = this.parts.desk()
    return desk ? desk.take(identity, source) : NO_DESK
  }

  fetch(id: string): Promise<Result<ArtefactLine>> {
    return this.have(id, (desk, digest) => desk.fetch(digest))
  }

  check(id: string): Promise<Result<ArtefactLine>> {
    return this.have(id, (desk, digest) => desk.check(digest))
  }

  async pin(id: string): Promise<Result<ArtefactLine>> {
    return this.have(id, (desk, digest) => {
      const fetched = desk.fetch(digest)
      return fetched.ok ? this.savePins((pins) => pins.add(digest)) : fetched
    })
  }

  async unpin(id: string): Promise<Result<ArtefactLine>> {
    const digest = this.find(id)
    if (!digest.ok) return digest
    const saved = this.savePins((pins) => pins.delete(digest.value))
    return saved.ok ? accept(this.line(digest.value)) : saved
  }

  async drop(id: string): Promise<Result<ArtefactLine>> {
    const desk = this.parts.desk()
    const digest = this.find(id)
    if (!desk) return NO_DESK
    if (!digest.ok) return digest
    const reasons = [...(this.pins().get(digest.value) ?? [])]
    if (reasons.length > 0) return pinned(digest.value, reasons)
    await desk.drop(digest.value)
    return accept(this.line(digest.value))
  }

  async content(id: string): Promise<Result<AsyncIterable<Uint8Array>>> {
    const desk = this.parts.desk()
    const digest = this.find(id)
    if (!desk) return NO_DESK
    return digest.ok ? desk.content(digest.value) : digest
  }

  private get catalogue(): Catalogue {
    return this.replica.views.artefacts()
  }

  private async have(
    id: string,
    act: (desk: ArtefactDesk, digest: ContentDigest) => Result<unknown>,
  ): Promise<Result<ArtefactLine>> {
    const desk = this.parts.desk()
    if (!desk) return NO_DESK
    const digest = this.find(id)
    if (!digest.ok) return digest
    const done = act(desk, digest.value)
    return done.ok ? accept(this.line(digest.value)) : done
  }

  private find(given: string): Result<ContentDigest> {
    const digits = given.toLowerCase().replace(/^sha256:/, '')
    const found = findId(digits, this.catalogue.byDigest.keys(), 'artefact')
    return found.ok || found.code !== 'unknown-id'
      ? found
      : refuse(found.code, found.message, 'folkmoot artefact list')
  }

  private savePins(change: (pins: Set<ContentDigest>) => void): Result<void> {
    return refusingStoreErrors(() => {
      const pins = new Set(askedPins(this.replica))
      change(pins)
      savePins(this.replica, pins)
      return accept(undefined)
    })
  }

  private pins(): ReadonlyMap<ContentDigest, ReadonlySet<PinReason>> {
    return pinsOf(this.replica, askedPins(this.replica))
  }

  private local(digest: ContentDigest): LocalArtefact {
    const desk = this.parts.desk()
    return desk ? desk.local(digest) : localOnDisk(new BlobStore(this.parts.layout.blobs), digest)
  }

  private line(digest: ContentDigest, pins = this.pins()): ArtefactLine {
    const all = this.catalogue.byDigest.get(digest) ?? []
    const counting = all.filter(({ standing }) => standing === 'counts')
    const first = counting[0] ?? all[0]
    return {
      digest: formatDigest(digest),
      name: first?.name ?? '',
      mediaType: first?.mediaType ?? null,
      sizeBytes: first?.sizeBytes ?? 0,
      by: this.namesOf(counting),
      standing: first?.standing ?? 'released',
      announcedAt: first?.at ?? 0,
      pins: [...(pins.get(digest) ?? [])].sort(),
      local: this.local(digest),
    }
  }

  private namesOf(list: readonly Announcement[]): string[] {
    return [...new Set(list.map(({ root }) => nameOf(this.replica, root)))].sort()
  }
}

const NO_DESK = refuse('no-daemon', 'contents are the daemon’s business', 'folkmoot up')

const pinned = (digest: ContentDigest, reasons: readonly PinReason[]): Result<never> =>
  refuse(
    'artefact-pinned',
    `${formatDigest(digest)} is kept: ${reasons.map((reason) => PINNED_FOR[reason]).join('; ')}`,
    reasons.includes('asked')
      ? 'folkmoot artefact unpin <id>'
      : reasons.includes('own')
        ? 'folkmoot artefact release <id>'
        : 'it goes with the proposal',
  )

const PINNED_FOR: Readonly<Record<PinReason, string>> = {
  asked: 'it was pinned by hand',
  own: 'our organisation stands behind it',
  subject: 'an open or adopted proposal is about it',
}

/** One artefact on its way to being whole here: by one announcement after the other, until one is true. */
import type { Announcement } from '../../src/artefact/catalogue.ts'
import { type ContentDigest, formatDigest } from '../../src/artefact/digest.ts'
import type { LocalArtefact } from '../api/artefact-desk.ts'
import type { BlobFile } from '../blob/blob-file.ts'
import { BlobError } from '../blob/errors.ts'
import { messageOf } from '../home/errors.ts'
import { ArtefactFetch, type FetchParts } from './artefact-fetch.ts'

/** What a job works with. */
export interface JobParts extends Omit<FetchParts, 'offer' | 'isLiar' | 'onLie' | 'onChecked'> {
  readonly digest: ContentDigest
  /** The announcements to go by, best first, without those that were found to be false. */
  readonly offers: () => readonly Announcement[]
  readonly isLiar: FetchParts['isLiar']
  readonly onLie: FetchParts['onLie']
  readonly onChecked: FetchParts['onChecked']
  readonly onFalse: (offer: Announcement) => void
}

/** One job. Run it once; `stop` ends it and keeps what came. */
export class ArtefactJob {
  private readonly parts: JobParts
  private readonly abort = new AbortController()
  private fetch: ArtefactFetch | undefined
  private problem: LocalArtefact['problem'] = null
  private running: Promise<boolean> | undefined

  constructor(parts: JobParts) {
    this.parts = parts
  }

  /** What is here of it, and by which manifest, while it is being fetched. */
  get open(): { readonly file: BlobFile; readonly manifest: ContentDigest } | undefined {
    const file = this.fetch?.file
    return file && this.fetch && { file, manifest: this.fetch.manifest }
  }

  /** How it stands. */
  get standing(): Omit<LocalArtefact, 'checked'> {
    const { fetch, problem } = this
    const doneBytes = fetch?.doneBytes ?? 0
    if (problem) return { state: 'stopped', doneBytes, sources: 0, problem }
    if (!fetch) return { state: 'queued', doneBytes, sources: 0, problem }
    const state = fetch.isChecking ? 'checking' : 'fetching'
    return { state, doneBytes, sources: fetch.sourceCount, problem }
  }

  /** Fetches it; false when it cannot go on by itself, and then `standing` says why. */
  run(): Promise<boolean> {
    this.running ??= this.fetchByAny()
    return this.running
  }

  /** Ends it, and waits until the files are closed. */
  async stop(): Promise<void> {
    this.abort.abort()
    await this.running
  }

  private async fetchByAny(): Promise<boolean> {
    try {
      for (;;) {
        const [offer] = this.parts.offers()
        if (!offer) throw unknown(this.parts.digest)
        this.abort.signal.throwIfAborted()
        this.fetch = new ArtefactFetch({ ...this.parts, offer })
        if ((await this.fetch.run(this.abort.signal)) === 'held') return true
        this.parts.onFalse(offer)
      }
    } catch (error) {
      this.problem = this.abort.signal.aborted ? STOPPED : problemOf(error)
      return false
    }
  }
}

const STOPPED = {
  code: 'artefact-stopped',
  message: 'it was stopped',
  hint: 'folkmoot artefact get',
}

const problemOf = (error: unknown): LocalArtefact['problem'] =>
  error instanceof BlobError
    ? { code: error.code, message: error.message, hint: error.hint }
    : { code: 'internal', message: messageOf(error), hint: "the daemon's log has the reason" }

const unknown = (digest: ContentDigest): BlobError =>
  new BlobError(
    'artefact-unknown',
    `nobody stands behind ${formatDigest(digest)} whose word was true`,
    'folkmoot artefact list',
  )

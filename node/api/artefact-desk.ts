/** The daemon's part in artefacts, as the service sees it: fetching, checking, storing, reading. */
import type { ContentDigest } from '../../src/artefact/digest.ts'
import type { Result } from '../../src/op/refusal.ts'
import type { ContentIdentity } from '../blob/content-hasher.ts'

/** How an artefact stands here. */
export interface LocalArtefact {
  /** `partial`: some of it is here and nobody is at work on it; `stopped`: `problem` says why. */
  readonly state: 'absent' | 'partial' | 'queued' | 'checking' | 'fetching' | 'stopped' | 'held'
  readonly doneBytes: number
  /** Members that serve it to us now. */
  readonly sources: number
  readonly problem: {
    readonly code: string
    readonly message: string
    readonly hint: string
  } | null
  /** The last look at every byte of it: when (ms), and how many chunks were damaged. */
  readonly checked: { readonly at: number; readonly damagedChunks: number } | null
}

/** What the process does about contents; absent without a daemon. Throws `BlobError`. */
export interface ArtefactDesk {
  local(digest: ContentDigest): LocalArtefact
  /** Has it fetched from members, unless it is here; refuses what nobody stands behind, or no room. */
  fetch(digest: ContentDigest): Result<LocalArtefact>
  /** Has every byte of it looked at, and what is damaged fetched again. */
  check(digest: ContentDigest): Result<LocalArtefact>
  /** Removes it from here, and stops fetching it. */
  drop(digest: ContentDigest): Promise<void>
  /** Takes in a content; what is unused goes to make room. */
  take(identity: ContentIdentity, source: AsyncIterable<Uint8Array>): Promise<Result<LocalArtefact>>
  /** The content, chunk by chunk; refuses what is not here whole. Breaks off where it is damaged. */
  content(digest: ContentDigest): Promise<Result<AsyncIterable<Uint8Array>>>
}

/** How an artefact stands on disk, where no daemon is at work on it. */
import type { ContentDigest } from '../../src/artefact/digest.ts'
import type { BlobStore } from '../blob/blob-store.ts'
import type { LocalArtefact } from './artefact-desk.ts'

/** Looks at the files only. */
export function localOnDisk(store: BlobStore, digest: ContentDigest): LocalArtefact {
  const entry = store.entry(digest)
  const state = entry === undefined ? 'absent' : entry.isWhole ? 'held' : 'partial'
  const doneBytes = entry?.isWhole ? entry.sizeBytes : 0
  return { state, doneBytes, sources: 0, problem: null, checked: null }
}

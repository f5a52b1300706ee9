/** Contents of artefacts as the network sees them: the daemon implements this over the home's files. */
import type { ChunkSet } from '../../src/artefact/chunk-set.ts'
import type { ContentDigest } from '../../src/artefact/digest.ts'
import type { Manifest } from '../../src/artefact/manifest.ts'

/** Names an artefact on the wire: its content, and the list of chunks that its announcer signed. */
export interface ArtefactName {
  readonly digest: ContentDigest
  readonly manifest: ContentDigest
}

/** The protocol of artefact streams. */
export const artefactProtocolOf = (coalition: string): string => `/folkmoot/${coalition}/artefact/1`

/** An artefact of which we have something, opened for one stream. */
export interface ServedArtefact {
  readonly manifest: Manifest
  /** What we have by now. */
  readonly held: ChunkSet
  /** A chunk, verified just now; `undefined` when it is not here (any more). */
  read(index: number): Promise<Uint8Array | undefined>
  close(): Promise<void>
}

/** Where contents come from. */
export interface ArtefactPort {
  /** Opens what we have of an artefact; `undefined` when that is nothing, or nobody stands behind it. */
  open(name: ArtefactName): Promise<ServedArtefact | undefined>
}

/** What a node can be asked and told about artefacts and notes (part of `NodeApi`). */
import type { Result } from '../../src/op/refusal.ts'
import type { AnnounceInput } from '../../src/replica/record-acts.ts'
import type { LocalArtefact } from './artefact-desk.ts'
import type { ActOptions, Signed } from './signed.ts'

/** One artefact. */
export interface ArtefactLine {
  /** `sha256:…` */
  readonly digest: string
  readonly name: string
  readonly mediaType: string | null
  readonly sizeBytes: number
  /** Who stands behind it. */
  readonly by: readonly string[]
  /** `counts` when anybody does; else why nobody does. */
  readonly standing: 'counts' | 'released' | 'over-quota'
  readonly announcedAt: number
  /** Why it is kept here whatever the room: asked for, our own, subject of a proposal. */
  readonly pins: readonly ('asked' | 'own' | 'subject')[]
  readonly local: LocalArtefact
}

/** Artefacts. `id`: the digest, or a unique beginning or end of its digits. */
export interface ArtefactApi {
  list(): Promise<readonly ArtefactLine[]>
  show(id: string): Promise<Result<ArtefactLine>>
  /** Signs that the content exists; without `dryRun` it must have been put here first. */
  announce(input: AnnounceInput, options?: ActOptions): Promise<Result<Signed>>
  /** Takes back all that we said of it. */
  release(id: string, options?: ActOptions): Promise<Result<readonly Signed[]>>
  /** Puts a content here, as a stream; it must be what it is said to be. */
  put(
    identity: Pick<AnnounceInput, 'digest' | 'manifest' | 'sizeBytes'>,
    source: AsyncIterable<Uint8Array>,
  ): Promise<Result<LocalArtefact>>
  /** Has it fetched; ask `show` how far it is. */
  fetch(id: string): Promise<Result<ArtefactLine>>
  /** Has every byte looked at; ask `show` for the outcome. */
  check(id: string): Promise<Result<ArtefactLine>>
  /** Keeps it whatever the room, and fetches it if it is not here. */
  pin(id: string): Promise<Result<ArtefactLine>>
  unpin(id: string): Promise<Result<ArtefactLine>>
  /** Removes it from here; what is pinned by rule is refused. */
  drop(id: string): Promise<Result<ArtefactLine>>
  /** The content as a stream; breaks off where it is damaged. */
  content(id: string): Promise<Result<AsyncIterable<Uint8Array>>>
}

/** One note. */
export interface NoteLine {
  readonly id: string
  readonly by: string
  readonly at: number
  readonly label: string | null
  /** The operation that it is about. */
  readonly about: string | null
  /** The salted digest, `sha256:…`. */
  readonly digest: string
  /** `false`: something was said to be its text, and is not. */
  readonly standing: 'sealed' | 'revealed' | 'false'
  /** We hold its text here. */
  readonly isOurs: boolean
  readonly reveals: readonly {
    readonly id: string
    readonly at: number
    readonly text: string
    readonly isTrue: boolean
  }[]
}

/** One note whole. */
export interface NoteDetail extends NoteLine {
  /** What our home holds as its text, with its salt as hex; null where it holds none. */
  readonly kept: {
    readonly text: string
    readonly salt: string
    /** It is what was committed to. */
    readonly isTrue: boolean
  } | null
}

/** What a note begins with. */
export interface NoteInput {
  readonly text: string
  readonly label?: string
  /** The operation that it is about: an id of a proposal or of anything in the log. */
  readonly about?: string
}

/** Notes. `id`: that of the commitment, or a unique part of it. */
export interface NoteApi {
  list(): Promise<readonly NoteLine[]>
  show(id: string): Promise<Result<NoteDetail>>
  /** Keeps the text here and signs a commitment to it. */
  add(input: NoteInput, options?: ActOptions): Promise<Result<Signed>>
  /** Publishes the text of our note, with what proves it. */
  reveal(id: string, options?: ActOptions): Promise<Result<Signed>>
}

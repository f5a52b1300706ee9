/** What a node can be asked and told about documents (part of `NodeApi`). */

import type { Result } from '../../src/op/refusal.ts'
import type { DocumentInput } from '../../src/replica/document-acts.ts'
import type { ActOptions, Signed } from './signed.ts'

/** One document in a list: what was said about it, not what it holds. */
export interface DocumentLine {
  readonly id: string
  readonly title: string
  readonly kind: 'text' | 'map'
  readonly schema: string | null
  /** Who may edit, in words. */
  readonly editors: string
  /** Who began it; null while that has no effect. */
  readonly author: string | null
  /** Edit operations that are held, whatever became of them. */
  readonly edits: number
  /** When the latest of them was made, by its author's clock, in ms. */
  readonly changedAt: number
}

/** Where a document stood: given edits and all that they build on. */
export interface VersionQuery {
  /** Edits or freezes, each by an id or a unique part of one; nothing means now. */
  readonly at?: readonly string[]
}

/** A place that several people set at the same time. */
export interface ConflictLine {
  /** Keys and indexes from the root: `/owner`. */
  readonly place: string
  readonly rivals: readonly {
    readonly value: string
    readonly author: string
    readonly edit: string | null
    readonly isShown: boolean
  }[]
}

/** A value of a document that was fixed. */
export interface FreezeLine {
  readonly id: string
  readonly author: string
  readonly at: number
  readonly after: readonly string[]
  /** `sha256:…` of the canonical dag-cbor of the value. */
  readonly digest: string
}

/** One document whole. */
export interface DocumentDetail extends DocumentLine {
  /** The edits that no other builds on: name them when what was read is written back. */
  readonly heads: readonly string[]
  /** Edits that count. */
  readonly counted: number
  /** Prose as it is, data as YAML. */
  readonly text: string
  /** The value as JSON can carry it; bytes as `{ $bytes: base64 }`. */
  readonly value: unknown
  readonly conflicts: readonly ConflictLine[]
  readonly freezes: readonly FreezeLine[]
}

/** One edit. */
export interface EditLine {
  readonly id: string
  /** Null where it speaks for no editor. */
  readonly author: string | null
  readonly key: string
  readonly at: number
  readonly after: readonly string[]
  readonly standing: 'counts' | 'late' | 'waits' | 'void'
  /** Why it does not count. */
  readonly reason: string | null
  readonly detail: string | null
  /** What it does, in a few words. */
  readonly summary: string
}

/** Text, or another value, and who put it where it stands. */
export interface BlameLine {
  readonly place: string
  /** Position in text, in UTF-16 units. */
  readonly at: number
  readonly text: string
  readonly author: string
  readonly edit: string | null
  readonly editedAt: number
}

/** The difference of two versions. */
export interface DocumentDiff {
  readonly from: readonly string[]
  readonly to: readonly string[]
  /** Unified, by lines; empty where nothing differs. */
  readonly diff: string
}

/** What somebody wrote, and the version that was in front of them. */
export interface WriteInput {
  readonly id: string
  /** `heads` of what was read; those of now where absent. */
  readonly base?: readonly string[]
  /** Prose, or data as YAML or JSON. */
  readonly content: string
}

/** What a write signed: an operation for each portion, none where nothing changed. */
export interface Written {
  readonly signed: readonly Signed[]
  /** Operations that follow those shown; only a dry run leaves any out, as they name the ones before. */
  readonly more: number
  /** The document had moved on since `base`: what others wrote is kept. */
  readonly merged: boolean
}

/** Reading and writing documents. */
export interface DocumentApi {
  list(): Promise<readonly DocumentLine[]>
  /** `id` may be a unique part, here and below. */
  read(id: string, version?: VersionQuery): Promise<Result<DocumentDetail>>
  /** Every edit, each after what it builds on; those without effect last. */
  history(id: string): Promise<Result<readonly EditLine[]>>
  blame(id: string): Promise<Result<readonly BlameLine[]>>
  /** By default from the last freeze, or else the empty document, to now. */
  diff(
    id: string,
    versions: { readonly from?: readonly string[]; readonly to?: readonly string[] },
  ): Promise<Result<DocumentDiff>>
  create(input: DocumentInput, options?: ActOptions): Promise<Result<Signed>>
  write(input: WriteInput, options?: ActOptions): Promise<Result<Written>>
  freeze(id: string, version?: VersionQuery & ActOptions): Promise<Result<Signed>>
}

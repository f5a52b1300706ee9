/** What a digest is, and what it is made from. */
import type { Standing } from '../../../src/replica/outcomes.ts'
import type { Replica } from '../../../src/replica/replica.ts'

/** A span of time in ms by this node's clock: after `from`, up to and with `to`. */
export interface DigestSpan {
  readonly from: number
  readonly to: number
}

/** What digests are made from. */
export interface DigestScene extends DigestSpan {
  readonly replica: Replica
  readonly standing: Standing
}

/** Sentences of one kind. */
export interface DigestSection {
  readonly title: string
  readonly lines: readonly string[]
}

/** All of it; JSON as it is. Sections without lines are left out. */
export interface Digest extends DigestSpan {
  readonly v: 1
  readonly coalition: { readonly id: string; readonly name: string }
  readonly charterVersion: number
  /** Whose node made it; "us" in its sentences. */
  readonly stakeholder: string | null
  readonly happened: readonly DigestSection[]
  readonly due: readonly DigestSection[]
}

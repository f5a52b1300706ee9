/** What a node can be asked about discussions and decisions (part of `NodeApi`). */
import type { Result } from '../../src/op/refusal.ts'
import type { Thread } from '../../src/proposal/discussion.ts'
import type { DecisionRecord } from '../../src/replica/decision/record.ts'

/** What was said on a proposal. */
export interface Discussion {
  readonly id: string
  readonly title: string
  /** Who may answer objections, beside whoever made them. */
  readonly author: string
  readonly criteria: { readonly track: readonly string[]; readonly proposal: readonly string[] }
  readonly threads: readonly Thread[]
}

/** Discussions and decision records; `id` may be a unique part of the proposal's. */
export interface DeliberationApi {
  discussion(id: string): Promise<Result<Discussion>>
  /** The same bytes at every node that holds the same operations about the ballot. */
  record(id: string): Promise<Result<DecisionRecord>>
}

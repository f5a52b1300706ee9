/** What acts that sign take and give. */

/** What was signed, or with `dryRun` would be. */
export interface Signed {
  readonly cid: string | null
  readonly type: string
  readonly refs: readonly string[]
  readonly body: unknown
  readonly dryRun: boolean
}

/** Acts that sign can be tried first. */
export interface ActOptions {
  readonly dryRun?: boolean
}

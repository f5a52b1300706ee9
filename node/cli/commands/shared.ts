/** Options and arguments that several commands share. */
import type { ArgumentSpec, OptionSpec } from '../command-outline.ts'

/** Shows what would be signed. */
export const DRY_RUN = {
  kind: 'flag',
  about: 'show exactly what would be signed, and sign nothing',
} as const satisfies OptionSpec

/** Where a file goes. */
export const OUT = {
  kind: 'text',
  value: 'file',
  short: 'o',
  about: 'write to this file; - is standard output',
} as const satisfies OptionSpec

/** Which proposal. */
export const PROPOSAL_ID = {
  about: 'id of the proposal: a unique beginning, or its last characters',
} as const satisfies ArgumentSpec

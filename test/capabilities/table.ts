/** Everything that Folkmoot can do, as far as it is done. An area has a file of its own in `rows/`. */
import type { Capability } from './capability.ts'
import { DECIDING_ROWS } from './rows/deciding.ts'
import { EVIDENCE_ROWS } from './rows/evidence.ts'
import { REGISTER_ROWS } from './rows/registers.ts'
import { ROLLOUT_ROWS } from './rows/rollout.ts'

/** All rows. */
export const CAPABILITIES: readonly Capability[] = [
  ...DECIDING_ROWS,
  ...EVIDENCE_ROWS,
  ...REGISTER_ROWS,
  ...ROLLOUT_ROWS,
]

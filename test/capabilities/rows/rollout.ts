/** Capabilities of plans, stages and rollbacks. */
import type { Capability } from '../capability.ts'

/** One `capability(…)` each, as in `deciding.ts`. */
export const ROLLOUT_ROWS: readonly Capability[] = []

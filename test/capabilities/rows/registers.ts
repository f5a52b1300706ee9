/** Capabilities of the registers: glossary, assurances, risks, owners, costs, constraints. */
import type { Capability } from '../capability.ts'

/** One `capability(…)` each, as in `deciding.ts`. */
export const REGISTER_ROWS: readonly Capability[] = []

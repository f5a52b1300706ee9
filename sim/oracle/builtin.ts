/** The oracles that watch every run (design §5.3). */
import { agreement } from './agreement.ts'
import type { OracleFactory } from './oracle.ts'

/** All of them. */
export const BUILTIN_ORACLES: readonly OracleFactory[] = [agreement]

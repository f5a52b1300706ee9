/** The platform's sha2-256, for `cidOf` and the store (design §2.1). */
import { hash } from 'node:crypto'
import type { Sha256 } from '../../src/op/cid.ts'

/** One-shot sha2-256: about a microsecond for an ordinary operation. */
export const nodeSha256: Sha256 = (bytes) => hash('sha256', bytes, 'buffer')

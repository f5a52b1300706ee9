/** Waiting on a machine that has other things to do. */
import { ApiError } from '../../../node/api/errors.ts'
import { waitFor } from '../../support/node-process.ts'

/** Longest wait, in ms. */
const PATIENCE_MS = 600_000

/** Asks until the answer is yes; a daemon that does not answer in time is asked again. */
export const waitPatiently = (what: string, holds: () => Promise<boolean>): Promise<void> =>
  waitFor(what, () => holds().catch(unanswered), PATIENCE_MS)

function unanswered(error: unknown): boolean {
  if (error instanceof ApiError) return false
  throw error
}

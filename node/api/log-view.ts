/** The log: every held operation with where it stands (design §6.6). */
import { type Held, hasEffect } from '../../src/chain/held.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { stakeholderOf } from './naming.ts'
import type { LogLine } from './node-api.ts'
import { opSentence } from './op-sentence.ts'

/** Lines when no limit is asked for. */
const DEFAULT_LINES = 100
/** Most lines of one answer. */
export const MAX_LOG_LINES = 10_000

/** What of the log is wanted. */
export interface LogQuery {
  readonly limit?: number
  readonly type?: string
  readonly stakeholder?: string
  /** Hex digits of the key that signed. */
  readonly key?: string
}

/** Held operations, latest first seen first. */
export function logLines(replica: Replica, query: LogQuery): LogLine[] {
  const limit = Math.min(query.limit ?? DEFAULT_LINES, MAX_LOG_LINES)
  return [...replica.ledger.byCid.values()]
    .filter((held) => matches(replica, held, query))
    .reverse()
    .sort((a, b) => b.seenAt - a.seenAt)
    .slice(0, limit)
    .map((held) => lineOf(replica, held))
}

function matches(replica: Replica, { op }: Held, { type, stakeholder, key }: LogQuery): boolean {
  if (key !== undefined && op.key !== key) return false
  if (type !== undefined && op.type !== type && !op.type.startsWith(`${type}.`)) return false
  return stakeholder === undefined || stakeholderOf(replica, op.key) === stakeholder
}

const lineOf = (replica: Replica, held: Held): LogLine => ({
  cid: held.op.cid,
  key: held.op.key,
  stakeholder: stakeholderOf(replica, held.op.key) ?? null,
  seq: held.op.seq,
  type: held.op.type,
  at: held.op.at,
  seenAt: held.seenAt,
  standing: hasEffect(held) && !held.complete ? 'waiting' : held.standing,
  summary: opSentence(replica, held.op),
})

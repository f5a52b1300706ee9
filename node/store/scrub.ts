/**
 * Reads a store that was opened without being checked whole, in a thread of its own and at leisure:
 * pages and indexes, then every operation. What it finds is the damage that opening would have found.
 */

import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { corrupt, type StoreError } from './errors.ts'
import { keyReader, OP_COLUMNS, readOpRow } from './op-row.ts'
import { asInteger } from './row-check.ts'
import { checkStructure } from './schema.ts'

/** Operations that are read in one go. */
const BATCH = 500
/** Rest between two goes, as a multiple of the time that one took: a fifth of a core at most. */
const REST_FACTOR = 4
const BATCH_SQL = `
  SELECT op.id AS id, ${OP_COLUMNS} FROM op CROSS JOIN chain ON chain.id = op.chain
  WHERE op.id > ? ORDER BY op.id LIMIT ${BATCH}`

/** A check that is under way. */
export interface Scrub {
  /** What is damaged; undefined where nothing is, or where it was stopped before its end. */
  readonly done: Promise<StoreError | undefined>
  readonly stop: () => void
}

/** Checks the store at `path` whole, beside whoever has it open. */
export function scrub(path: string): Scrub {
  const { promise, resolve } = Promise.withResolvers<StoreError | undefined>()
  const worker = new Worker(new URL(import.meta.url), { workerData: { scrubbed: path } })
  worker.unref()
  worker.once('message', (what: unknown) =>
    resolve(typeof what === 'string' ? corrupt(path, what) : undefined),
  )
  worker.once('error', (error) => resolve(corrupt(path, 'it could not be checked', error)))
  worker.once('exit', () => resolve(undefined))
  return { done: promise, stop: () => void worker.terminate() }
}

/** What is damaged of a store, or null. */
export async function damageOf(path: string, rest: typeof sleep = sleep): Promise<string | null> {
  const db = new DatabaseSync(path, { readOnly: true })
  try {
    checkStructure(db, path)
    const read = db.prepare(BATCH_SQL)
    const keyOf = keyReader()
    for (let last = 0; ; ) {
      const began = performance.now()
      const rows = read.all(last)
      for (const row of rows) {
        const op = readOpRow(row, keyOf)
        if (typeof op === 'string') return op
        last = asInteger(row.id) ?? last
      }
      if (rows.length < BATCH) return null
      await rest(REST_FACTOR * (performance.now() - began))
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    db.close()
  }
}

const ordered: unknown = isMainThread ? undefined : workerData
if (hasPath(ordered)) parentPort?.postMessage(await damageOf(ordered.scrubbed))

function hasPath(order: unknown): order is { readonly scrubbed: string } {
  return typeof order === 'object' && order !== null && 'scrubbed' in order
}

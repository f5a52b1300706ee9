/**
 * Homes of a coalition with a long history: one member's store holds all of it, the others the
 * founding. The history is written by a worker, so that whoever measures stays responsive.
 */
import { statSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import type { CoalitionId } from '../../../src/op/ids.ts'
import { foundHomes, makeHomes, type TestHome } from '../../support/daemons.ts'
import { foundedAt, LOAD_CHARTER, type Written } from './history.ts'

/** Members of a coalition with a history; not all of them run. */
const MEMBERS = 20

/** What the worker is told. */
export interface HistoryOrder {
  readonly folders: readonly string[]
  readonly at: number
  readonly operations: number
}

/** A coalition with a history. */
export interface OldCoalition extends Written {
  readonly coalition: CoalitionId
  readonly homes: readonly TestHome[]
  /** The home whose store holds everything. */
  readonly old: TestHome
  /** Size of that store once it was closed, in bytes. */
  readonly storeBytes: number
  /** Signing and writing, in ms. */
  readonly writtenInMs: number
}

/** Makes the homes in a folder, and writes a history of so many operations. */
export async function makeOldCoalition(folder: string, operations: number): Promise<OldCoalition> {
  const homes = await makeHomes(MEMBERS, folder)
  const at = foundedAt(operations, Date.now())
  const coalition = foundHomes(homes, LOAD_CHARTER, at)
  const [old] = homes
  if (!old) throw new RangeError('a coalition has members')
  const startedAt = performance.now()
  const folders = homes.map(({ home }) => home.layout.dir)
  const written = await inWorker({ folders, at, operations })
  const storeBytes = statSync(old.home.layout.store).size
  const writtenInMs = performance.now() - startedAt
  return { ...written, coalition, homes, old, storeBytes, writtenInMs }
}

function inWorker(workerData: HistoryOrder): Promise<Written> {
  const { promise, resolve, reject } = Promise.withResolvers<Written>()
  const worker = new Worker(new URL('./history-worker.ts', import.meta.url), { workerData })
  worker.once('message', resolve).once('error', reject)
  return promise
}

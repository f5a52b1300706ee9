/**
 * Runs under `shim.c`: the first write or sync of the store fails, then the second, … until a run has
 * no failure; for each kind of fault. Prints one line of JSON.
 */
import { join } from 'node:path'
import { held, isWhole, OPS, removeStore, work } from './workload.ts'

/** What was seen. */
export interface NthFigures {
  /** Runs with a failure, by kind of fault. */
  readonly runs: Readonly<Record<string, number>>
  /** What a store answered when its disk failed, and how often. */
  readonly answers: Readonly<Record<string, number>>
  /** Promises that were broken, in words. */
  readonly broken: readonly string[]
}

const FAULTS = ['error', 'full', 'torn'] as const
/** More calls than the workload makes: beyond it something never ends. */
const MOST = 2_000

const [folder = '', sticks = '0'] = process.argv.slice(2)
const path = join(folder, 'faulty.db')
const runs: Record<string, number> = {}
const answers: Record<string, number> = {}
const broken: string[] = []
/** Calls whose failure SQLite gets over by itself, in a row; so many mean that there are no more. */
const MOST_SILENT = 40
let silent = 0
process.env.FOLKMOOT_DISK_PATH = path
process.env.FOLKMOOT_DISK_STICKS = sticks

for (const fault of FAULTS) {
  process.env.FOLKMOOT_DISK_FAULT = fault
  runs[fault] = 0
  for (let nth = 1; nth < MOST && tryOne(fault, nth); nth++) runs[fault] = nth
}
console.log(JSON.stringify({ runs, answers, broken } satisfies NthFigures))

/** True when the n-th call of the run existed, and failed. */
function tryOne(fault: string, nth: number): boolean {
  removeStore(path)
  process.env.FOLKMOOT_DISK_FAIL = String(nth)
  process.env.FOLKMOOT_DISK_ROUND = `${fault} ${nth}`
  const { kept, refused, broken: why } = work(path)
  process.env.FOLKMOOT_DISK_FAIL = '0'
  const at = `${fault} at call ${nth}`
  for (const code of refused) answers[code] = (answers[code] ?? 0) + 1
  if (why !== undefined) broken.push(`${at}: ${why}`)
  const after = held(path)
  if (typeof after === 'string') broken.push(`${at}: does not open afterwards: ${after}`)
  else {
    const lost = [...kept].filter((cid) => !after.cids.has(cid))
    if (lost.length > 0) broken.push(`${at}: ${lost.length} lost that were answered for`)
    if (!isWhole(after.cids)) broken.push(`${at}: a part of a batch is there`)
  }
  // A fault that strikes once is got over; one that stays is answered for every time.
  const isOver = refused.length === 0 && kept.size === OPS.length
  if (isOver && nth > 1) {
    silent++
    return silent < MOST_SILENT
  }
  silent = 0
  return true
}

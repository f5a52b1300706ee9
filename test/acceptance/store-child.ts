/**
 * A separate process that works on a store, driven by lines on stdin and answering on stdout:
 * `hold` opens the store, `commit <from> <to>` commits that slice of the sample operations and
 * answers once it is acknowledged, `fill` commits until the disk refuses, `recover` probes.
 */
import { createInterface } from 'node:readline'
import { StoreError } from '../../node/store/errors.ts'
import { SqliteStore } from '../../node/store/sqlite-store.ts'
import { batchOf, sampleOps } from './sample-ops.ts'

const [path = '', count = '0', fillerLength = '60'] = process.argv.slice(2)
const ops = sampleOps(Number(count), { fillerLength: Number(fillerLength) })
let store: SqliteStore | undefined
const answer = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

function fill(opened: SqliteStore): string {
  let kept = 0
  for (const op of ops) {
    try {
      opened.commit(batchOf({ puts: [op] }))
      kept++
    } catch (error) {
      return `${error instanceof StoreError ? error.code : error} ${kept} ${opened.readOnly}`
    }
  }
  return `all ${kept} ${opened.readOnly}`
}

function run(command: string, args: readonly number[]): string {
  store ??= SqliteStore.open(path)
  if (command === 'commit') store.commit(batchOf({ puts: ops.slice(...args) }))
  if (command === 'fill') return fill(store)
  if (command === 'recover') return `${store.tryRecover()}`
  if (command === 'count') return `${[...store.load()].length}`
  return 'done'
}

for await (const line of createInterface({ input: process.stdin })) {
  const [command = '', ...args] = line.split(' ')
  try {
    answer(run(command, args.map(Number)))
  } catch (error) {
    answer(error instanceof StoreError ? `${error.code}: ${error.message}` : String(error))
  }
}

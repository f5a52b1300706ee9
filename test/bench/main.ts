/**
 * `npm run bench [-- --quick] [-- --only name] [-- --json]`: every number beside the floor that the
 * bare work reaches in the same run. The table (or JSON) goes to stdout, progress to stderr.
 */
import { parseArgs } from 'node:util'
import { batchIngest } from './batch-ingest.ts'
import type { Bench, BenchOptions, BenchResult } from './bench.ts'
import { documents } from './documents.ts'
import { gossipIngest } from './gossip-ingest.ts'
import { thisMachine } from './machine.ts'
import { publish } from './publish.ts'
import { tableOf } from './report.ts'
import { syncCosts } from './sync-cost.ts'

const BENCHES: readonly Bench[] = [gossipIngest, batchIngest, documents, publish, syncCosts]

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
  },
})

const progress = (line: string): void => void process.stderr.write(`${line}\n`)
const options: BenchOptions = { quick: values.quick, progress }
const wanted = BENCHES.filter(({ name }) => values.only?.includes(name) ?? true)
if (wanted.length === 0) {
  progress(`no such benchmark; there are: ${BENCHES.map(({ name }) => name).join(', ')}`)
  process.exit(2)
}
if (!globalThis.gc)
  progress('without --expose-gc the garbage of one round is collected in the next')

const results: BenchResult[] = []
for (const bench of wanted) {
  progress(`${bench.name} …`)
  results.push(...(await bench.run(options)))
}
const report = { machine: thisMachine(), results }
process.stdout.write(values.json ? `${JSON.stringify(report, undefined, 2)}\n` : tableOf(report))

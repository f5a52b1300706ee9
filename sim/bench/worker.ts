/** A process that measures one size: `worker.ts 1000` prints one line of JSON. */
import { BENCH_CASES, measure } from './bench.ts'

const found = BENCH_CASES.find(({ nodes }) => nodes === Number(process.argv[2]))
if (found) process.stdout.write(`${JSON.stringify(measure(found))}\n`)

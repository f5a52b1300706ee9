/**
 * `npm run soak:haul [-- --minutes 60] [--seed 1] [--json]`: ten daemons on this machine live a mixed
 * life; flat memory and descriptors, every ballot settled, equal digests, or exit code 1 (Linux).
 */
import { parseArgs } from 'node:util'
import { faultsOf, tableOf } from './haul/figures.ts'
import { runHaul } from './haul/run.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
})

// Whoever ends it early still sees what it came to.
const ended = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => ended.abort())

const figures = await runHaul({
  minutes: Number(values.minutes),
  seed: Number(values.seed),
  signal: ended.signal,
  progress: (line) => process.stderr.write(`${line}\n`),
})
const faults = faultsOf(figures)
process.stdout.write(
  values.json ? `${JSON.stringify({ ...figures, faults }, undefined, 2)}\n` : tableOf(figures),
)
for (const fault of faults) process.stderr.write(`${fault}\n`)
process.exitCode = faults.length === 0 ? 0 : 1

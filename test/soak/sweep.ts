/**
 * `npm run soak:sweep [-- --seeds 50] [--workers n]`: the floor of the contingency by the length of the
 * partition, on all cores: undisturbed, killed half-way and resumed, in three shards. Exit code 1 where
 * the bytes differ. The report stays behind if `--report file.html` names it.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { isSame, sweepTrial } from './sim/sweep-trial.ts'

const SEEDS = 50
const SHARDS = 3
const SIM = fileURLToPath(new URL('../../bin/folkmoot-sim.js', import.meta.url))
const OUTAGE = new URL('../../docs/examples/outage.yaml', import.meta.url)

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    workers: { type: 'string' },
    report: { type: 'string' },
  },
})
const sweep = `name: frontier
asks: How low may the floor of the contingency be before two sides of a split both act?
scenario: ./base.yaml
axes:
  floor: { set: coalition.charter.tracks.standard.contingency.floor, values: [2/5, 3/5, 4/5] }
  partition: { set: "faults[0].until", values: [1d12h, 3d, 5d] }
seeds: ${values.seeds ?? SEEDS}
`
const workers = Number(values.workers ?? availableParallelism())
const folder = mkdtempSync(join(tmpdir(), 'folkmoot-sweep-'))
try {
  const figures = await sweepTrial({
    folder,
    sweep,
    scenario: readFileSync(OUTAGE, 'utf8'),
    shards: SHARDS,
    workers,
    onStep: (what) => process.stderr.write(`… ${what}\n`),
  })
  const { runs, atKill, bytes, ways } = figures
  console.log(`sweep of ${runs} runs with ${workers} workers, ${bytes} bytes of results`)
  for (const { name, seconds, digest } of ways)
    console.log(
      `  ${name.padEnd(20)} ${seconds.toFixed(1).padStart(7)} s  ${(runs / seconds).toFixed(1).padStart(5)} runs/s  ${digest.slice(0, 16)}`,
    )
  console.log(
    `  killed after ${atKill} results; the bytes are ${isSame(figures) ? 'the same' : 'DIFFERENT'}`,
  )
  if (values.report !== undefined) {
    const args = [
      SIM,
      'report',
      'merged.jsonl',
      '--plan',
      'plan.jsonl',
      '-o',
      resolve(values.report),
    ]
    spawnSync(process.execPath, args, { cwd: folder, stdio: 'inherit' })
  }
  process.exitCode = isSame(figures) ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/**
 * Many runs of settlement under attack: `node test/settle/soak.ts [--seeds n] [--from n]`, or one of
 * them again with `--seed n`. Exit code 1, the seed and how to replay it, at the first violation.
 */
import { parseArgs } from 'node:util'
import { CoverageTable } from './coverage.ts'
import { type RunReport, runSeed } from './world.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string', default: '10000' },
    from: { type: 'string', default: '1' },
  },
})

const PROGRESS_EVERY = 50

function soak(from: number, seeds: number): void {
  const table = new CoverageTable()
  const startedAt = performance.now()
  for (let i = 0; i < seeds; i++) {
    const report = runSeed({ seed: from + i })
    table.add(report)
    if (report.findings.length > 0) {
      complain(report)
      return
    }
    if (table.runs % PROGRESS_EVERY === 0) {
      const each = Math.round((performance.now() - startedAt) / table.runs)
      process.stderr.write(`\r${table.runs} of ${seeds} runs, ${each} ms each `)
    }
  }
  process.stderr.write('\n')
  process.stdout.write(String(table))
  const rare = table.rare()
  if (rare.length === 0 || seeds < PROGRESS_EVERY) return
  process.stdout.write(`too rare: ${rare.join(', ')}\n`)
  process.exitCode = 1
}

function complain({ seed, findings }: RunReport): void {
  const lines = findings.map(({ check, sentence }) => `  ${check}: ${sentence}`)
  const replay = `replay: node test/settle/soak.ts --seed ${seed}`
  process.stdout.write(['', `seed ${seed}`, ...lines, replay, ''].join('\n'))
  process.exitCode = 1
}

if (values.seed === undefined) soak(Number(values.from), Number(values.seeds))
else soak(Number(values.seed), 1)

/** `folkmoot-sim bench`: events a second, simulated by wall time, memory by node, at each size. */
import { spawnSync } from 'node:child_process'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import { formatDuration } from '../../../src/charter/duration.ts'
import { BENCH_CASES, type Measured } from '../../bench/bench.ts'
import { collected, command } from '../command.ts'
import { SimError } from '../errors.ts'
import { EXIT } from '../exit-codes.ts'
import type { Io } from '../io.ts'

const WORKER = fileURLToPath(
  new URL(`../../bench/worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url),
)
const SIZES = BENCH_CASES.map(({ nodes }) => String(nodes))

/** The command. */
export function benchCommand(io: Io): Command {
  return command('bench', 'measure the simulator at 25, 100, 1,000 and 10,000 nodes', [
    'folkmoot-sim bench',
    'folkmoot-sim bench --nodes 25 --nodes 100',
    'folkmoot-sim bench --nodes 1000 --profile .',
    'folkmoot-sim bench --json',
  ])
    .option('--nodes <n>', `only these sizes (repeatable): ${SIZES.join(', ')}`, collected)
    .option('--profile <folder>', 'write a CPU profile of each run there')
    .option('--json', 'one line of JSON a size')
    .action((options: Options) => bench(io, options))
}

interface Options {
  readonly nodes?: readonly string[]
  readonly profile?: string
  readonly json?: true
}

function bench(io: Io, { nodes = SIZES, profile, json }: Options): void {
  const odd = nodes.find((size) => !SIZES.includes(size))
  if (odd !== undefined)
    throw new SimError('no-size', `there is no size "${odd}"`, `one of ${SIZES.join(', ')}`)
  if (!json) io.out(`${machine()}\n${row(HEAD)}\n${row(HEAD.map(() => '---'))}\n`)
  for (const size of nodes) {
    const measured = measureApart(size, profile)
    io.out(json ? `${JSON.stringify(measured)}\n` : `${row(cells(measured))}\n`)
  }
}

/** In a process of its own, so that memory is that of the run. */
function measureApart(size: string, profile: string | undefined): Measured {
  const flags = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]
  const args = ['--max-old-space-size=4096', ...flags, WORKER, size]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  if (status !== 0)
    throw new SimError(
      'bench-failed',
      `${size} nodes: ${stderr.slice(-400)}`,
      'less may fit into this machine',
      EXIT.tryAgain,
    )
  return JSON.parse(stdout)
}

const HEAD = [
  'nodes',
  'members',
  'simulated',
  'events',
  'CPU s',
  'events/CPU s',
  'simulated/CPU',
  'MiB',
  'KiB/node',
  'goal',
]

const machine = (): string =>
  `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? ''}`
const row = (texts: readonly string[]): string => `| ${texts.join(' | ')} |`
const grouped = (n: number): string => String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, ',')

function cells({
  nodes,
  stakeholders,
  simulatedMs,
  events,
  cpuMs,
  rssBytes,
  goal,
}: Measured): string[] {
  return [
    grouped(nodes),
    grouped(stakeholders),
    formatDuration(simulatedMs - (simulatedMs % 1000)),
    grouped(events),
    (cpuMs / 1000).toFixed(1),
    grouped((1000 * events) / cpuMs),
    `${grouped(simulatedMs / cpuMs)} ×`,
    grouped(rssBytes / 1_048_576),
    grouped(rssBytes / 1024 / nodes),
    goal,
  ]
}

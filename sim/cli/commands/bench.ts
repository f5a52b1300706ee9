/** `folkmoot-sim bench`: events a second, simulated by wall time, memory by node, at each size. */
import { spawnSync } from 'node:child_process'
import { arch, cpus, platform } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import { formatDuration } from '../../../src/charter/duration.ts'
import { BENCH_CASES, eventsPerSecond, type Measured } from '../../bench/bench.ts'
import { collected, command } from '../command.ts'
import { SimError } from '../errors.ts'
import { EXIT } from '../exit-codes.ts'
import type { Io } from '../io.ts'

const WORKER = fileURLToPath(
  new URL(`../../bench/worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url),
)
/** What the largest size may take, whatever the engine's own limit is. */
const HEAP_MIB = 12_288
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
  if (!json) io.out(`${machine()}\n\n${row(HEAD)}\n${row(HEAD.map(() => '---'))}\n`)
  for (const size of nodes) {
    const measured = measureApart(size, profile)
    io.out(json ? `${JSON.stringify(measured)}\n` : `${row(cells(measured))}\n`)
  }
}

/** In a process of its own, so that memory is that of the run. */
function measureApart(size: string, profile: string | undefined): Measured {
  const flags = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]
  const args = [`--max-old-space-size=${HEAP_MIB}`, ...flags, WORKER, size]
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
  'wall s',
  'CPU s',
  'events/s',
  'simulated/wall',
  'MiB',
  'KiB/node',
  'goal',
  'met',
]

const machine = (): string => {
  const [{ model } = { model: '' }] = cpus()
  return `${model.trim() || arch()}, ${cpus().length} cores, ${platform()} ${arch()}, Node ${process.version}`
}
const row = (texts: readonly string[]): string => `| ${texts.join(' | ')} |`
const grouped = (n: number): string => String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, ',')
const times = (ratio: number): string => `${ratio >= 100 ? grouped(ratio) : ratio.toPrecision(2)} ×`
const seconds = (ms: number): string => (ms / 1000).toFixed(1)

function cells(measured: Measured): string[] {
  const { nodes, stakeholders, simulatedMs, events, wallMs, cpuMs, rssBytes, goal, met } = measured
  return [
    grouped(nodes),
    grouped(stakeholders),
    formatDuration(simulatedMs - (simulatedMs % 1000)),
    grouped(events),
    seconds(wallMs),
    seconds(cpuMs),
    grouped(eventsPerSecond(measured)),
    times(simulatedMs / wallMs),
    grouped(rssBytes / 1_048_576),
    grouped(rssBytes / 1024 / nodes),
    goal,
    met ? 'yes' : 'NO',
  ]
}

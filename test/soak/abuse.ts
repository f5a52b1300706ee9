/**
 * `npm run soak:abuse [-- --seconds 20] [--ballots 10] [--calm 5] [--only op-flood,replay] [--json]`: every attack
 * of `abuse/attacks.ts` by a process of its own on three daemons that go on deciding. Exit code 1
 * where something did not settle, or memory or files grew beyond what limits allow.
 */
import { parseArgs } from 'node:util'
import { MAX_FILES_GROWTH, MAX_GROWTH_MIB } from './abuse/bounds.ts'
import { type AttackFigures, runAbuse } from './abuse/run.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    ballots: { type: 'string', default: '10' },
    calm: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
  },
})

function tell({ attack, ratio, calmMs, attackedMs, slowestMs, ...rest }: AttackFigures): void {
  const times = `${calmMs} → ${attackedMs} ms (slowest ${slowestMs}), ratio ${ratio}`
  const memory = `${rest.rssMib} MiB (${rest.growthMib} more), ${rest.files} files (${rest.moreFiles} more)`
  const deeds = JSON.stringify(rest.deeds)
  const cpu = `CPU ${rest.calmCpu} → ${rest.attackedCpu}`
  process.stderr.write(`${attack.padEnd(24)} ${times}; ${memory}; ${cpu}; ${deeds}\n`)
}

const figures = await runAbuse({
  seconds: Number(values.seconds),
  ballots: Number(values.ballots),
  calmBallots: Number(values.calm),
  only: values.only.split(',').filter((name) => name !== ''),
  onAttack: tell,
})
for (const line of figures.complaints) process.stderr.write(`${line}\n`)
if (values.json) console.log(JSON.stringify(figures))
const isBounded = figures.attacks.every(
  ({ growthMib, moreFiles }) => growthMib < MAX_GROWTH_MIB && moreFiles < MAX_FILES_GROWTH,
)
process.exitCode = isBounded && figures.digestsEqual ? 0 : 1

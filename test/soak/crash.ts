/**
 * `npm run soak:crash [-- --kills 10000] [--seed 1] [--json] [--broken acknowledges-first]`: a process
 * that holds store and replica of one member, killed at random moments and at every named step, under
 * load from its peers; with `--daemon` a whole daemon (1,000 times). Exit code 1 where a promise was
 * broken.
 */
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { bundledChild } from './crash/bundle.ts'
import { runDaemonCrashes } from './crash/daemon-run.ts'
import { type CrashFigures, runCrashes } from './crash/run.ts'
import { BROKEN } from './crash/wire.ts'

const { values } = parseArgs({
  options: {
    kills: { type: 'string' },
    daemon: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    broken: { type: 'string' },
  },
})

const CHILD_KILLS = 10_000
const DAEMON_KILLS = 1_000
const PROGRESS_EVERY = 20
const broken = BROKEN.find((name) => name === values.broken)
const startedAt = performance.now()

function progress({
  kills,
  duringRecovery,
  lost,
  doubleSeals,
  failedRestarts,
}: CrashFigures): void {
  if (kills % PROGRESS_EVERY !== 0) return
  const each = Math.round((performance.now() - startedAt) / kills)
  const bad = `${lost} lost, ${doubleSeals} double seals, ${failedRestarts} failed restarts`
  process.stderr.write(`\r${kills} kills (${duringRecovery} in recovery), ${bad}, ${each} ms each `)
}

function ofDaemon(): Promise<CrashFigures> {
  const kills = Number(values.kills ?? DAEMON_KILLS)
  return runDaemonCrashes({ kills, seed: Number(values.seed), onKill: progress })
}

async function ofChild(): Promise<CrashFigures> {
  return runCrashes({
    kills: Number(values.kills ?? CHILD_KILLS),
    seed: Number(values.seed),
    script: await bundledChild(fileURLToPath(new URL('./crash/child.ts', import.meta.url))),
    ...(broken && { broken }),
    onKill: progress,
  })
}

const figures = values.daemon ? await ofDaemon() : await ofChild()
process.stderr.write('\n')
const { steps, complaints, settled, ...asked } = figures
if (values.json) console.log(JSON.stringify({ ...asked, settled, steps, complaints }))
else console.log(figures)
const isGood =
  figures.lost + figures.doubleSeals + figures.failedRestarts === 0 && figures.digestsEqual
process.exitCode = isGood ? 0 : 1

/**
 * `npm run soak:crash [-- --kills 10000] [--seed 1] [--json] [--broken acknowledges-first]`: a process
 * that holds store and replica of one member, killed at random moments and at every named step, under
 * load from its peers; with `--daemon` a whole daemon (1,000 times). Exit code 1 where a promise was
 * broken, and where a long run did not come to every step or never killed a process that was coming back.
 */
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { STEPS } from '../../node/store/steps.ts'
import { bundledChild } from './crash/bundle.ts'
import { runDaemonCrashes } from './crash/daemon-run.ts'
import { CHILD_STEPS, type CrashFigures, runCrashes } from './crash/run.ts'
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
/** Kills after which each step must have had some. */
const MANY_KILLS = 500
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
const { steps, complaints, settled, sealed, ...asked } = figures
const neverAt = (values.daemon ? STEPS : CHILD_STEPS).filter((step) => !steps[step])
if (values.json)
  console.log(JSON.stringify({ ...asked, settled, sealed, steps, neverAt, complaints }))
else console.log({ ...figures, neverAt })
const isGood =
  figures.lost + figures.doubleSeals + figures.failedRestarts === 0 && figures.digestsEqual
const isThorough =
  figures.kills < MANY_KILLS ||
  (figures.duringRecovery > 0 && figures.sealed > 0 && neverAt.length === 0)
process.exitCode = isGood && isThorough ? 0 : 1

/**
 * `npm run soak:fuzz [-- --inputs 10000000] [--seed n] [--only charter] [--save] [--json]`: every decoder under
 * inputs with something wrong about them. A worker does the work; where it makes no progress for
 * half a minute it hangs, which is a finding. Exit code 1 where there is one.
 */

import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { type FuzzFigures, fuzzAll } from './fuzz/run.ts'

/** Inputs of one round; each round has a seed of its own. */
const ROUND_INPUTS = 200_000
const SILENCE_MS = 600_000
const MAX_GROWTH_MIB = 1_024

interface Job {
  readonly inputs: number
  readonly seed: number
  readonly only: string
  readonly save: boolean
}

async function work({ inputs, seed, only, save }: Job): Promise<void> {
  for (let done = 0, round = 0; done < inputs; round++) {
    const onTarget = (name: string): void => parentPort?.postMessage({ at: name })
    const wanted = Math.min(ROUND_INPUTS, inputs - done)
    const figures = await fuzzAll(wanted, seed + round, { only, save, onTarget })
    done += figures.inputs
    parentPort?.postMessage({ figures })
  }
}

type News = { readonly at: string } | { readonly figures: FuzzFigures }

async function watch(job: Job, json: boolean): Promise<void> {
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: job })
  let inputs = 0
  let growthMib = 0
  let at = ''
  const findings: FuzzFigures['findings'][number][] = []
  const startedAt = performance.now()
  const hang = (): void => {
    findings.push({ target: at, what: 'hung', why: `no progress for ${SILENCE_MS} ms`, input: '' })
    void worker.terminate()
  }
  let watchdog = setTimeout(hang, SILENCE_MS)
  worker.on('message', (news: News) => {
    clearTimeout(watchdog)
    watchdog = setTimeout(hang, SILENCE_MS)
    if ('at' in news) at = news.at
    else {
      inputs += news.figures.inputs
      growthMib = Math.max(growthMib, news.figures.growthMib)
      findings.push(...news.figures.findings)
      process.stderr.write(`\r${inputs} of ${job.inputs} inputs, ${findings.length} findings `)
    }
  })
  await new Promise<void>((resolve, reject) => {
    worker.once('exit', () => resolve())
    worker.once('error', reject)
  })
  clearTimeout(watchdog)
  process.stderr.write('\n')
  const seconds = Math.round((performance.now() - startedAt) / 1000)
  const report = { inputs, seed: job.seed, seconds, growthMib, findings }
  console.log(json ? JSON.stringify(report) : report)
  process.exitCode = findings.length === 0 && growthMib < MAX_GROWTH_MIB ? 0 : 1
}

if (isMainThread) {
  const { values } = parseArgs({
    options: {
      inputs: { type: 'string', default: '10000000' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string', default: '' },
      save: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  const { inputs, seed, only, save, json } = values
  await watch({ inputs: Number(inputs), seed: Number(seed), only, save }, json)
} else await work(workerData as Job)

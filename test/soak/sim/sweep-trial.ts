/**
 * The same sweep three times: undisturbed; killed half-way and resumed; dealt out in shards. All must
 * come to the same bytes.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runProgram } from '../../../sim/cli/program.ts'

const SIM = fileURLToPath(new URL('../../../bin/folkmoot-sim.js', import.meta.url))
/** Between two looks at how far a run has come, in ms. */
const LOOK_MS = 20

/** What is tried, and in which folder. */
export interface SweepTrial {
  readonly folder: string
  /** A sweep whose scenario is `./base.yaml`. */
  readonly sweep: string
  readonly scenario: string
  readonly shards: number
  readonly workers?: number
  /** Is told what is done next. */
  readonly onStep?: (what: string) => void
}

/** One of the three ways. */
export interface Way {
  readonly name: string
  readonly seconds: number
  /** SHA-256 of the merged results. */
  readonly digest: string
}

/** What came of it. */
export interface SweepFigures {
  readonly runs: number
  /** Results that were on disk when the process was killed. */
  readonly atKill: number
  readonly bytes: number
  readonly ways: readonly Way[]
}

/** Does all three. Throws `TrialError` where a command ends otherwise than it must. */
export async function sweepTrial(trial: SweepTrial): Promise<SweepFigures> {
  const hands = new Hands(trial)
  writeFileSync(hands.at('base.yaml'), trial.scenario)
  writeFileSync(hands.at('sweep.yaml'), trial.sweep)
  await hands.sim(0, 'plan', 'sweep.yaml', '-o', 'plan.jsonl')
  const runs = linesIn(hands.at('plan.jsonl')) - 1
  let atKill = 0
  const ways = [
    await hands.way('undisturbed', () => hands.run('whole.jsonl'), ['whole.jsonl']),
    await hands.way('killed and resumed', async () => {
      atKill = await hands.killed('part.jsonl', Math.ceil(runs / 2))
      await hands.run('part.jsonl', '--resume')
    }, ['part.jsonl']),
  ]
  const parts = Array.from({ length: trial.shards }, (_, i) => `shard-${i + 1}.jsonl`)
  const inShards = async (): Promise<void> => {
    for (const [i, part] of parts.entries())
      await hands.run(part, '--shard', `${i + 1}/${trial.shards}`)
  }
  ways.push(await hands.way(`in ${trial.shards} shards`, inShards, parts.toReversed()))
  return { runs, atKill, bytes: statSync(hands.at('merged.jsonl')).size, ways }
}

/** True where all ways came to the same, and the kill was in the middle of it. */
export const isSame = ({ ways, runs, atKill }: SweepFigures): boolean =>
  new Set(ways.map(({ digest }) => digest)).size === 1 && atKill > 0 && atKill < runs

/** Runs commands in the folder of a trial. */
class Hands {
  readonly #trial: SweepTrial

  constructor(trial: SweepTrial) {
    this.#trial = trial
  }

  at(name: string): string {
    return join(this.#trial.folder, name)
  }

  /** Does one way, merges what it left, and takes its digest. */
  async way(name: string, act: () => Promise<void>, parts: readonly string[]): Promise<Way> {
    this.#trial.onStep?.(name)
    const began = performance.now()
    await act()
    const seconds = (performance.now() - began) / 1000
    await this.sim(0, 'merge', ...parts, '-o', 'merged.jsonl', '--plan', 'plan.jsonl')
    const digest = createHash('sha256')
      .update(readFileSync(this.at('merged.jsonl')))
      .digest('hex')
    return { name, seconds, digest }
  }

  run(out: string, ...more: string[]): Promise<void> {
    return this.sim(0, ...this.#runOf(out), ...more)
  }

  /** Runs the plan until so many results are there, and kills it; how many there were. */
  async killed(out: string, count: number): Promise<number> {
    const child = spawn(process.execPath, [SIM, ...this.#runOf(out)], {
      cwd: this.#trial.folder,
      stdio: 'ignore',
    })
    const ended = once(child, 'close')
    while (linesIn(this.at(out)) < count && child.exitCode === null)
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    child.kill('SIGKILL')
    await ended
    return linesIn(this.at(out))
  }

  /** In this process: only what is to be killed needs one of its own. */
  async sim(exit: number, ...args: string[]): Promise<void> {
    let said = ''
    const io = {
      out: () => undefined,
      err: (text: string) => {
        said += text
      },
      isTerminal: false,
    }
    const words = args.map((word) => (/\.(jsonl|yaml)$/.test(word) ? this.at(word) : word))
    const code = await runProgram(words, io)
    if (code !== exit)
      throw new TrialError(`folkmoot-sim ${args.join(' ')} ended with ${code}`, said)
  }

  #runOf(out: string): string[] {
    const { workers } = this.#trial
    const few = workers === undefined ? [] : ['--workers', String(workers)]
    return ['run', '--plan', 'plan.jsonl', '-o', out, ...few]
  }
}

const linesIn = (file: string): number =>
  existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0

/** A command ended otherwise than it must. */
export class TrialError extends Error {
  readonly code = 'trial-failed'
  readonly hint: string

  constructor(message: string, said: string) {
    super(message)
    this.name = 'TrialError'
    this.hint = said
  }
}

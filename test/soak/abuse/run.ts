/** Each attack on honest daemons that go on deciding; how they settle, and what it costs them. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Arena } from './arena.ts'
import { AttackerProcess } from './attacker-process.ts'
import { ATTACKS } from './attacks.ts'
import type { Deeds } from './mission.ts'
import { Watch } from './watch.ts'

/** How to run. */
export interface AbuseOptions {
  /** How long each attack lasts at least, in seconds. */
  readonly seconds: number
  /** Ballots that each attack must see settled, at least. */
  readonly ballots: number
  /** Ballots in peace before each attack; with none, peace is measured once, before the first. */
  readonly calmBallots: number
  /** Only these; all if none. */
  readonly only?: readonly string[]
  readonly onAttack?: (figures: AttackFigures) => void
}

/** What came of one attack. */
export interface AttackFigures {
  readonly attack: string
  /** Ballots settled meanwhile. */
  readonly ballots: number
  /** From the end of a voting window to settled everywhere: medians, in ms. */
  readonly calmMs: number
  readonly attackedMs: number
  readonly slowestMs: number
  readonly ratio: number
  /** Of the honest daemon that took most. */
  readonly rssMib: number
  readonly growthMib: number
  readonly files: number
  readonly moreFiles: number
  /** Of a processor, in the mean over the honest daemons. */
  readonly calmCpu: number
  readonly attackedCpu: number
  readonly deeds: Deeds
}

/** What came of all of them. */
export interface AbuseFigures {
  readonly attacks: readonly AttackFigures[]
  /** All honest daemons hold the same in the end. */
  readonly digestsEqual: boolean
  /** Exceptions in honest daemons that nobody caught. */
  readonly complaints: readonly string[]
}

/** How it is in peace. */
interface Peace {
  readonly latencies: readonly number[]
  readonly taken: ReturnType<Watch['end']>
}

/** Keys that an attack has to itself: what one did must not help the next. */
const KEYS_PER_ATTACK = 20

/** Runs the attacks one after the other on one coalition. */
export async function runAbuse(options: AbuseOptions): Promise<AbuseFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'folkmoot-abuse-'))
  const attacker = new AttackerProcess()
  const arena = await Arena.open(folder)
  try {
    return await new AbuseRun(arena, attacker, options).all()
  } finally {
    attacker.end()
    await arena.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

class AbuseRun {
  private readonly arena: Arena
  private readonly attacker: AttackerProcess
  private readonly options: AbuseOptions
  private peace: Peace | undefined

  constructor(arena: Arena, attacker: AttackerProcess, options: AbuseOptions) {
    this.arena = arena
    this.attacker = attacker
    this.options = options
  }

  async all(): Promise<AbuseFigures> {
    const { only = [], onAttack } = this.options
    const names = Object.keys(ATTACKS).filter((name) => only.length === 0 || only.includes(name))
    const keys = await this.arena.keys(names.length * KEYS_PER_ATTACK)
    const attacks: AttackFigures[] = []
    for (const [i, name] of names.entries()) {
      const own = keys.slice(i * KEYS_PER_ATTACK, (i + 1) * KEYS_PER_ATTACK)
      const figures = await this.attacked(name, own)
      attacks.push(figures)
      onAttack?.(figures)
    }
    const isCalm = this.arena.calm().then(
      () => true,
      () => false,
    )
    return { attacks, digestsEqual: await isCalm, complaints: this.arena.complaints }
  }

  private async attacked(attack: string, seeds: readonly string[]): Promise<AttackFigures> {
    const { arena, attacker, options } = this
    const { coalition, addresses: victims, pids } = arena
    const { latencies: before, taken: calm } = await this.calm()
    const overheard = await arena.overheard()
    await attacker.prepare({ attack, coalition, victims, seeds, overheard })
    const watch = new Watch(pids)
    attacker.attack()
    const during = await this.settle(options.ballots, options.seconds)
    const taken = watch.end()
    const deeds = await attacker.stop()
    const [calmMs, attackedMs] = [median(before), median(during)]
    return {
      attack,
      ballots: during.length,
      ...{ calmMs, attackedMs, slowestMs: Math.max(...during) },
      ratio: Math.round((10 * attackedMs) / calmMs) / 10,
      ...{ rssMib: taken.rssMib, growthMib: taken.rssMib - calm.rssMib },
      ...{ files: taken.files, moreFiles: taken.files - calm.files },
      ...{ calmCpu: calm.cpuShare, attackedCpu: taken.cpuShare },
      deeds,
    }
  }

  private async calm(): Promise<Peace> {
    const { calmBallots } = this.options
    if (this.peace && calmBallots === 0) return this.peace
    const watch = new Watch(this.arena.pids)
    const latencies = await this.settle(Math.max(1, calmBallots), 0)
    this.peace = { latencies, taken: watch.end() }
    return this.peace
  }

  /** Decides so many things, and goes on for so many seconds; the latency of each. */
  private async settle(ballots: number, seconds: number): Promise<number[]> {
    const end = performance.now() + seconds * 1_000
    const latencies: number[] = []
    while (latencies.length < ballots || performance.now() < end) {
      const { latencyMs, outcome, allVoted } = await this.arena.ballot()
      if (allVoted && outcome !== 'adopted')
        throw new RangeError(`all voted yes, and it is ${outcome}`)
      latencies.push(latencyMs)
    }
    return latencies
  }
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0

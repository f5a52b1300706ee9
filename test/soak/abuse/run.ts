/** Each attack on honest daemons that go on deciding; how they settle, and what it costs them. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Arena, type Settled } from './arena.ts'
import { AttackerProcess } from './attacker-process.ts'
import { ATTACKS } from './attacks.ts'
import type { Deeds } from './mission.ts'
import { Watch } from './watch.ts'

/** How to run. */
export interface AbuseOptions {
  /** How long each attack lasts at least, in seconds. */
  readonly seconds: number
  /** Ballots that each attack must see settled, and as many before it in peace. */
  readonly ballots: number
  /** Only these; all if none. */
  readonly only?: readonly string[]
  readonly onAttack?: (figures: AttackFigures) => void
}

/** What came of one attack. */
export interface AttackFigures {
  readonly attack: string
  /** Ballots settled meanwhile, all adopted. */
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
  /** Of the processor, in the mean over the honest daemons. */
  readonly calmCpu: number
  readonly attackedCpu: number
  readonly deeds: Deeds
}

/** What came of all of them. */
export interface AbuseFigures {
  readonly attacks: readonly AttackFigures[]
  /** All honest daemons hold the same in the end. */
  readonly digestsEqual: boolean
}

/** Keys that an attack has to itself: what one did must not help the next. */
const KEYS_PER_ATTACK = 20

/** Runs the attacks one after the other on one coalition. */
export async function runAbuse(options: AbuseOptions): Promise<AbuseFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'folkmoot-abuse-'))
  const arena = await Arena.open(folder)
  const attacks: AttackFigures[] = []
  try {
    for (const attack of Object.keys(ATTACKS)) {
      if (options.only?.length && !options.only.includes(attack)) continue
      const figures = await attacked(arena, attack, options)
      attacks.push(figures)
      options.onAttack?.(figures)
    }
    const isCalm = arena.calm().then(
      () => true,
      () => false,
    )
    return { attacks, digestsEqual: await isCalm }
  } finally {
    await arena.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function attacked(
  arena: Arena,
  attack: string,
  { seconds, ballots }: AbuseOptions,
): Promise<AttackFigures> {
  const attacker = await AttackerProcess.start({
    attack,
    coalition: arena.coalition,
    victims: arena.addresses,
    seeds: await arena.keys(KEYS_PER_ATTACK),
    overheard: await arena.overheard(),
  })
  const peace = new Watch(arena.pids)
  const before = await settle(arena, ballots, 0)
  const calm = peace.end()
  attacker.attack()
  const war = new Watch(arena.pids)
  const during = await settle(arena, ballots, seconds)
  const taken = war.end()
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

/** Decides so many things, and goes on for so many seconds; the latency of each. */
async function settle(arena: Arena, ballots: number, seconds: number): Promise<number[]> {
  const end = performance.now() + seconds * 1_000
  const latencies: number[] = []
  while (latencies.length < ballots || performance.now() < end) {
    const { latencyMs, outcome }: Settled = await arena.ballot()
    if (outcome !== 'adopted') throw new RangeError(`all voted yes, and it is ${outcome}`)
    latencies.push(latencyMs)
  }
  return latencies
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0

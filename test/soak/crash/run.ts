/** Many lives of one member: killed at random moments and at every named step, also in recovery. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { STEPS, type Step } from '../../../node/store/steps.ts'
import { Dice } from '../../convergence/moot.ts'
import { CrashChecker } from './checker.ts'
import { ChildProcessHandle } from './child-process.ts'
import { crashCoalition, victimOf } from './coalition.ts'
import { type Ending, Life } from './life.ts'
import { Peers } from './peers.ts'
import type { Broken } from './wire.ts'

/** How to run. */
export interface CrashOptions {
  readonly kills: number
  readonly seed: number
  /** The script of the child: its source, or one file made of it. */
  readonly script: string
  readonly broken?: Broken
  /** Called after each kill. */
  readonly onKill?: (figures: CrashFigures) => void
  /** Stops at the first thing that must not be. */
  readonly isHasty?: boolean
}

/** What came of it. */
export interface CrashFigures {
  readonly kills: number
  /** Kills that came before the process was back from the kill before. */
  readonly duringRecovery: number
  /** Operations that were on disk by the child's word, and were gone. */
  readonly lost: number
  /** Places or ballots about which the member's key said two things. */
  readonly doubleSeals: number
  readonly failedRestarts: number
  readonly digestsEqual: boolean
  /** Kills at each named step. */
  readonly steps: Readonly<Record<string, number>>
  /** Ballots that were settled meanwhile. */
  readonly settled: number
  /** Ballots that the killed member sealed: where there are none, none could be sealed twice. */
  readonly sealed: number
  /** Why, where something failed. */
  readonly complaints: readonly string[]
}

/** Kills after which store and coalition are begun anew, so that a life stays short. */
const KILLS_PER_EPOCH = 50
/** Children that are started ahead. */
const WARM = 2
/** Steps that only a whole daemon comes to. */
const DAEMON_STEPS: ReadonlySet<Step> = new Set(['gossip.taken'])
/** Steps before a process is back. */
export const OPENING: readonly Step[] = ['store.opening', 'store.opened', 'replica.opened']
/** Steps that a process with store and replica only can be killed at. */
export const CHILD_STEPS: readonly Step[] = STEPS.filter((step) => !DAEMON_STEPS.has(step))
const WORKING: readonly Step[] = CHILD_STEPS.filter((step) => !OPENING.includes(step))

/** Kills a child so many times; figures as asked for by the issue, and where they came from. */
export async function runCrashes(options: CrashOptions): Promise<CrashFigures> {
  const run = new CrashRun(options)
  for (let epoch = 0; run.kills < options.kills && !run.isSpoilt; epoch++) await run.epoch(epoch)
  return run.figures()
}

class CrashRun {
  kills = 0
  private readonly options: CrashOptions
  private readonly dice: Dice
  private readonly steps = new Map<string, number>()
  private duringRecovery = 0
  private lost = 0
  private doubleSeals = 0
  private failedRestarts = 0
  private digestsEqual = true
  private settled = 0
  private sealed = 0
  private readonly complaints: string[] = []

  constructor(options: CrashOptions) {
    this.options = options
    this.dice = new Dice(options.seed)
  }

  /** Something happened that must not, and the run was told to stop then. */
  get isSpoilt(): boolean {
    const spoilt = this.lost + this.doubleSeals + this.failedRestarts > 0 || !this.digestsEqual
    return spoilt && this.options.isHasty === true
  }

  figures(): CrashFigures {
    const { kills, duringRecovery, lost, doubleSeals, failedRestarts, digestsEqual } = this
    const { settled, sealed, complaints } = this
    const steps = Object.fromEntries(this.steps)
    return {
      ...{ kills, duringRecovery, lost, doubleSeals, failedRestarts, digestsEqual },
      ...{ steps, settled, sealed, complaints },
    }
  }

  /** One coalition and store, killed over and over; in the end it must equal a peer. */
  async epoch(epoch: number): Promise<void> {
    const { script, broken, kills } = this.options
    const folder = mkdtempSync(join(tmpdir(), 'folkmoot-crash-'))
    const founded = crashCoalition(epoch)
    const peers = new Peers(founded, this.dice)
    const checker = new CrashChecker(victimOf(founded).node.key)
    const warm = Array.from({ length: WARM }, () => new ChildProcessHandle(script, epoch).warm())
    const next = async (): Promise<ChildProcessHandle> => {
      warm.push(new ChildProcessHandle(script, epoch).warm())
      return (await warm.shift()) ?? new ChildProcessHandle(script, epoch).warm()
    }
    const parts = { path: join(folder, 'store.db'), peers, checker, dice: this.dice, broken }
    try {
      const last = Math.min(kills, this.kills + KILLS_PER_EPOCH)
      while (this.kills < last && !this.isSpoilt)
        await this.kill(new Life({ ...parts, child: await next() }), this.ending(), checker)
      await this.compare(new Life({ ...parts, child: await next() }), peers, await next())
      this.sealed += checker.sealed
    } finally {
      for (const child of await Promise.all(warm)) child.kill()
      rmSync(folder, { recursive: true, force: true })
    }
  }

  private async kill(life: Life, ending: Ending, checker: CrashChecker): Promise<void> {
    const { duringRecovery, atStep, failed } = await life.live(ending)
    this.kills++
    if (duringRecovery && this.kills > 1) this.duringRecovery++
    if (failed !== undefined) this.fail(failed)
    if (atStep && 'step' in ending)
      this.steps.set(ending.step, (this.steps.get(ending.step) ?? 0) + 1)
    this.lost += checker.lost
    this.doubleSeals += checker.doubleSeals
    checker.lost = 0
    checker.doubleSeals = 0
    this.options.onKill?.(this.figures())
  }

  private fail(why: string): void {
    this.failedRestarts++
    if (this.complaints.length < 10) this.complaints.push(why)
  }

  /** A third dies while it comes back, a third at a step of its work, a third at any moment. */
  private ending(): Ending {
    const { dice } = this
    if (dice.chance(1 / 3)) return { step: dice.pick(OPENING), count: 1 }
    if (dice.chance(1 / 2)) return { step: dice.pick(WORKING), count: dice.int(1, 12) }
    return { afterMs: dice.roll() * dice.pick([50, 200]) }
  }

  private async compare(life: Life, peers: Peers, spare: ChildProcessHandle): Promise<void> {
    spare.kill()
    const digest = await life.finish()
    const same = peers.digest()
    const isEqual = digest?.ops === same.ops && digest.state === same.state
    if (!isEqual)
      this.complaints.push(`digest ${JSON.stringify(digest)}, a peer's ${JSON.stringify(same)}`)
    this.digestsEqual &&= isEqual
    this.settled += peers.settled
  }
}

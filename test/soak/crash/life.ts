/** One life of the child, from its opening to its killing, under load from its peers. */
import type { Incoming } from '../../../src/chain/run.ts'
import type { Digests } from '../../../src/replica/state-digest.ts'
import type { Dice } from '../../convergence/moot.ts'
import type { CrashChecker } from './checker.ts'
import type { ChildProcessHandle } from './child-process.ts'
import type { Fate } from './kill-switch.ts'
import type { Peers } from './peers.ts'
import { type Broken, fromWire, type Head, toWire, type Word } from './wire.ts'

/** What a life is lived with. */
export interface LifeParts {
  readonly child: ChildProcessHandle
  readonly path: string
  readonly peers: Peers
  readonly checker: CrashChecker
  readonly dice: Dice
  readonly broken: Broken | undefined
}

/** How a life is to end: at a named step, or after so many ms. */
export type Ending = Fate | { readonly afterMs: number }

/** How a life went. */
export interface Lived {
  /** It was killed before it had come back from the kill before. */
  readonly duringRecovery: boolean
  /** The switch in it ended it, at the named step. */
  readonly atStep: boolean
  /** It complained, or ended without having been killed. */
  readonly failed: string | undefined
}

/** Orders that are sent ahead of the answers. */
const MAX_AHEAD = 4
/** Steps of its peers after which a life is ended in any case: a named step may never come. */
const MAX_STEPS = 30

/** Lives a life until it ends. */
export class Life {
  private readonly parts: LifeParts
  private isOpen = false
  private steps = 0
  private ahead = 0
  private failed: string | undefined

  constructor(parts: LifeParts) {
    this.parts = parts
  }

  /** Opens the store and works until the ending comes. */
  async live(ending: Ending): Promise<Lived> {
    const { child } = this.parts
    this.open('step' in ending ? ending : undefined)
    const timer = 'step' in ending ? undefined : setTimeout(() => child.kill(), ending.afterMs)
    for await (const word of child.words()) {
      this.hear(word)
      while (this.isOpen && this.ahead < MAX_AHEAD && this.steps < MAX_STEPS) this.work()
      if (this.steps === MAX_STEPS && this.ahead === 0) child.kill()
    }
    clearTimeout(timer)
    await child.gone()
    const failed = this.failed ?? child.unexpectedEnd
    return { duringRecovery: !this.isOpen, atStep: child.killedItself, failed }
  }

  /** Opens the store, takes in all that it lacks, and tells what that comes to. */
  async finish(): Promise<Digests | undefined> {
    const { child, peers } = this.parts
    this.open()
    for await (const word of child.words()) {
      this.hear(word)
      if (word.is === 'open') child.tell({ do: 'digest', now: peers.clock.time })
      if (word.is !== 'digest') continue
      child.kill()
      await child.gone()
      return word.digest
    }
    return undefined
  }

  private open(fate?: Fate): void {
    const { child, path, broken } = this.parts
    child.tell({ do: 'open', path, ...(fate && { fate }), ...(broken && { broken }) })
  }

  private hear(word: Word): void {
    const { checker } = this.parts
    if (word.is === 'open') this.opened(word.heads)
    else if (word.is === 'said') this.heard(word.ops.map(fromWire))
    else if (word.is === 'failed') this.failed ??= word.why
    else if (word.is === 'kept') checker.kept(word.heads)
    if (word.is === 'kept' || word.is === 'done') this.ahead--
  }

  private opened(heads: readonly Head[]): void {
    const { child, checker, peers } = this.parts
    this.isOpen = true
    checker.back(heads)
    // What it had stored and not sent when it was killed leaves now.
    child.tell({ do: 'tail', from: checker.saidCount })
    this.give(peers.missingAfter(heads))
  }

  private heard(ops: readonly Incoming[]): void {
    const { checker, peers } = this.parts
    checker.heard(ops)
    peers.hear(ops)
  }

  private work(): void {
    const { child, peers, dice } = this.parts
    this.steps++
    this.give(peers.step())
    const now = peers.clock.time
    const ballot = dice.chance(0.5) ? peers.withoutVictim() : undefined
    if (ballot) child.tell({ do: 'vote', now, ballot, choice: dice.pick(['yes', 'no'] as const) })
    child.tell({ do: 'duties', now })
    this.ahead++
  }

  private give(ops: readonly Incoming[]): void {
    const { child, peers } = this.parts
    this.ahead++
    child.tell({ do: 'take', now: peers.clock.time, ops: ops.map(toWire) })
  }
}

/**
 * Does what the node owes, on time (design §6.4): asks the replica for its duties, does one, asks
 * again, until none is left; then waits for a change or for the moment that the replica named.
 */
import { type Refusal, refuse } from '../../src/op/refusal.ts'
import type { Duty } from '../../src/replica/duties.ts'
import type { Issued, Replica } from '../../src/replica/replica.ts'
import type { Log } from '../daemon/log.ts'
import type { Config } from '../home/config-schema.ts'
import { messageOf } from '../home/errors.ts'
import { StoreError } from '../store/errors.ts'
import type { JournalEntry } from '../store/journal.ts'
import { reached } from '../store/steps.ts'
import { Backoff } from './backoff.ts'
import { FloodOfNews } from './flood-of-news.ts'
import { maySealProvisionally } from './provisional-policy.ts'
import { declineClosing, type SealModes, sealStance } from './seal-policy.ts'
import type { Timers } from './timers.ts'

/** Between two looks at what waits for its time or its key's rate, in ms. */
export const TICK_MS = 1_000
/** Duties done before other work has its turn. */
const MAX_DUTIES_PER_TURN = 16
/** After so long other work has its turn, in ms. */
const MAX_TURN_MS = 50
/** Bounds of one wait, in ms: no busy loop, and a clock that jumps is noticed. */
const MIN_WAIT_MS = 20
const MAX_WAIT_MS = 60_000

/** What a steward works with. */
export interface StewardParts {
  readonly replica: Replica
  readonly timers: Timers
  readonly log: Log
  /** How seals go; settle rounds are always automatic. */
  readonly sealModes: SealModes
  readonly checkpoints: Config['steward.checkpoint']
  /** True while the store takes nothing: then nothing is signed. */
  readonly isReadOnly: () => boolean
  readonly publish: (issued: readonly Issued[]) => void
  readonly journal: (entry: JournalEntry) => void
  /** The replica let in what had waited: it is to be stored. */
  readonly taken: (ops: number) => void
  /** A write failed: nothing leaves until one succeeds. */
  readonly storeFailed: () => void
}

/** The part of a node that does its duties. */
export class Steward {
  private readonly parts: StewardParts
  private readonly backoff = new Backoff()
  private readonly flood = new FloodOfNews()
  private stopListening: () => void = () => {}
  private cancelTurn: () => void = () => {}
  private cancelTick: () => void = () => {}
  private isPoked = false
  private isStopped = true

  constructor(parts: StewardParts) {
    this.parts = parts
  }

  /** Begins; the first look follows at once. */
  start(): void {
    this.isStopped = false
    this.stopListening = this.parts.replica.on('change', ({ length }) => {
      this.flood.hear(length, this.now())
      this.poke()
    })
    this.tick()
    this.poke()
  }

  /** Ends; nothing is done afterwards. */
  stop(): void {
    this.isStopped = true
    this.stopListening()
    this.cancelTurn()
    this.cancelTick()
  }

  /** Looks at the duties soon; many pokes become one look. */
  poke(): void {
    if (this.isPoked || this.isStopped) return
    this.isPoked = true
    this.schedule(0)
  }

  /** The store takes writes again: what failed is tried at once. */
  recovered(): void {
    this.backoff.clear()
    this.poke()
  }

  private schedule(delayMs: number): void {
    this.cancelTurn()
    this.cancelTurn = this.parts.timers.after(delayMs, () => this.turn())
  }

  private turn(): void {
    this.isPoked = false
    if (this.isStopped) return
    try {
      const waitMs = this.flood.waitMs(this.now()) || this.doDuties()
      // A change meanwhile has scheduled a look already.
      if (!this.isPoked) this.schedule(waitMs)
    } catch (error) {
      this.parts.log.error({ err: error }, 'looking at duties failed')
      this.isPoked = false
      this.schedule(MAX_WAIT_MS)
    }
  }

  /** Does what is due; returns how long to wait, in ms. Each duty changes what the next must be. */
  private doDuties(): number {
    const endsAt = this.now() + MAX_TURN_MS
    for (let i = 0; i < MAX_DUTIES_PER_TURN && this.now() < endsAt; i++) {
      const { duty, wakeAt } = this.nextDuty()
      if (!duty) return Math.max(MIN_WAIT_MS, Math.min(MAX_WAIT_MS, wakeAt - this.now()))
      this.perform(duty)
    }
    return 0
  }

  /** The first duty that may be done now, or when there may be one. */
  private nextDuty(): { readonly duty: Duty | undefined; readonly wakeAt: number } {
    const never = Number.POSITIVE_INFINITY
    if (this.parts.isReadOnly()) return { duty: undefined, wakeAt: never }
    const { due, wakeAt } = this.parts.replica.duties()
    let earliest = wakeAt
    for (const duty of due) {
      const readyAt = Math.max(this.heldUntil(duty), this.backoff.retryAt(nameOf(duty)))
      if (readyAt <= this.now()) return { duty, wakeAt }
      earliest = Math.min(earliest, readyAt)
    }
    return { duty: undefined, wakeAt: earliest }
  }

  /** When the settings let the duty be done, in ms: 0 for at once, Infinity for never. */
  private heldUntil(duty: Duty): number {
    if (duty.kind === 'checkpoint') return this.parts.checkpoints === 'auto' ? 0 : Infinity
    if (duty.kind === 'provisional-seal' || duty.kind === 'provisional-tally')
      return this.mayGoAhead(duty) ? 0 : Infinity
    if (duty.kind !== 'seal' && duty.kind !== 'tally') return 0
    const stance = this.stanceOn(duty)
    return stance?.kind === 'hold' ? stance.untilMs : 0
  }

  private mayGoAhead({ ballot }: Duty): boolean {
    const { replica, sealModes } = this.parts
    const found = ballot === null ? undefined : replica.views.ballot(ballot)
    return found?.ok === true && maySealProvisionally(replica, found.value, sealModes)
  }

  private stanceOn({ ballot }: Duty): ReturnType<typeof sealStance> | undefined {
    const { replica, sealModes } = this.parts
    const found = ballot === null ? undefined : replica.views.ballot(ballot)
    return found?.ok ? sealStance(replica, found.value, sealModes) : undefined
  }

  private perform(duty: Duty): void {
    const failure = this.attempt(duty)
    const name = nameOf(duty)
    if (!failure) {
      this.backoff.succeeded(name)
      return
    }
    const count = this.backoff.failed(name, this.now())
    const { code, message } = failure
    this.parts.log.warn({ duty: duty.kind, ballot: duty.ballot, code, count }, message)
  }

  private attempt(duty: Duty): Refusal | undefined {
    try {
      return this.declined(duty) ? undefined : this.issue(duty)
    } catch (error) {
      if (!(error instanceof StoreError)) return this.broken(duty, error)
      this.parts.storeFailed()
      return refuse(error.code, error.message, error.hint)
    }
  }

  /** A bug of ours in one ballot's duty must not keep the node from all its others. */
  private broken({ kind, ballot }: Duty, error: unknown): Refusal {
    this.parts.log.error({ err: error, duty: kind, ballot }, 'doing a duty failed')
    return refuse('internal', messageOf(error))
  }

  /** Turns an unanswered seal into a decline; the next look then seals that. */
  private declined(duty: Duty): boolean {
    const stance = duty.kind === 'seal' || duty.kind === 'tally' ? this.stanceOn(duty) : undefined
    if (stance?.kind !== 'decline' || duty.ballot === null) return false
    declineClosing(this.parts.replica, duty.ballot, stance.why)
    this.write('seal.declined', stance.why, { ballot: duty.ballot })
    return true
  }

  private issue(duty: Duty): Refusal | undefined {
    const { replica, publish } = this.parts
    const done = replica.perform(duty)
    if (!done.ok) return done
    const isSeal = duty.kind === 'seal'
    reached(isSeal ? 'seal.stored' : 'duty.stored')
    if (done.value) publish([done.value])
    if (isSeal) reached('seal.sent')
    const cid = done.value?.op.cid ?? null
    this.write(`${duty.kind}.${cid === null ? 'noted' : 'issued'}`, duty.why, {
      ballot: duty.ballot,
      type: duty.draft?.type ?? null,
      cid,
    })
    return undefined
  }

  /** The journal is a record for people: where it cannot be written, the duty is done all the same. */
  private write(what: string, why: string, data: object): void {
    const { journal, log } = this.parts
    log.info({ what, ...data }, why)
    try {
      journal({ at: this.now(), what, why, data: JSON.stringify(data) })
    } catch (error) {
      log.warn({ what, reason: messageOf(error) }, 'the journal could not be written')
    }
  }

  private tick(): void {
    this.cancelTick = this.parts.timers.after(TICK_MS, () => this.tick())
    const { replica, taken, log } = this.parts
    if (replica.ledger.pending.sizeBytes === 0) return
    try {
      taken(replica.tick().accepted.length)
    } catch (error) {
      log.error({ err: error }, 'letting in what waited failed')
    }
  }

  private now(): number {
    return this.parts.replica.clock.now()
  }
}

const nameOf = ({ kind, ballot }: Duty): string => `${kind}:${ballot ?? ''}`

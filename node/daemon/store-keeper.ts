/**
 * Group commit and the store's health (design §6.2): what is taken in is written within
 * `COMMIT_DELAY_MS`; a full disk raises an alarm and is tried again until it works.
 */
import type { Replica } from '../../src/replica/replica.ts'
import type { OpStore } from '../../src/replica/store.ts'
import type { AlarmBoard } from '../api/alarms.ts'
import type { Timers } from '../steward/timers.ts'
import { StoreError } from '../store/errors.ts'
import type { Log } from './log.ts'

/** Longest that something taken in waits for its fsync, in ms. */
export const COMMIT_DELAY_MS = 100
/** Operations that are written at once rather than gathered further. */
export const COMMIT_OPS = 1_000
/** Between two attempts to write to a store that refused, in ms. */
export const RECOVERY_MS = 5_000

/** A store that can come back from a full disk. */
export interface RecoverableStore extends OpStore {
  /** Probes with a real write; true when the store takes writes again. */
  tryRecover(): boolean
}

/** What a keeper works with. */
export interface KeeperParts {
  readonly replica: Replica
  readonly store: RecoverableStore
  readonly alarms: AlarmBoard
  readonly timers: Timers
  readonly log: Log
  /** The store takes writes again. */
  readonly onRecovered: () => void
}

/** Writes for one replica. */
export class StoreKeeper {
  private readonly parts: KeeperParts
  private waiting = 0
  private cancelCommit: (() => void) | undefined
  /** The alarm that stands while the store refuses. */
  private alarm: string | undefined

  constructor(parts: KeeperParts) {
    this.parts = parts
  }

  /** True while the store takes nothing: nothing is signed or taken in then, only read. */
  get isReadOnly(): boolean {
    return this.parts.store.readOnly || this.alarm !== undefined
  }

  /** Operations were taken in: they are written soon, or now when there are many. */
  touch(ops: number): void {
    this.waiting += ops
    if (this.waiting >= COMMIT_OPS) this.flush()
    else this.cancelCommit ??= this.parts.timers.after(COMMIT_DELAY_MS, () => this.flush())
  }

  /** Writes now; false when the store refused, and then it is tried again. */
  flush(): boolean {
    this.cancelCommit?.()
    this.cancelCommit = undefined
    this.waiting = 0
    try {
      this.parts.replica.flush()
      return true
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      this.refused(error)
      return false
    }
  }

  /** Call now and then, and after a write elsewhere failed: what is not on disk must not leave. */
  check(): void {
    if (this.parts.store.readOnly && this.alarm === undefined) this.flush()
  }

  private refused({ code, message, hint }: StoreError): void {
    const { log, alarms, timers } = this.parts
    log.error({ code }, message)
    alarms.raise({ code, severity: 'error', sentence: message, fix: hint })
    if (this.alarm === undefined) timers.after(RECOVERY_MS, () => this.recover())
    this.alarm = code
  }

  private recover(): void {
    const { store, alarms, timers, log, onRecovered } = this.parts
    if (!store.tryRecover() || !this.flush()) {
      timers.after(RECOVERY_MS, () => this.recover())
      return
    }
    if (this.alarm !== undefined) alarms.clear(this.alarm)
    this.alarm = undefined
    log.info({}, 'the store takes writes again')
    onRecovered()
  }
}

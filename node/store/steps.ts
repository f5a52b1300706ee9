/**
 * Named steps around what a node writes and sends. In production nobody listens, and a step is one
 * look at a flag; the crash tests load a listener into the process, which ends it at a step
 * (`test/soak/kill-switch.ts`). What a step means is where the process could have died.
 */
import { channel } from 'node:diagnostics_channel'

/** Every step, in the order in which a node comes to them. */
export const STEPS = [
  /** The lock is held; the write-ahead log has not been looked at. */
  'store.opening',
  /** The database is open, its log recovered, its structure checked. */
  'store.opened',
  /** The replica stands on what the store holds; nothing was noted or sent yet. */
  'replica.opened',
  /** A write transaction has begun. */
  'store.begun',
  /** All of a batch is written, nothing of it is committed. */
  'store.written',
  /** A batch is committed and synced; nobody was told. */
  'store.committed',
  /** Operations of a peer are in the replica, not in the store. */
  'sync.taken',
  /** Gossiped operations are in the replica, not in the store. */
  'gossip.taken',
  /** An act of a person is in the store; it was not sent. */
  'act.stored',
  /** A duty other than a seal is in the store; it was not sent. */
  'duty.stored',
  /** A seal is in the store; it was not sent. */
  'seal.stored',
  /** A seal was given to the network; the journal does not know of it. */
  'seal.sent',
] as const

/** The name of a step. */
export type Step = (typeof STEPS)[number]

/** The channel on which steps are told, by name. */
export const STEP_CHANNEL = 'folkmoot:step'

const steps = channel(STEP_CHANNEL)

/** The process has come to a step. */
export function reached(step: Step): void {
  if (steps.hasSubscribers) steps.publish(step)
}

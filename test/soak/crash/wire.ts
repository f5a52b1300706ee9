/** What harness and child say to each other: one line of JSON each, operations as base64. */
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { Choice } from '../../../src/ballot/ops.ts'
import type { Incoming } from '../../../src/chain/run.ts'
import type { KeyId, OpCid } from '../../../src/op/ids.ts'
import type { Digests } from '../../../src/replica/state-digest.ts'
import type { Fate } from './kill-switch.ts'

/** An operation on the wire: bytes, and its signature if it has one. */
export type WireOp = readonly [bytes: string, sig: string | null]

/** A way in which the child breaks its promises, to show that the checker notices. */
export const BROKEN = ['acknowledges-first', 'sends-first'] as const
/** One of them. */
export type Broken = (typeof BROKEN)[number]

/** What the child is told. */
export type Order =
  | { readonly do: 'open'; readonly path: string; readonly fate?: Fate; readonly broken?: Broken }
  | { readonly do: 'take'; readonly now: number; readonly ops: readonly WireOp[] }
  | { readonly do: 'vote'; readonly now: number; readonly ballot: OpCid; readonly choice: Choice }
  | { readonly do: 'duties'; readonly now: number }
  | { readonly do: 'tail'; readonly from: number }
  | { readonly do: 'digest'; readonly now: number }

/** Where a chain ends. */
export type Head = readonly [key: KeyId, seq: number, cid: OpCid]

/** What the child says. */
export type Word =
  | { readonly is: 'warm' }
  | { readonly is: 'open'; readonly heads: readonly Head[] }
  /** On disk; the harness holds the child to it. */
  | { readonly is: 'kept'; readonly heads: readonly Head[] }
  /** Own operations that have left the process. */
  | { readonly is: 'said'; readonly ops: readonly WireOp[] }
  | { readonly is: 'done' }
  | { readonly is: 'digest'; readonly digest: Digests }
  | { readonly is: 'failed'; readonly why: string }

/** To the wire. */
export const toWire = ({ bytes, sig }: Incoming): WireOp => [
  Buffer.from(bytes).toString('base64'),
  sig && Buffer.from(sig).toString('base64'),
]

/** From the wire. */
export const fromWire = ([bytes, sig]: WireOp): Incoming => ({
  bytes: Uint8Array.from(Buffer.from(bytes, 'base64')),
  sig: sig === null ? null : Uint8Array.from(Buffer.from(sig, 'base64')),
})

/** The messages of a stream; what a kill cut off is none. */
export async function* messagesOf<T>(input: Readable): AsyncGenerator<T> {
  for await (const line of createInterface({ input })) {
    const message = parse<T>(line)
    if (message !== undefined) yield message
  }
}

function parse<T>(line: string): T | undefined {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

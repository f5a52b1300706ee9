/** Operation types: each area defines its own, the replica gathers them in one table (design §2.3). */
import { CID } from 'multiformats/cid'
import { z } from 'zod'
import { isOpCidBytes } from './cid.ts'
import type { Op } from './operation.ts'
import { accept, type Result, refuse } from './refusal.ts'

/** What a root may delegate to a node key. */
export const CAPABILITIES = ['propose', 'vote', 'seal', 'attest', 'edit', 'case'] as const
/** One of the things that a root may delegate to a node key. */
export type Capability = (typeof CAPABILITIES)[number]
/** What an operation's key must have: the root itself, any live delegation, or one capability. */
export type Needs = Capability | 'root' | 'any'

/** One type of operation: who may issue it and what its body holds. */
export interface OpType<Body> {
  readonly type: string
  readonly needs: Needs
  readonly body: z.ZodType<Body>
  /** The protocol that introduced it: counts once `charter.protocol` is at least that. */
  readonly since: number
}

/** The protocol that this build knows (design §2.1, evolution). */
export const PROTOCOL = 1
/**
 * The protocol by which keys, roots and checkpoints are read: no charter governs them, so builds
 * that read more into them than others would know other keys.
 */
export const FIRST_PROTOCOL = 1

/** Defines an operation type; bodies are strict, so an unknown field is not understood. */
export const defineOp = <Shape extends z.core.$ZodLooseShape>(
  type: string,
  needs: Needs,
  shape: Shape,
  since = 1,
): OpType<z.infer<z.ZodObject<Shape, z.core.$strict>>> => ({
  type,
  needs,
  body: z.strictObject(shape),
  since,
})

/** True where a protocol counts an operation: neither its type nor its body came with a later one. */
export const countsUnder = (
  protocol: number,
  { v }: Pick<Op, 'v'>,
  { since }: Pick<OpType<unknown>, 'since'>,
): boolean => v <= protocol && since <= protocol

/**
 * Reads an operation's body by its type's schema, which is that of the protocols up to `protocol`.
 * Refuses (`not-understood`) what does not fit, and whatever a later protocol wrote, fit or not.
 */
export function readBody<Body>(op: Op, type: OpType<Body>, protocol = PROTOCOL): Result<Body> {
  if (op.v > protocol)
    return refuse('not-understood', `${op.type}: of protocol ${op.v}, read by ${protocol}`)
  const parsed = type.body.safeParse(op.body)
  if (parsed.success) return accept(parsed.data)
  const issue = parsed.error.issues[0]
  const where = issue?.path.length ? ` at ${issue.path.join('.')}` : ''
  return refuse('not-understood', `${op.type}${where}: ${issue?.message ?? 'does not fit'}`)
}

/** A position in the operation's `refs`: how a body names another operation. */
export const refIndex = z.int().min(0)
/** A CID that names an operation without pulling it. */
export const looseCid = z.custom<CID>(
  (value) => value instanceof CID && isOpCidBytes(value.bytes),
  'must be the CID of an operation',
)
/** Exactly `length` bytes. */
export const bytesOf = (length: number): z.ZodType<Uint8Array> =>
  z.custom<Uint8Array>(
    (value) => value instanceof Uint8Array && value.length === length,
    `must be ${length} bytes`,
  )
/** Milliseconds since the Unix epoch, or a duration in ms. */
export const millis = z.int().min(0)
/** Text of at most `max` UTF-16 units. */
export const text = (max: number): z.ZodType<string> => z.string().max(max)

/** Completed operations with their bodies read, each once. */
import type { Held } from '../chain/held.ts'
import type { Op } from '../op/operation.ts'
import type { Result } from '../op/refusal.ts'
import { type OpType, readBody } from '../op/type.ts'

/** The body of a type of operation. */
export type BodyOf<T> = T extends OpType<infer Body> ? Body : never

/** A completed operation with its body read by its type. */
export interface Entry<Body> {
  readonly held: Held
  readonly body: Body
}

/** Reads bodies of one type, each once: after a fork everything is filed again. */
export function bodyReader<Body>(type: OpType<Body>): (op: Op) => Result<Body> {
  const known = new WeakMap<Op, Result<Body>>()
  return (op) => {
    const body = known.get(op) ?? readBody(op, type)
    known.set(op, body)
    return body
  }
}

/** The roots that operations make known (design §3.3). */
import { coalitionFound } from '../charter/ops.ts'
import type { Charter } from '../charter/schema.ts'
import type { KeyId } from '../op/ids.ts'
import { keyIdFromBytes } from '../op/key-id.ts'
import type { Op } from '../op/operation.ts'
import { FIRST_PROTOCOL, readBody } from '../op/type.ts'
import { proposalOpen } from '../proposal/ops.ts'

/** Roots that an operation makes known: the founding charter's and any amendment's (§3.3). */
export function rootsNamedBy(op: Op): readonly KeyId[] {
  if (op.type !== coalitionFound.type && op.type !== proposalOpen.type) return NO_ROOTS
  const known = rootsRead.get(op) ?? readRoots(op)
  rootsRead.set(op, known)
  return known
}

const NO_ROOTS: readonly KeyId[] = []
/** A charter takes long to read, and every replica of a process asks for the same. */
const rootsRead = new WeakMap<Op, readonly KeyId[]>()

function readRoots(op: Op): readonly KeyId[] {
  if (op.type === coalitionFound.type && op.coalition === null) {
    const body = readBody(op, coalitionFound, FIRST_PROTOCOL)
    return body.ok ? rootsOf(body.value.charter) : []
  }
  if (op.type !== proposalOpen.type || op.body.amendment === undefined) return []
  const body = readBody(op, proposalOpen, FIRST_PROTOCOL)
  return body.ok && body.value.amendment ? rootsOf(body.value.amendment) : []
}

const rootsOf = (charter: Charter): KeyId[] =>
  charter.stakeholders.map(({ root }) => keyIdFromBytes(root))

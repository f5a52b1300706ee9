/** Operations in a file: signed on one machine, carried, published through another (design §6.6). */
import { z } from 'zod'
import { isOpCid } from '../../src/op/cid.ts'
import type { WireOp } from '../api/node-api.ts'
import { CliError } from './errors.ts'

const base64 = z.string().regex(/^[A-Za-z0-9+/]+={0,2}$/, 'must be base64')
const carriedSchema = z.strictObject({
  v: z.literal(1),
  coalition: z.string().refine(isOpCid, 'must be the CID of an operation'),
  ops: z.array(z.strictObject({ bytes: base64, sig: base64.nullable() })).min(1),
})

/** What a carried file holds. */
export interface Carried {
  readonly coalition: string
  readonly ops: readonly WireOp[]
}

/** Operations as the text of a file. */
export const formatCarried = ({ coalition, ops }: Carried): string =>
  `${JSON.stringify({ v: 1, coalition, ops }, null, 2)}\n`

/** Reads a carried file; throws `carried-malformed`. */
export function readCarried(text: string, path: string): Carried {
  const parsed = carriedSchema.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new CliError(
    'carried-malformed',
    `${path} holds no operations: ${issue?.path.join('.') || 'it'}: ${issue?.message ?? 'unknown'}`,
    'give a file that a command wrote with --offline -o file',
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

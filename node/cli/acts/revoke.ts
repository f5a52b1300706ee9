/** `keys revoke`: ends a node key of ours (design §2.3). */
import { isOpCid, linkOf } from '../../../src/op/cid.ts'
import type { KeyId, Value } from '../../../src/op/ids.ts'
import { isKeyId, keyBytes } from '../../../src/op/key-id.ts'
import type { Draft } from '../../../src/replica/draft.ts'
import { findId } from '../../api/ids.ts'
import type { KeyLine, LogLine, NodeApi } from '../../api/node-api.ts'
import type { Home } from '../../home/home.ts'
import type { Report } from '../command.ts'
import type { Context } from '../context.ts'
import { CliError, need, usageError } from '../errors.ts'
import { EXIT } from '../exit-codes.ts'
import { withNode } from '../node-access.ts'
import { submitAsRoot, wouldSign } from '../root-signing.ts'
import { signedReport } from '../view/signed.ts'
import { coalitionOf } from './ratify.ts'

/** Most operations of the key that are looked through for a last good one. */
const MAX_OPS = 10_000

interface RevokeInput {
  readonly key: string
  readonly because: string | undefined
  readonly lastGood: string | undefined
  readonly never: boolean
  readonly dryRun: boolean
}

/** Revokes a node key of ours; what it says after its last good operation is void. */
export const revoke = (input: RevokeInput, context: Context): Promise<Report> => {
  if (input.never && input.lastGood !== undefined)
    throw usageError('--never and --last-good exclude each other', 'give one of them')
  return withNode(context, 'any', async ({ api, home, now }) => {
    const coalition = coalitionOf(home)
    const keys = await api.keys()
    const key = ownNodeKey(keys, input.key, home)
    const lastGood = input.never ? null : await lastGoodOf(api, key, input.lastGood)
    const end = lastGood === null ? 0 : lastGood.seq + 1
    assertEndsSooner(keys, key, end)
    const draft = revocation(key, lastGood, input.because ?? 'no longer used')
    if (input.dryRun) return signedReport([wouldSign(draft)], '')
    const task = { home, api, now, coalition, drafts: () => [draft] }
    const signed = await submitAsRoot(context, task)
    const counts = lastGood === null ? 'nothing of it counts' : `it counts up to ${lastGood.seq}`
    return signedReport(signed, `✓ revoked ${key}: ${counts}`)
  })
}

/** Nobody but the root that delegated a key ends it. */
function assertNotAnothers(given: string, nodes: readonly KeyLine[]): void {
  const found = findId(
    given,
    nodes.map((line) => line.key),
    'key',
  )
  const line = found.ok ? nodes.find(({ key }) => key === found.value) : undefined
  if (line === undefined) return
  throw new CliError(
    'not-our-key',
    `${line.key.slice(0, 16)} is a key of ${line.stakeholder ?? 'another root'}`,
    'only the root that delegated a key ends it: ask them to',
    { exit: EXIT.refused },
  )
}

/** Of two revocations the one that leaves less counts: another that leaves as much does nothing. */
function assertEndsSooner(keys: readonly KeyLine[], key: KeyId, end: number): void {
  const cut = keys.find((line) => line.key === key)?.cut ?? null
  if (cut === null || cut.reason !== 'revoked' || end < cut.seq) return
  throw new CliError(
    'revoked-already',
    `${key.slice(0, 16)} is revoked already: from its operation ${cut.seq} on nothing counts`,
    'nothing was changed; --last-good or --never has less of it count',
    { exit: EXIT.refused },
  )
}

/** The last operation of a key that counts. */
export interface LastGood {
  readonly seq: number
  readonly cid: string
}

/** The draft that ends a key after an operation. */
export const revocation = (key: KeyId, lastGood: LastGood | null, reason: string): Draft => ({
  type: 'key.revoke',
  refs: [],
  body: { key: keyBytes(key), lastGood: goodValue(lastGood), reason },
})

const goodValue = (lastGood: LastGood | null): Value =>
  lastGood !== null && isOpCid(lastGood.cid)
    ? { seq: lastGood.seq, cid: linkOf(lastGood.cid) }
    : null

/** Finds a node key of our root that this node does not sign with; throws where there is none. */
export function ownNodeKey(
  keys: readonly KeyLine[],
  given: string,
  { identity }: Pick<Home, 'identity'>,
): KeyId {
  const nodes = keys.filter(({ role }) => role === 'node')
  const own = nodes.filter(({ root }) => root === identity.root)
  const found = findId(
    given,
    own.map((line) => line.key),
    'key',
  )
  if (!found.ok) assertNotAnothers(given, nodes)
  const key = need(found)
  if (key === identity.node)
    throw new CliError(
      'key-in-use',
      'this node signs with that key',
      'replace it first: folkmoot keys rotate --revoke-old',
      { exit: EXIT.refused },
    )
  if (isKeyId(key)) return key
  throw new CliError('bad-answer', `"${key}" is not a key`, 'see `folkmoot doctor`')
}

/** The operation named, else the last that we hold of the key; null when it never said anything. */
export async function lastGoodOf(
  api: Pick<NodeApi, 'log'>,
  key: KeyId,
  given?: string,
): Promise<LastGood | null> {
  const ops = await api.log({ limit: MAX_OPS, key })
  if (given === undefined) return latest(ops)
  const cid = need(
    findId(
      given,
      ops.map((line) => line.cid),
      'operation',
    ),
  )
  return ops.find((line) => line.cid === cid) ?? null
}

const latest = (ops: readonly LogLine[]): LastGood | null =>
  ops.reduce<LogLine | null>((last, op) => (last === null || op.seq > last.seq ? op : last), null)

/** What a root's revocation of a node key costs a node that holds a whole history: all is counted anew. */
import { DatabaseSync } from 'node:sqlite'
import type { WireOp } from '../../../node/api/node-api.ts'
import { linkOf } from '../../../src/op/cid.ts'
import { keyBytes } from '../../../src/op/key-id.ts'
import { decodeOp, type Op, type Signer } from '../../../src/op/operation.ts'
import { unwrap } from '../../../src/op/refusal.ts'
import { Author } from '../../support/coalition.ts'
import { NodeProcess, waitFor } from '../../support/node-process.ts'
import type { Figure } from './figure.ts'
import type { OldCoalition } from './old-coalition.ts'

/** Patience with the count, in ms. */
const PATIENCE_MS = 3_600_000
const MIB = 1024 * 1024

/** Starts the node that holds everything and hands it the revocation of the last member's key. */
export async function measureRevocation(old: OldCoalition): Promise<Figure[]> {
  const node = new NodeProcess(old.old.home)
  await node.up()
  try {
    const idle = node.memory().peakBytes
    const began = performance.now()
    // It may take longer than the client waits for an answer; then the node is asked again.
    const answered = node.api.submit([revocation(old)]).catch(() => undefined)
    await waitFor('the key is revoked', () => isRevoked(node, old), PATIENCE_MS)
    const seconds = (performance.now() - began) / 1000
    await answered
    const ofOps = `${old.operations.toLocaleString('en-GB')} operations`
    return [
      { name: `a revocation until all is counted anew, ${ofOps}`, value: seconds, unit: 's' },
      { name: `peak memory before it, ${ofOps}`, value: idle / MIB, unit: 'MiB' },
      { name: `peak memory of it, ${ofOps}`, value: node.memory().peakBytes / MIB, unit: 'MiB' },
    ]
  } finally {
    await node.down('SIGTERM')
  }
}

/** The last member: it never ran, so its root has said nothing since the founding. */
function lastMember({ homes }: OldCoalition) {
  const last = homes.at(-1)
  if (!last) throw new RangeError('a coalition has members')
  return last.member
}

async function isRevoked(node: NodeProcess, old: OldCoalition): Promise<boolean> {
  try {
    const keys = await node.api.keys()
    return keys.some(({ key, cut }) => key === lastMember(old).node.key && cut !== null)
  } catch {
    return false
  }
}

/** Signed by its root: the node key ends with what is held of it. */
function revocation(old: OldCoalition): WireOp {
  const { root, node } = lastMember(old)
  const store = new DatabaseSync(old.old.home.layout.store, { readOnly: true })
  try {
    const author = new Author(root, old.coalition)
    for (const op of opsOf(store, root)) author.ops.push({ op, bytes: NONE, sig: NONE })
    const last = opsOf(store, node).at(-1)
    if (!last) throw new RangeError('its node key has said something')
    const lastGood = { seq: last.seq, cid: linkOf(last.cid) }
    const body = { key: keyBytes(node.key), lastGood, reason: 'rotated' }
    const { bytes, sig } = author.say({ type: 'key.revoke', refs: [], body }, Date.now())
    const base64 = (part: Uint8Array): string => Buffer.from(part).toString('base64')
    return { bytes: base64(bytes), sig: sig && base64(sig) }
  } finally {
    store.close()
  }
}

const NONE = new Uint8Array()

function opsOf(store: DatabaseSync, { key }: Signer): Op[] {
  const asked =
    'SELECT bytes FROM op JOIN chain ON chain.id = op.chain WHERE chain.key = ? ORDER BY seq'
  return store
    .prepare(asked)
    .all(keyBytes(key))
    .map(({ bytes }) => unwrap(decodeOp(bytes as Uint8Array)))
}

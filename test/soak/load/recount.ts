/**
 * What the end of a key costs a node that holds a whole history: a root that revokes a node key
 * after its last word, as a rotation does, and a key that said two things at its last place, for
 * which all is counted anew.
 */
import { DatabaseSync } from 'node:sqlite'
import type { WireOp } from '../../../node/api/node-api.ts'
import { linkOf } from '../../../src/op/cid.ts'
import { keyBytes } from '../../../src/op/key-id.ts'
import { decodeOp, type Op, type SignedOp, type Signer } from '../../../src/op/operation.ts'
import { unwrap } from '../../../src/op/refusal.ts'
import { Author, type Member } from '../../support/coalition.ts'
import { NodeProcess, waitFor } from '../../support/node-process.ts'
import type { Figure } from './figure.ts'
import type { OldCoalition } from './old-coalition.ts'

/** Patience with the count, in ms. */
const PATIENCE_MS = 3_600_000
const MIB = 1024 * 1024

/** Starts the node that holds everything, and hands it what ends the keys of two members. */
export async function measureRecount(old: OldCoalition): Promise<Figure[]> {
  const [rotated, forked] = old.homes.slice(-2).map(({ member }) => member)
  if (!rotated || !forked) throw new RangeError('a coalition has members')
  const words = Words.of(old)
  const node = new NodeProcess(old.old.home)
  await node.up()
  try {
    const ofOps = `${old.operations.toLocaleString('en-GB')} operations`
    const revocation = await untilCut(node, rotated, words.revocation(rotated))
    const before = node.memory().peakBytes
    const fork = await untilCut(node, forked, words.twin(forked))
    const seconds = (ms: number) => ({ value: ms / 1000, unit: 's' })
    return [
      { name: `a key revoked after its last word, ${ofOps}`, ...seconds(revocation) },
      { name: `a key forked, until all is counted anew, ${ofOps}`, ...seconds(fork) },
      { name: `peak memory before that, ${ofOps}`, value: before / MIB, unit: 'MiB' },
      { name: `peak memory of it, ${ofOps}`, value: node.memory().peakBytes / MIB, unit: 'MiB' },
    ]
  } finally {
    await node.down('SIGTERM')
  }
}

/** Hands an operation in; how long until the node tells that a member's key has ended, in ms. */
async function untilCut(node: NodeProcess, member: Member, op: WireOp): Promise<number> {
  const began = performance.now()
  // It may take longer than the client waits for an answer; then the node is asked again.
  const answered = node.api.submit([op]).catch(() => undefined)
  await waitFor(`the key of ${member.id} has ended`, () => isCut(node, member), PATIENCE_MS)
  const ms = performance.now() - began
  await answered
  return ms
}

async function isCut({ api }: NodeProcess, { node }: Member): Promise<boolean> {
  try {
    const lines = await api.keys()
    return lines.some(({ key, cut }) => key === node.key && cut !== null)
  } catch {
    return false
  }
}

/** What members that never ran say after all that the store holds of them. */
class Words {
  private readonly old: OldCoalition
  private readonly said: ReadonlyMap<string, readonly Op[]>

  private constructor(old: OldCoalition, said: Words['said']) {
    this.old = old
    this.said = said
  }

  static of(old: OldCoalition): Words {
    const store = new DatabaseSync(old.old.home.layout.store, { readOnly: true })
    try {
      const signers = old.homes.slice(-2).flatMap(({ member }) => [member.root, member.node])
      return new Words(old, new Map(signers.map((signer) => [signer.key, opsOf(store, signer)])))
    } finally {
      store.close()
    }
  }

  /** By the root: its node key ends with what is held of it. */
  revocation({ root, node }: Member): WireOp {
    const last = this.of(node).at(-1)
    if (!last) throw new RangeError('its node key has said something')
    const lastGood = { seq: last.seq, cid: linkOf(last.cid) }
    const body = { key: keyBytes(node.key), lastGood, reason: 'rotated' }
    return wired(this.author(root).say({ type: 'key.revoke', refs: [], body }, Date.now()))
  }

  /** By the node key: something else in the place of its last word. */
  twin({ node }: Member): WireOp {
    const draft = { type: 'node.address', refs: [], body: { addresses: [] } }
    return wired(this.author(node).say(draft, Date.now(), this.of(node).length - 1))
  }

  private author(signer: Signer): Author {
    const author = new Author(signer, this.old.coalition)
    for (const op of this.of(signer)) author.ops.push({ op, bytes: NONE, sig: NONE })
    return author
  }

  private of({ key }: Signer): readonly Op[] {
    return this.said.get(key) ?? []
  }
}

const NONE = new Uint8Array()

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
const wired = ({ bytes, sig }: SignedOp): WireOp => ({
  bytes: base64(bytes),
  sig: sig && base64(sig),
})

function opsOf(store: DatabaseSync, { key }: Signer): Op[] {
  const asked =
    'SELECT bytes FROM op JOIN chain ON chain.id = op.chain WHERE chain.key = ? ORDER BY seq'
  return store
    .prepare(asked)
    .all(keyBytes(key))
    .map(({ bytes }) => unwrap(decodeOp(bytes as Uint8Array)))
}

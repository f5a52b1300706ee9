import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { isCounted } from '../../src/chain/held.ts'
import { unwrap } from '../../src/op/refusal.ts'
import { Author, found, openReplica } from '../../test/support/coalition.ts'
import { ServedCoalition } from '../../test/support/service.ts'
import { readBundle, writeBundle } from './bundle.ts'

const coalition = new ServedCoalition([1, 1, 1, 1])
let bytes: Uint8Array

beforeAll(async () => {
  const id = await coalition.proposed('policy@one')
  for (const { service } of coalition.nodes) unwrap(await service.vote(id, 'yes', undefined))
  coalition.exchange()
  coalition.settle()
  bytes = await writeBundle(coalition.node(0).replica)
})

describe('a bundle', () => {
  it('holds every counted operation with its signature', () => {
    const { replica } = coalition.node(0)
    const bundle = unwrap(readBundle(bytes))
    expect(bundle.coalition).toBe(replica.coalition)
    expect(bundle.damaged).toEqual([])
    const counted = [...replica.ledger.byCid.values()].filter(isCounted)
    expect(new Set(bundle.ops.map(({ cid }) => cid))).toEqual(
      new Set(counted.map(({ op }) => op.cid)),
    )
    for (const { cid, sig } of bundle.ops) expect(sig).toEqual(replica.stored(cid)?.sig)
  })

  it('is the same whoever writes it', async () => {
    const other = await writeBundle(coalition.node(3).replica)
    expect(Buffer.compare(other, bytes)).toBe(0)
  })

  it('lets no flipped bit pass: it names the block, or refuses the whole', () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(7), (at, bit) => {
        const flipped = Uint8Array.from(bytes)
        flipped[at] = (flipped[at] ?? 0) ^ (1 << bit)
        const read = readBundle(flipped)
        expect(read.ok ? read.value.damaged.length : 1).toBeGreaterThan(0)
      }),
      { numRuns: 500 },
    )
  })

  it('is refused when it is cut short, wherever', () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), (length) => {
        expect(readBundle(bytes.subarray(0, length))).toMatchObject({ code: 'bundle-damaged' })
      }),
      { numRuns: 200 },
    )
  })

  it('carries both sides of a fork, for it is its own proof', async () => {
    const founded = found([1, 1, 1, 1])
    const replica = openReplica(founded)
    const [member] = founded.members
    const author = new Author(member?.node ?? fail(), founded.coalition)
    const say = (addresses: string[], after?: number) =>
      author.say({ type: 'node.address', refs: [], body: { addresses } }, founded.at, after)
    const one = say(['/ip4/192.0.2.1/tcp/1'])
    const other = say(['/ip4/192.0.2.2/tcp/2'], 0)
    replica.ingest([one])
    replica.ingest([other])
    const { ops } = unwrap(readBundle(await writeBundle(replica)))
    const cids = ops.map(({ cid }) => cid)
    expect(cids).toContain(one.op.cid)
    expect(cids).toContain(other.op.cid)
  })
})

const fail = (): never => {
  throw new RangeError('the coalition has members')
}

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Archive, MAX_READ } from '../../src/chain/archive/archive.ts'
import { archived } from '../../src/chain/archive/archiving.ts'
import { countedCids } from '../../src/chain/archive/cid-list.ts'
import { isCounted } from '../../src/chain/held.ts'
import { OpIndex } from '../../src/chain/op-index.ts'
import { finish } from '../../src/document/steps.ts'
import { cidBytes, cidOf, cidOfDigest, digestInto } from '../../src/op/cid.ts'
import type { OpCid } from '../../src/op/ids.ts'
import { Replica } from '../../src/replica/replica.ts'
import { MemoryStore } from '../../src/replica/store.ts'
import { opSet } from '../convergence/op-sets.ts'
import { toyVerifier } from '../convergence/toy-crypto.ts'
import { TestClock } from '../support/people.ts'

function replicaOf(seed: number): Replica {
  const { founded, ops, dueAt } = opSet(seed)
  const { coalition } = founded
  const clock = new TestClock(dueAt)
  const replica = Replica.open({
    coalition,
    store: new MemoryStore(),
    clock,
    verifier: toyVerifier,
  })
  replica.ingest(ops)
  return replica
}

const archiveOf = ({ ledger, source }: Replica): Archive =>
  new Archive(finish(archived(ledger.chains.values())), source)

test('a digest and its CID are told from each other', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.nat(5), (digest, at) => {
      const digests = new Uint8Array(40)
      digests.set(digest, at)
      const cid = cidOfDigest(digests, at)
      expect(cidBytes(cid).subarray(4)).toEqual(digest)
      const back = new Uint8Array(40)
      digestInto(cid, back, at)
      expect(back).toEqual(digests)
    }),
  )
})

test('a row says of its operation what the operation says', () => {
  for (let seed = 1; seed <= 5; seed++) {
    const replica = replicaOf(seed)
    const archive = archiveOf(replica)
    // Once more, from rows.
    const again = new Archive(
      finish(archived(replica.ledger.chains.values(), archive)),
      replica.source,
    )
    for (const one of [archive, again])
      for (const { main } of replica.ledger.chains.values())
        for (const held of main) {
          const row = one.get(held.op.cid)
          const { op, sizeBytes, seenAt, roots, signed, standing, complete } = held
          expect(row).toMatchObject({ sizeBytes, seenAt, roots, signed, standing, complete })
          const { cid, key, seq, prev, type, refs, v, at, coalition, body } = row?.op ?? op
          expect({ cid, key, seq, prev, type, refs, v, at, coalition, body }).toEqual(op)
        }
  }
})

test('what is dropped is not there, and what is not there is not found', () => {
  const replica = replicaOf(3)
  const archive = archiveOf(replica)
  const [some] = archive.helds
  const cid = some?.op.cid ?? expect.unreachable()
  const before = archive.size
  expect(archive.drop(cid)).toBe(true)
  expect(archive.get(cid)).toBeUndefined()
  expect([archive.size, [...archive.values()].length]).toEqual([before - 1, before - 1])
  expect(archive.drop(cid)).toBe(false)
  expect(archive.get(cidOf(Uint8Array.of(1)))).toBeUndefined()
})

test(`of what was read at most twice ${MAX_READ} operations are kept`, () => {
  const replica = replicaOf(4)
  let reads = 0
  const { source } = replica
  const bytesOf = (cid: OpCid): Uint8Array | undefined => {
    reads++
    return source.bytesOf(cid)
  }
  const counting = { ...source, bytesOf }
  const archive = new Archive(finish(archived(replica.ledger.chains.values())), counting)
  const read = (row: number): number => archive.opAt(row).at
  const most = Math.min(archive.helds.length, 50)
  for (let i = 0; i < 3; i++) for (let row = 0; row < most; row++) read(row)
  expect(reads).toBe(most)
})

test('the CIDs of what counts are those that sorting text would give', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const { ledger, source } = replicaOf(seed)
    const expected = [...ledger.byCid.values()]
      .filter(isCounted)
      .map(({ op }) => op.cid)
      .sort()
    const plain = countedCids(ledger.byCid)
    const rows = new OpIndex()
    rows.shelve(
      new Archive(finish(archived(ledger.chains.values())), source),
      [...ledger.chains.values()].flatMap(({ strays }) => [...strays.values()]),
    )
    for (const { text, count } of [plain, countedCids(rows)]) {
      expect(new TextDecoder().decode(text)).toBe(expected.join('\n'))
      expect(count).toBe(expected.length)
    }
  }
  expect(countedCids(new OpIndex())).toEqual({ text: new Uint8Array(), count: 0 })
})

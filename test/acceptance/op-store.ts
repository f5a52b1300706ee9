/** The suite that every `OpStore` passes (design §6.2): what the replica relies on, and no more. */
import { afterEach, describe, expect, it } from 'vitest'
import type { OpCid } from '../../src/op/ids.ts'
import type { OpStore, StoredOp } from '../../src/replica/store.ts'
import { batchOf, sampleOps } from './sample-ops.ts'

/** A store under test and, where it is durable, how to open the same one again. */
export interface StoreUnderTest {
  readonly store: OpStore
  /** Opens what was committed before, after `store` was closed; absent for stores in memory. */
  readonly reopen?: () => OpStore
  /** Removes whatever the store left behind. */
  readonly dispose?: () => void
}

const plain = (op: StoredOp | undefined) =>
  op && {
    ...op,
    bytes: Buffer.from(op.bytes).toString('hex'),
    sig: op.sig && Buffer.from(op.sig).toString('hex'),
  }
const byChain = (a: StoredOp, b: StoredOp) =>
  a.key < b.key ? -1 : a.key > b.key ? 1 : a.seq - b.seq

/** Runs the suite; `makeStore` returns a fresh, empty store each time. */
export function opStoreAcceptance(name: string, makeStore: () => StoreUnderTest): void {
  const opened: StoreUnderTest[] = []
  const open = (): StoreUnderTest => {
    const under = makeStore()
    opened.push(under)
    return under
  }
  const all = (store: OpStore) => [...store.load()].map(plain)
  const ops = sampleOps(40)
  const [first, second] = ops as [StoredOp, StoredOp]

  afterEach(() => {
    for (const { store, dispose } of opened.splice(0)) {
      store.close()
      dispose?.()
    }
  })

  describe(`${name} as an operation store`, () => {
    it('starts empty and writable', () => {
      const { store } = open()
      expect(all(store)).toEqual([])
      expect([...store.notes()]).toEqual([])
      expect(store.get(first.cid)).toBeUndefined()
      expect(store.readOnly).toBe(false)
    })

    it('gives back every operation, field by field, ordered by key and then seq', () => {
      const { store } = open()
      store.commit(batchOf({ puts: [...ops].reverse() }))
      expect(all(store)).toEqual([...ops].sort(byChain).map(plain))
    })

    it('finds one operation by its CID, and only that one', () => {
      const { store } = open()
      store.commit(batchOf({ puts: [first] }))
      expect(plain(store.get(first.cid))).toEqual(plain(first))
      expect(store.get(second.cid)).toBeUndefined()
    })

    it('keeps both sides of a fork', () => {
      const { store } = open()
      const sibling = { ...second, seq: first.seq, key: first.key }
      store.commit(batchOf({ puts: [first, sibling] }))
      expect(all(store)).toHaveLength(2)
    })

    it('learns a signature later, and ignores one for an operation that it does not hold', () => {
      const { store } = open()
      const unsigned = { ...first, sig: null }
      const sig = new Uint8Array(64).fill(7)
      store.commit(batchOf({ puts: [unsigned] }))
      store.commit(
        batchOf({
          signatures: [
            [first.cid, sig],
            [second.cid, sig],
          ],
        }),
      )
      expect(all(store)).toEqual([plain({ ...first, sig })])
    })

    it('signs an operation that the same batch brings', () => {
      const { store } = open()
      const sig = new Uint8Array(64).fill(9)
      store.commit(batchOf({ puts: [{ ...first, sig: null }], signatures: [[first.cid, sig]] }))
      expect(plain(store.get(first.cid))).toEqual(plain({ ...first, sig }))
    })

    it('replaces an operation that is put again, and holds it once', () => {
      const { store } = open()
      store.commit(batchOf({ puts: [first] }))
      store.commit(batchOf({ puts: [{ ...first, seenAt: first.seenAt + 1 }] }))
      expect(all(store)).toEqual([plain({ ...first, seenAt: first.seenAt + 1 })])
    })

    it('drops what it is told to drop, after the puts of the same batch', () => {
      const { store } = open()
      store.commit(batchOf({ puts: [first, second], drops: [first.cid, 'bafyreiabsent' as OpCid] }))
      expect(all(store)).toEqual([plain(second)])
    })

    it('writes, overwrites and forgets notes', () => {
      const { store } = open()
      store.commit(
        batchOf({
          notes: [
            ['closed/a', '1'],
            ['closed/b', 'zwei – ☃'],
            ['', ''],
          ],
        }),
      )
      store.commit(
        batchOf({
          notes: [
            ['closed/a', '3'],
            ['closed/b', null],
            ['never', null],
          ],
        }),
      )
      expect(Object.fromEntries(store.notes())).toEqual({ 'closed/a': '3', '': '' })
    })

    it('takes an empty batch', () => {
      const { store } = open()
      store.commit(batchOf({}))
      expect(all(store)).toEqual([])
    })

    it('keeps an operation of the largest size', () => {
      const { store } = open()
      const [large] = sampleOps(1, { fillerLength: 255 * 1024 }) as [StoredOp]
      store.commit(batchOf({ puts: [large] }))
      expect(plain(store.get(large.cid))).toEqual(plain(large))
    })

    it('tolerates being closed twice', () => {
      const { store } = open()
      store.close()
      expect(() => store.close()).not.toThrow()
    })

    it('holds after reopening exactly what was committed', () => {
      const under = open()
      if (under.reopen === undefined) return
      under.store.commit(batchOf({ puts: ops, notes: [['n', 'v']] }))
      under.store.commit(batchOf({ drops: [first.cid] }))
      under.store.close()
      const again = under.reopen()
      opened.push({ store: again })
      expect(all(again)).toEqual(
        [...ops]
          .sort(byChain)
          .filter((op) => op !== first)
          .map(plain),
      )
      expect([...again.notes()]).toEqual([['n', 'v']])
    })
  })
}

/** A node that meets its own later operation never signs with that key again (design §2.3). */
import { describe, expect, test } from 'vitest'
import type { Replica } from '../../src/replica/replica.ts'
import { MemoryStore } from '../../src/replica/store.ts'
import { signerNumber } from '../support/people.ts'
import { syncOnce } from '../sync/link.ts'
import type { Made } from './pen.ts'
import { Stage } from './stage.ts'
import { toySigner } from './toy-crypto.ts'

const DRAFT = { type: 'node.address', refs: [], body: { addresses: ['/memory'] } }

/** A member's own replica; the store is what survives. */
const own = (stage: Stage, store = new MemoryStore()): Replica =>
  stage.replica({ store, signer: toySigner(signerNumber(1001).key) })

/** A copy of what is in a store now. */
function backup(store: MemoryStore): MemoryStore {
  const copy = new MemoryStore()
  copy.commit({ puts: [...store.load()], drops: [], signatures: [], notes: [...store.notes()] })
  return copy
}

/** A node that said something, a backup from before, and a peer that heard it. */
function restored(stage: Stage) {
  const store = new MemoryStore()
  const node = own(stage, store)
  expect(node.issue(DRAFT).ok).toBe(true)
  const old = backup(store)
  const peer = stage.replica()
  const later = [node.issue(DRAFT), node.issue(DRAFT)].flatMap((said) =>
    said.ok ? said.value : [],
  )
  syncOnce(node, peer)
  return { old, peer, later }
}

const refusal = (replica: Replica): string | undefined => {
  const issued = replica.issue(DRAFT)
  return issued.ok ? undefined : issued.code
}

describe('a node restored from a backup', () => {
  test('signs no more once a sync session shows it what it had said', () => {
    const stage = new Stage()
    const { old, peer } = restored(stage)
    const again = own(stage, old)
    syncOnce(again, peer)
    expect(again.mayIssue('node.address')?.code).toBe('stale-key')
    expect(refusal(again)).toBe('stale-key')
    expect(again.duties().due).toEqual([])
  })

  test('signs no more once gossip does, even if what came before is missing', () => {
    const stage = new Stage()
    const { old, later } = restored(stage)
    const again = own(stage, old)
    again.ingest(later.slice(1))
    expect(refusal(again)).toBe('stale-key')
  })

  test('remembers that after a restart, and forks nothing', () => {
    const stage = new Stage()
    const { old, peer } = restored(stage)
    const again = own(stage, old)
    syncOnce(again, peer)
    again.flush()
    const third = own(stage, old)
    expect(refusal(third)).toBe('stale-key')
    expect(third.ledger.chain(stage.node(0).key).forkedAt).toBe(Number.POSITIVE_INFINITY)
  })

  test('who signed before meeting it has forked, and is frozen', () => {
    const stage = new Stage()
    const { old, peer } = restored(stage)
    const again = own(stage, old)
    stage.clock.advance(1000)
    expect(refusal(again)).toBeUndefined()
    syncOnce(again, peer)
    expect(refusal(again)).toBe('stale-key')
    expect(peer.ledger.chain(stage.node(0).key).forkedAt).toBe(1)
  })
})

describe('a node whose store is whole', () => {
  test('goes on when its own operations come back to it', () => {
    const stage = new Stage()
    const node = own(stage)
    const said = [node.issue(DRAFT), node.issue(DRAFT)].flatMap((one) => (one.ok ? one.value : []))
    node.ingest(said)
    expect(refusal(node)).toBeUndefined()
  })

  test('is not silenced by a forged operation of its key, known or not yet', () => {
    const stage = new Stage()
    const pen = stage.newPen()
    const node = stage.replica({ signer: pen.signer })
    const forged = (made: Made) => [{ bytes: made.bytes, sig: new Uint8Array(64) }]
    node.ingest(forged(stage.note(pen)), 'forger')
    node.ingest([stage.delegate(stage.root(0), pen)])
    stage.note(pen)
    node.ingest(forged(stage.note(pen)), 'forger')
    expect(refusal(node)).toBeUndefined()
  })
})

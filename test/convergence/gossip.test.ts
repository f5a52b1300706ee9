/** Gossip judges before it verifies: what it lets through and what sync brings agree (§2.6). */
import { expect, test, vi } from 'vitest'
import { decodeOp } from '../../src/op/operation.ts'
import type { Replica } from '../../src/replica/replica.ts'
import {
  decodeGossip,
  encodeAnnouncement,
  encodeGossip,
  MAX_GOSSIP_BYTES,
  prejudge,
} from '../../src/sync/gossip.ts'
import { syncUntilEqual } from '../sync/link.ts'
import { inOrder, Site } from './delivery.ts'
import { Dice } from './moot.ts'
import { opSet } from './op-sets.ts'
import type { Made } from './pen.ts'
import { portraitOf } from './portrait.ts'
import { forSeeds, PROPERTY_TIMEOUT_MS } from './seeds.ts'

vi.setConfig({ testTimeout: PROPERTY_TIMEOUT_MS })

const RUNS = 300

/** What a node does with a gossiped operation; true when it would ask its sender for more. */
function hear(replica: Replica, { bytes, sig }: Pick<Made, 'bytes' | 'sig'>): boolean {
  const encoded = encodeGossip({ bytes, sig: sig ?? new Uint8Array(64) })
  const message = encoded && decodeGossip(encoded)
  if (!message?.ok || message.value.kind !== 'op') return false
  const op = decodeOp(message.value.signed.bytes)
  if (!op.ok) return false
  const judgement = prejudge(replica, op.value)
  if (judgement === 'verify') replica.ingest([message.value.signed], 'gossip')
  return judgement === 'ask'
}

test(`gossip with losses and sync with those who know more end equal (${RUNS} sets)`, () => {
  let asked = 0
  forSeeds(RUNS, (seed) => {
    const set = opSet(seed + 50_000)
    const dice = new Dice(seed)
    const [speaker, listener] = [new Site(set), new Site(set)]
    for (const site of [speaker, listener]) site.clock.time = set.dueAt
    listener.replica.ingest(set.founded.ops)
    const loss = dice.pick([0, 0.2, 0.6])
    for (const made of set.ops) {
      speaker.replica.ingest([made])
      if (!dice.chance(loss) && hear(listener.replica, made)) asked++
    }
    for (const { bytes, sig } of set.bad) hear(listener.replica, { bytes, sig })
    speaker.answer(dice)
    syncUntilEqual(speaker.replica, listener.replica)
    expect(portraitOf(listener.replica)).toEqual(portraitOf(speaker.replica))
  })
  expect(asked).toBeGreaterThan(0)
})

test('without losses and faults gossip alone is enough', () => {
  forSeeds(50, (seed) => {
    const dice = new Dice(seed)
    const set = opSet(seed, { faults: 0 })
    const site = new Site(set)
    site.replica.ingest(set.founded.ops)
    for (const made of set.ops) hear(site.replica, made)
    const whole = new Site(set)
    for (const ops of dice.shuffled(inOrder(set))) whole.replica.ingest(ops)
    expect(portraitOf(site.replica)).toEqual(portraitOf(whole.replica))
  })
})

test('an operation that is too large for gossip is announced and pulled', () => {
  const set = opSet(1)
  const { op } = set.ops[0] as Made
  const announcement = decodeGossip(encodeAnnouncement(op))
  expect(announcement).toMatchObject({
    ok: true,
    value: { kind: 'announcement', key: op.key, seq: op.seq, cid: op.cid },
  })
  const sig = new Uint8Array(64)
  const framing = 3 + 66 + 3
  const fits = encodeGossip({ bytes: new Uint8Array(MAX_GOSSIP_BYTES - framing), sig })
  expect(fits?.length).toBeLessThanOrEqual(MAX_GOSSIP_BYTES)
  expect(encodeGossip({ bytes: new Uint8Array(MAX_GOSSIP_BYTES - 64), sig })).toBeUndefined()
})

/** Sessions and gossip survive any bytes of a peer (design §2.6): no exception, bounded answers. */
import { sha256 } from '@noble/hashes/sha2.js'
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { encodeValue } from '../../src/op/cbor.ts'
import { linkOf } from '../../src/op/cid.ts'
import type { OpCid } from '../../src/op/ids.ts'
import { decodeOp } from '../../src/op/operation.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { frontierOf } from '../../src/sync/frontier.ts'
import { decodeGossip, prejudge } from '../../src/sync/gossip.ts'
import { decodeMessage, encodeMessage, NONCE_BYTES } from '../../src/sync/message.ts'
import { MAX_PROBES_PER_KEY, MAX_WANT_ROUNDS, openSession } from '../../src/sync/session.ts'
import type { SyncSession } from '../../src/sync/session-types.ts'
import { TaggedFrontier } from '../../src/sync/tagged.ts'
import { inOrder, Site } from '../convergence/delivery.ts'
import { Dice } from '../convergence/moot.ts'
import { type OpSet, opSet } from '../convergence/op-sets.ts'
import { portraitOf } from '../convergence/portrait.ts'
import { forSeeds, PROPERTY_TIMEOUT_MS } from '../convergence/seeds.ts'
import { syncUntilEqual } from './link.ts'

vi.setConfig({ testTimeout: PROPERTY_TIMEOUT_MS })

const RUNS = 300

const nonce = (fill: number): Uint8Array => new Uint8Array(NONCE_BYTES).fill(fill)
const open = (replica: Replica, fill: number): SyncSession =>
  openSession(replica, { nonce: nonce(fill), from: `hostile ${fill}` })

/** Two sites of which the first knows more. */
function pair(set: OpSet, dice: Dice): readonly [Site, Site] {
  const sites = [new Site(set), new Site(set)] as const
  for (const site of sites) site.clock.time = set.dueAt
  for (const [i, ops] of inOrder(set).entries()) {
    sites[0].replica.ingest(ops)
    if (i < set.founded.ops.length || dice.chance(0.5)) sites[1].replica.ingest(ops)
  }
  return sites
}

/** The frames that an honest side sends in a session with one whose nonce is known. */
function recorded(from: Replica, to: Replica): Uint8Array[] {
  const [near, far] = [open(from, 1), open(to, 2)]
  const sent: Uint8Array[] = [...near.start().send]
  let answers = sent.flatMap((frame) => [...far.start().send, ...far.receive(frame).send])
  for (let i = 0; i < 20 && answers.length > 0; i++) {
    const mine = answers.flatMap((frame) => [...near.receive(frame).send])
    sent.push(...mine)
    answers = mine.flatMap((frame) => [...far.receive(frame).send])
  }
  return sent
}

/** A frame with something wrong about it. */
function mangled(frame: Uint8Array, dice: Dice): Uint8Array {
  const copy = frame.slice()
  if (dice.chance(0.2)) return copy.subarray(0, dice.int(0, copy.length))
  for (let i = dice.int(0, 3); i > 0; i--) {
    const at = dice.int(0, copy.length - 1)
    copy[at] = (copy[at] ?? 0) ^ (1 << dice.int(0, 7))
  }
  return copy
}

/** Hands frames to a session and counts the bytes of its answers. */
function answerBytes(session: SyncSession, frames: readonly Uint8Array[]): number {
  let bytes = 0
  for (const frame of frames) for (const out of session.receive(frame).send) bytes += out.length
  return bytes
}

const storeBytes = ({ ledger }: Replica): number =>
  [...ledger.byCid.values()].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)

test(`mangled, reordered, repeated frames never throw nor spoil a digest (${RUNS} sessions)`, () => {
  forSeeds(RUNS, (seed) => {
    const set = opSet(seed + 60_000)
    const dice = new Dice(seed)
    const [peer, victim] = pair(set, dice)
    const frames = recorded(peer.replica, victim.recounted())
    const shown = dice.chance(0.5) ? dice.shuffled(frames) : frames
    const some = [...shown, ...dice.some(frames, 5)].map((frame) =>
      dice.chance(0.4) ? mangled(frame, dice) : frame,
    )
    const session = open(victim.replica, 2)
    for (const _ of session.start().send) expect(decodeMessage(_).ok).toBe(true)
    const hello = frames[0] ?? new Uint8Array()
    const answered = answerBytes(session, dice.chance(0.7) ? [hello, ...some] : some)
    expect(answered).toBeLessThan((MAX_WANT_ROUNDS + 2) * (storeBytes(victim.replica) + 4096))
    syncUntilEqual(peer.replica, victim.replica)
    expect(portraitOf(victim.recounted())).toEqual(portraitOf(victim.replica))
    expect(portraitOf(victim.replica)).toEqual(portraitOf(peer.replica))
  })
})

const values = fc.letrec((tie) => ({
  value: fc.oneof(
    fc.integer({ min: 0, max: 9 }),
    fc.nat(),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array({ maxLength: 6, minLength: 6 }),
    fc.uint8Array({ maxLength: 80 }),
    fc.constant(linkOf(opSet(1).founded.coalition)),
    fc.array(tie('value'), { maxLength: 5 }),
  ),
}))

const frames = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.array(values.value, { maxLength: 5 }).map((list) => encodeValue(list as never)),
)

test('arbitrary bytes and arbitrary lists are faults, never exceptions', () => {
  const [site] = pair(opSet(1), new Dice(1))
  const before = portraitOf(site.replica)
  const hello = recorded(site.replica, new Site(opSet(1)).replica)[0] ?? new Uint8Array()
  fc.assert(
    fc.property(fc.array(frames, { maxLength: 8 }), fc.boolean(), (list, greets) => {
      const session = open(site.replica, 3)
      session.start()
      const bytes = answerBytes(session, greets ? [hello, ...list] : list)
      expect(bytes).toBeLessThan((MAX_WANT_ROUNDS + 2) * storeBytes(site.replica))
    }),
    { numRuns: 500, seed: 1 },
  )
  expect(portraitOf(site.replica)).toEqual(before)
})

test('gossip takes arbitrary bytes and mangled messages without exception', () => {
  const [site] = pair(opSet(2), new Dice(1))
  const before = portraitOf(site.replica)
  fc.assert(
    fc.property(frames, (bytes) => {
      const message = decodeGossip(bytes)
      if (!message.ok || message.value.kind !== 'op') return
      const op = decodeOp(message.value.signed.bytes)
      if (op.ok) prejudge(site.replica, op.value)
    }),
    { numRuns: 1000, seed: 1 },
  )
  expect(portraitOf(site.replica)).toEqual(before)
})

test('whoever asks too often is refused, and a name is answered once', () => {
  const [site] = pair(opSet(3), new Dice(1))
  const session = open(site.replica, 4)
  session.start()
  const [hello] = recorded(new Site(opSet(3)).replica, site.replica)
  session.receive(hello ?? new Uint8Array())
  const all = [...site.replica.ledger.byCid.keys()].slice(0, 500)
  const want = encodeValue([5, all.map((cid: OpCid) => linkOf(cid))])
  const first = answerBytes(session, [want])
  const second = answerBytes(session, [want])
  expect(first).toBeGreaterThan(1000)
  expect(second).toBeLessThan(100)
  for (let i = 2; i < MAX_WANT_ROUNDS; i++) expect(session.receive(want).fault).toBeUndefined()
  expect(session.receive(want).fault).toBe('asks too often')
})

/** A session that has said and heard hello, on a site that knows forks. */
function greeted(): SyncSession {
  const [site] = pair(opSet(3), new Dice(1))
  const session = open(site.replica, 4)
  session.start()
  const [hello] = recorded(new Site(opSet(3)).replica, site.replica)
  session.receive(hello ?? new Uint8Array())
  return session
}

test('whoever says again and again that all is sent is refused: each time we look what we lack', () => {
  const session = greeted()
  const pushed = encodeMessage({ kind: 'pushed' })
  const faults = Array.from({ length: MAX_WANT_ROUNDS + 3 }, () => session.receive(pushed).fault)
  expect(faults[0]).toBeUndefined()
  expect(faults.at(-1)).toBe('pushed out of turn')
})

test('a branch is sent only where somebody looked for it, and a key is probed so often and no more', () => {
  const [site] = pair(opSet(3), new Dice(1))
  const hello = recorded(new Site(opSet(3)).replica, site.replica)[0] ?? new Uint8Array()
  const session = open(site.replica, 4)
  session.start()
  session.receive(hello)
  const tag = ownTag(site.replica)
  const parted = session.receive(encodeMessage({ kind: 'parted', tag, seq: 0 }))
  expect(parted.fault).toBe('parted where nothing was looked for')
  const probe = encodeMessage({ kind: 'probe', tag, from: 0, step: 1, prints: [new Uint8Array(6)] })
  const other = open(site.replica, 4)
  other.start()
  other.receive(hello)
  const faults = Array.from({ length: MAX_PROBES_PER_KEY + 1 }, () => other.receive(probe).fault)
  expect(faults.slice(0, -1).every((fault) => fault === undefined)).toBe(true)
  expect(faults.at(-1)).toBe('probes too often')
})

/** How the sessions above call the first key of a replica. */
function ownTag(replica: Replica): Uint8Array {
  const entries = frontierOf(replica)
  const frontier = new TaggedFrontier(entries, [nonce(1), nonce(4)], sha256)
  return frontier.within(0, [])[0]?.tag ?? new Uint8Array()
}

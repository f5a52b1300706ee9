/** Every way in which operations can be bad; each happens at random moments of a run. */
import type { Incoming } from '../../src/chain/run.ts'
import { cidOf } from '../../src/op/cid.ts'
import type { OpCid } from '../../src/op/ids.ts'
import { MAX_AHEAD_MS } from '../../src/op/limits.ts'
import { widened } from './amendment.ts'
import type { Moot } from './moot.ts'
import { type Made, Pen, type Place } from './pen.ts'
import { openProposal, sayCheckpoint, sayVote } from './statements.ts'

/** What a run also holds, beside what was said. */
export interface Extras {
  /** To be refused, or to wait for ever. */
  readonly bad: Incoming[]
  /** Given only to a replica that asks for it. */
  readonly withheld: Set<OpCid>
}

/** Does one bad thing. */
export type Fault = (moot: Moot, extras: Extras) => void

const DAY_MS = 86_400_000

const first = (pen: Pen): Place => ({ pen, branch: 0 })
const victim = (moot: Moot): Pen => moot.dice.pick(moot.nodes)

/** Someone who has said enough to fork; has it talk if nobody has. */
function talkative(moot: Moot, least = 3): Pen {
  const pen = victim(moot)
  while (pen.branch().length < least) talk(moot, first(pen))
  return pen
}

const talk = (moot: Moot, place: Place): void => {
  if (moot.dice.chance(0.4)) sayVote(moot, place)
  moot.say(place, { type: 'node.address', refs: [], body: { addresses: ['/memory'] } })
}

/** Forks a chain and says something on the new branch. */
function forkAt(moot: Moot, pen: Pen, seq: number): Place {
  const place = { pen, branch: pen.fork(seq, moot.dice.int(0, pen.branches.length - 1)) }
  for (let i = moot.dice.int(1, 3); i > 0; i--) talk(moot, place)
  return place
}

const anySeq = (moot: Moot, pen: Pen): number => moot.dice.int(0, pen.branch().length - 1)

function forkRoot(moot: Moot): Place {
  const root = moot.dice.pick(moot.roots)
  const branch = root.fork(moot.dice.int(1, Math.max(1, root.branch().length - 1)))
  const place = { pen: root, branch }
  moot.say(place, { type: 'charter.ratify', refs: [moot.founded.coalition], body: { charter: 0 } })
  moot.delegate(moot.dice.chance(0.5) ? place : first(root))
  return place
}

/** A key that only the broken part of a root's chain delegates, and what others build on it. */
function strayKey(moot: Moot): Pen {
  const { pen: root, branch } = forkRoot(moot)
  const node = moot.delegate({ pen: root, branch })
  if (moot.dice.chance(0.4)) moot.delegate({ pen: root, branch }, node)
  if (moot.dice.chance(0.3)) moot.delegate(first(root), node)
  for (let i = moot.dice.int(1, 4); i > 0; i--) {
    talk(moot, first(node))
    buildOn(moot, node)
  }
  return node
}

/** Somebody else refers to what a key said last. */
function buildOn(moot: Moot, pen: Pen): void {
  const others = moot.nodes.filter((other) => other !== pen && !other.isForked)
  const refs = moot.place(pen)
  const head = pen.branch(refs.branch).at(-1)
  if (others.length === 0 || !head) return
  const body = { proposal: 0, kind: 'concern', text: 'look' }
  moot.say(first(moot.dice.pick(others)), { type: 'comment.add', refs: [head.op.cid], body })
}

function revoke(moot: Moot, lastGood: (pen: Pen) => { seq: number; cid: OpCid } | null): Pen {
  const root = moot.dice.pick(moot.roots)
  const node = moot.delegate(moot.place(root))
  for (let i = moot.dice.int(1, 5); i > 0; i--) talk(moot, first(node))
  moot.revoke(first(root), node, lastGood(node))
  if (moot.dice.chance(0.7)) talk(moot, first(node))
  if (moot.dice.chance(0.7)) buildOn(moot, node)
  return node
}

const mid = (moot: Moot) => (pen: Pen) => {
  const { op } = moot.dice.pick(pen.branch())
  return { seq: op.seq, cid: op.cid }
}

const notHeld = (moot: Moot) => (pen: Pen) => ({
  seq: moot.dice.int(0, pen.branch().length + 2),
  cid: cidOf(Uint8Array.of(moot.dice.int(0, 255))),
})

/** An amendment names a root; it delegates a key, which speaks. Sometimes all is said by a forker. */
function newRoot(moot: Moot, root = moot.newPen()): Pen {
  openProposal(moot, moot.place(victim(moot)), widened(moot.founded.charter, [root]))
  const place = first(root)
  moot.say(place, { type: 'node.address', refs: [], body: { addresses: [] } })
  const node = moot.delegate(place)
  sayCheckpoint(moot, first(node))
  sayVote(moot, first(node))
  buildOn(moot, node)
  if (!moot.roots.includes(root)) moot.roots.push(root)
  return node
}

const withBadBody = (moot: Moot): Made =>
  moot.say(moot.place(victim(moot)), {
    type: moot.dice.pick(['vote.cast', 'proposal.open', 'seal', 'checkpoint', 'node.address']),
    refs: moot.dice.some(moot.said, 2).map(({ op }) => op.cid),
    body: { ballot: 0, surprise: true },
  })

/** Bytes of an operation with one of them changed, or cut. */
function mangled(moot: Moot, { bytes, sig }: Made): Incoming {
  const copy = bytes.slice()
  const at = moot.dice.int(0, copy.length - 1)
  copy[at] = (copy[at] ?? 0) ^ (1 << moot.dice.int(0, 7))
  return { bytes: moot.dice.chance(0.3) ? copy.subarray(0, at) : copy, sig }
}

function foreign(moot: Moot): Incoming {
  const pen = victim(moot)
  const elsewhere = new Pen(pen.signer, cidOf(Uint8Array.of(7)))
  const { bytes, sig } = elsewhere.say({ type: 'node.address', refs: [], body: {}, at: moot.now })
  return { bytes, sig }
}

function unknownKey(moot: Moot): Incoming {
  const { bytes, sig } = moot.newPen().say({ type: 'note', refs: [], body: {}, at: moot.now })
  return { bytes, sig }
}

/** The classes of faults, each with how it is done. */
export const FAULTS = {
  'forked once': (moot) => {
    const pen = talkative(moot)
    forkAt(moot, pen, anySeq(moot, pen))
  },
  'forked many times': (moot) => {
    const pen = talkative(moot)
    for (let i = moot.dice.int(2, 6); i > 0; i--) forkAt(moot, pen, anySeq(moot, pen))
  },
  'forked three ways': (moot) => {
    const pen = talkative(moot)
    const seq = anySeq(moot, pen)
    for (let i = moot.dice.int(2, 4); i > 0; i--) forkAt(moot, pen, seq)
  },
  'forked late': (moot) => {
    const pen = talkative(moot, 6)
    forkAt(moot, pen, pen.branch().length - 1)
    forkAt(moot, pen, moot.dice.int(0, 3))
  },
  'forked root': (moot) => {
    const place = forkRoot(moot)
    const node = moot.dice.pick(moot.nodes)
    moot.revoke(moot.dice.chance(0.5) ? place : first(place.pen), node, null)
  },
  'forked founder': (moot) => {
    const founder = moot.dice.pick(moot.roots.slice(0, 1))
    for (let i = moot.dice.int(1, 3); i > 0; i--)
      moot.delegate({ pen: founder, branch: founder.fork(0) })
  },
  'revoked from the start': (moot) => {
    revoke(moot, () => null)
  },
  'revoked in the middle': (moot) => {
    revoke(moot, mid(moot))
  },
  'revoked several times': (moot) => {
    const root = moot.dice.pick(moot.roots)
    const node = moot.delegate(moot.place(root))
    for (let i = 0; i < 5; i++) talk(moot, first(node))
    for (let i = 0; i < 3; i++) moot.revoke(moot.place(root), node, mid(moot)(node))
    buildOn(moot, node)
  },
  'revoked at an unknown operation': (moot) => {
    revoke(moot, notHeld(moot))
  },
  'revoked and forked': (moot) => {
    const pen = revoke(moot, mid(moot))
    forkAt(moot, pen, anySeq(moot, pen))
    buildOn(moot, pen)
  },
  'claimed twice': (moot) => {
    const node = victim(moot)
    moot.delegate(moot.place(moot.dice.pick(moot.roots)), node)
    if (moot.dice.chance(0.5)) buildOn(moot, node)
  },
  'delegated by a broken root': (moot) => {
    strayKey(moot)
  },
  'named as root by an amendment': (moot) => {
    newRoot(moot)
  },
  'amendment after amendment': (moot) => {
    newRoot(moot)
    newRoot(moot)
  },
  'member key named as root': (moot) => {
    openProposal(moot, moot.place(victim(moot)), widened(moot.founded.charter, [victim(moot)]))
  },
  'root delegated as node key': (moot) => {
    const node = newRoot(moot)
    const later = moot.roots.at(-1)
    if (later) moot.delegate(moot.place(moot.dice.pick(moot.roots.slice(0, 2))), later)
    talk(moot, first(node))
  },
  'malformed bytes': (moot, { bad }) => {
    bad.push(mangled(moot, moot.dice.pick(moot.said)))
  },
  'bad signature': (moot, { bad }) => {
    const { bytes } = moot.dice.pick(moot.said)
    bad.push({ bytes, sig: moot.dice.pick(moot.said).sig })
  },
  'stale clock': (moot) => {
    const at = moot.founded.at - moot.dice.int(1, 900) * DAY_MS
    moot.say(moot.place(victim(moot)), { type: 'node.address', refs: [], body: {}, at })
  },
  'unknown key': (moot, { bad }) => {
    bad.push(unknownKey(moot))
  },
  'from the future': (moot) => {
    const at = moot.founded.at + DAY_MS + MAX_AHEAD_MS
    moot.say(moot.place(victim(moot)), { type: 'node.address', refs: [], body: {}, at })
  },
  'unknown type': (moot) => {
    const refs = moot.dice.some(moot.said, 3).map(({ op }) => op.cid)
    moot.say(moot.place(victim(moot)), { type: 'poll.open', refs, body: { x: [1] } })
  },
  'unknown protocol': (moot) => {
    const line = { type: 'poll.close', refs: [], body: { x: [1] }, v: 9 }
    moot.say(moot.place(victim(moot)), line)
  },
  'body not understood': (moot) => {
    withBadBody(moot)
  },
  'reference to nothing': (moot) => {
    const refs = [cidOf(Uint8Array.of(moot.dice.int(0, 255), 1))]
    moot.say(moot.place(victim(moot)), { type: 'comment.add', refs, body: {} })
  },
  'withheld until asked for': (moot, { withheld }) => {
    const pen = talkative(moot)
    const branch = forkAt(moot, pen, anySeq(moot, pen))
    buildOn(moot, pen)
    for (const { op } of pen.branch(branch.branch)) if (moot.dice.chance(0.5)) withheld.add(op.cid)
  },
  'honest word on a broken branch': (moot) => {
    const pen = talkative(moot)
    forkAt(moot, pen, anySeq(moot, pen))
    for (let i = moot.dice.int(1, 4); i > 0; i--) buildOn(moot, pen)
  },
  'other coalition': (moot, { bad }) => {
    bad.push(foreign(moot))
  },
} satisfies Record<string, Fault>

/** A class of bad operations. */
export type FaultClass = keyof typeof FAULTS

/** All classes. */
export const FAULT_CLASSES = Object.keys(FAULTS) as FaultClass[]
